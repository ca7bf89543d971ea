"""A complete OpenID Connect provider in one process, for the sign-on tests.

Run as a script: it listens on a free loopback port and prints `{"port": …}`. People sign in at it
with their name as password; each one's `preferred_username` is their name.
"""

from __future__ import annotations

import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

CLIENT_ID, CLIENT_SECRET = "sunline", "a-secret-between-the-two"


def configure() -> None:
    """Set Django up as an identity provider with its own key and an empty database."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    settings.configure(
        SECRET_KEY="provider",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="__main__",
        LOGIN_URL="/login",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": pem.decode(),
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "", "profile": "", "email": ""},
            "OAUTH2_VALIDATOR_CLASS": "__main__.validator",
        },
    )
    django.setup()


if __name__ == "__main__":
    configure()

    from django.contrib.auth import authenticate, login
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
    from django.urls import include, path
    from oauth2_provider.models import get_application_model
    from oauth2_provider.oauth2_validators import OAuth2Validator

    class validator(OAuth2Validator):  # type: ignore[misc]
        """Adds the name that the sign-on is matched by."""

        oidc_claim_scope = None

        def get_additional_claims(self, request):
            return {"preferred_username": request.user.username}

    def sign_in(request: HttpRequest) -> HttpResponse:
        """Sign a person in whose password is their name."""
        user = authenticate(
            request, username=request.POST.get("name"), password=request.POST.get("name")
        )
        if user is None:
            return HttpResponse("who?", status=403)
        login(request, user)
        return HttpResponseRedirect(request.GET["next"])

    urlpatterns = [path("login", sign_in), path("o/", include("oauth2_provider.urls"))]

    call_command("migrate", verbosity=0)
    callback, *names = sys.argv[1:]
    for name in names:
        User.objects.create_user(name, password=name)
    get_application_model().objects.create(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=callback,
        skip_authorization=True,
        algorithm="RS256",
    )

    class Quiet(WSGIRequestHandler):
        """Writes no access log."""

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        print(json.dumps({"port": server.server_port}), flush=True)
        server.serve_forever()
