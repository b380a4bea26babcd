"""Who signs in and how, what anybody may read, and how mail reaches people."""

from django.core.exceptions import ImproperlyConfigured

from tracker import environment as env
from tracker.settings.base import DEBUG

AUTH_USER_MODEL = "tracker.User"
AUTHENTICATION_BACKENDS = ["tracker.roles.RoleBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("MinimumLength", "CommonPassword", "NumericPassword")
]
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
