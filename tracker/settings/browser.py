"""What browsers are told: to trust nothing but us, and to come over HTTPS."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from tracker import environment as env
from tracker.settings.base import DEBUG
from tracker.settings.people import OIDC_SERVER


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
CSRF_FAILURE_VIEW = "tracker.views.refused.stale_form"
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
