"""Django settings, all read from the environment; what an operator tunes lives in dated rows."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from . import env

PACKAGE = Path(__file__).resolve().parents[1]
VAR = Path(env.text("SUNLINE_VAR", "var")).resolve()
DEMO = env.flag("SUNLINE_DEMO")
DEBUG = env.flag("SUNLINE_DEBUG")

SECRET_KEY = env.text("SUNLINE_SECRET_KEY", "development-only" if DEBUG or DEMO else "")
if not SECRET_KEY:
    # A missing key must not stop `sunline --help` or a build; serving refuses it (see cli).
    SECRET_KEY = "unset"  # noqa: S105
ALLOWED_HOSTS = env.names("SUNLINE_HOSTS", "localhost,127.0.0.1,[::1],testserver")
PUBLIC_URL = env.text("SUNLINE_PUBLIC_URL", "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
USE_X_FORWARDED_HOST = False
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if PUBLIC_URL.startswith("https") else None
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https")
SESSION_COOKIE_NAME = "sunline_session"
CSRF_COOKIE_NAME = "sunline_csrf"
CSRF_FAILURE_VIEW = "sunline.web.errors.csrf_failed"
SESSION_COOKIE_AGE = 12 * 3600  # a shift and what runs over; counted from the sign-in
SESSION_IDLE_MINUTES = env.number("SUNLINE_SESSION_IDLE_MINUTES", 120)
# How many proxies of ours stand in front and add to X-Forwarded-For.
PROXIES = env.number("SUNLINE_PROXIES", 0)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "oauth2_provider",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "sunline.kernel",
    "sunline.staff",
    "sunline.sla",
    "sunline.customers",
    "sunline.knowledge",
    "sunline.routing",
    "sunline.interactions",
    "sunline.tickets",
    "sunline.quality",
    "sunline.workforce",
    "sunline.insight",
    "sunline.web",
    "sunline.api",
]

MIDDLEWARE = [
    "sunline.config.middleware.RequestContext",
    "sunline.api.gate.JsonGate",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sunline.web.middleware.ViewerMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sunline.web.errors.ErrorPages",
]

ROOT_URLCONF = "sunline.config.urls"
WSGI_APPLICATION = "sunline.config.wsgi.application"
WIRING = "sunline.config.wiring"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sunline.web.context.shell",
            ],
        },
    }
]

DATABASES = {
    "default": env.database(
        env.text("DATABASE_URL", f"sqlite:///{VAR / 'sunline.sqlite3'}"),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

AUTH_USER_MODEL = "staff.Account"
OAUTH2_PROVIDER_APPLICATION_MODEL = "staff.ApiClient"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Days until a password must be changed; 0 for never.
PASSWORD_DAYS = env.number("SUNLINE_PASSWORD_DAYS", 90)
# Who must sign in with a code as well: nobody (offered), administrators, or everybody.
SECOND_FACTOR = env.choice(
    "SUNLINE_SECOND_FACTOR", "offered", ("offered", "administrators", "everybody")
)
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"

# Single sign-on: one OpenID Connect provider; the claim named holds the staff number.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "staff_no"
ACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_ADAPTER = "sunline.web.account.sso.Adapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = env.sign_on(
    env.text("SUNLINE_OIDC_URL"),
    client_id=env.text("SUNLINE_OIDC_CLIENT_ID"),
    secret=env.text("SUNLINE_OIDC_CLIENT_SECRET"),
    name=env.text("SUNLINE_OIDC_NAME", "SSO"),
    staff_claim=env.text("SUNLINE_OIDC_STAFF_CLAIM", "preferred_username"),
)

# Programs: tokens of an hour by client credentials only, kept as digests.
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "sunline.web.account.tokens.Scopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "sunline_language"
TIME_ZONE = env.text("SUNLINE_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
# Files are served straight from the package, so that no collect step stands between clone and demo.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# The class that speaks each channel; see interactions/ports.py.
CHANNELS = {"email": "sunline.adapters.channels.email.adapter.EmailChannel"}
SMS = env.text(
    "SUNLINE_SMS", "sunline.adapters.channels.sms.simulator.SimulatedSms" if DEMO else ""
)
if SMS:
    CHANNELS["sms"] = SMS

FILES_ROOT = VAR / "files"
MAX_ATTACHMENT_BYTES = env.number("SUNLINE_MAX_ATTACHMENT_BYTES", 20 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = env.number("SUNLINE_MAX_BODY_BYTES", 5 * 1024 * 1024)

# Field keys: the first encrypts, all decrypt. The demo derives one; production must set it.
FIELD_KEYS = env.keys("SUNLINE_FIELD_KEYS") or {
    "dev": hashlib.sha256(b"sunline field key " + SECRET_KEY.encode()).digest()
}
# The class that speaks to the operator's billing system; the demo has one that is simulated.
SUNLINE_BSS = env.text(
    "SUNLINE_BSS", "sunline.adapters.bss.simulator.adapter.SimulatorBss" if DEMO else ""
)
# What the monitoring sends to read /metrics; without one only this machine may.
METRICS_TOKEN = env.text("SUNLINE_METRICS_TOKEN")
# Loopback callbacks of event subscriptions are refused except in the demo and the tests.
HUB_ALLOW_LOOPBACK = env.flag("SUNLINE_HUB_ALLOW_LOOPBACK", DEMO)
# Hosts whose callbacks may be plain http; all others must be https.
HUB_HTTP_HOSTS = env.names("SUNLINE_HUB_HTTP_HOSTS")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "sunline.kernel.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("SUNLINE_LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "httpx": {"level": "WARNING"}},
}
