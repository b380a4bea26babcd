"""What the site is made of: applications, database, files, language, logs."""

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tracker import embedded
from tracker import environment as env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = Path(env.text("CLAIMLINE_VAR") or BASE_DIR / "var")

DEBUG = env.flag("DEBUG", default=True)
_DEMO_KEY = "the key of a demo that listens on loopback only"
SECRET_KEY = env.text("SECRET_KEY", _DEMO_KEY)
if not DEBUG and SECRET_KEY == _DEMO_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: with DEBUG=0 the demo key is refused.")
ALLOWED_HOSTS = list(env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"))
CSRF_TRUSTED_ORIGINS = list(env.words("CSRF_TRUSTED_ORIGINS"))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "sources",
    "tracker",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tracker.middleware.NulMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tracker.middleware.RoleMiddleware",
    "tracker.middleware.PreferencesMiddleware",
    "tracker.middleware.StaleSessionMiddleware",
    "tracker.middleware.PageOfVerbMiddleware",
    "tracker.middleware.RemovedMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.context.site",
            ],
        },
    },
]

# --- PostgreSQL ----------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    """Read a postgresql:// URL; a socket folder stands in its `host` parameter as libpq has it."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


EMBEDDED = not env.text("DATABASE_URL")
DATABASES = {
    "default": {
        **_database(env.text("DATABASE_URL") or embedded.database_url(VAR)),
        # gunicorn's threads keep theirs; Celery closes its own around every task
        "CONN_MAX_AGE": env.whole("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout=15s -c lock_timeout=5s"
            " -c idle_in_transaction_session_timeout=30s"
            # what is searched is in memory or on flash: looking up beats reading all
            " -c random_page_cost=1.1"
            # compiling a plan, or sharing it out, costs more than a page's short queries take
            " -c jit=off -c max_parallel_workers_per_gather=0",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_OBJ_FIELD_ATTRS: dict[str, object] = {}

# --- Files: what publishers sent, by hash; and the site's own static files -------------------

STORAGES = {
    "default": {"BACKEND": env.text("RAW_STORAGE", "sources.ingest.raw.WholeFiles")},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
MEDIA_ROOT = Path(env.text("RAW_ROOT") or VAR / "raw")
MEDIA_URL = "/raw/"  # nothing is served from there: publishers' pages are not ours to show
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or VAR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Language and time ----------------------------------------------------------------------

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("NEWSROOM_TIME_ZONE", "America/Toronto")

# --- The sample newsroom ----------------------------------------------------------------------

SAMPLE_PORT = env.whole("SAMPLE_PORT", 8790)

# --- Logs -------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname:<7} {name}: {message}", "style": "{"}},
    "filters": {"short": {"()": "tracker.logs.OneLine"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["short"]}
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": []},  # its own would say everything a second time
        **{name: {"level": "ERROR"} for name in ("trafilatura", "htmldate")},
    },
}
if "test" in sys.argv[1:2]:
    raise ImproperlyConfigured("The tests run with pytest: make test.")
