"""The WSGI application: desk, portal and JSON APIs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunline.config.settings")
application = get_wsgi_application()
