"""What machines ask: is it well, and what are its figures. Neither needs a login."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracker.operations import exposition, watch

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when work is done, 503 when it is not, and why. Says nothing about content.

    `?part=web` answers 503 only where no page could be shown: a load balancer must not turn
    readers away because the ingest stands still, or has not swept yet since it was started.
    """
    found = watch.condition(timezone.now())
    well = found.database if request.GET.get("part") == "web" else found.healthy
    said = {
        "healthy": found.healthy,
        "database": found.database,
        "last_sweep_seconds": found.swept_ago,
        "oldest_due_seconds": found.oldest_due,
        "queue_stands_still": found.stands_still,
        "warnings": [] if found.broker else ["the broker does not answer"],
    }
    return JsonResponse(said, status=200 if well else 503)


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in the Prometheus text format, for this machine or who has the token."""
    if not (_from_here(request) or _has_token(request)):
        return HttpResponseForbidden("Set METRICS_TOKEN, and send it as a bearer token.\n")
    page = exposition.render(watch.metrics(timezone.now()))
    return HttpResponse(page, content_type=exposition.CONTENT_TYPE)


def _from_here(request: HttpRequest) -> bool:
    """Whether a program of this machine asks, and no proxy of this machine for somebody else."""
    if any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # over a socket there is no address
        return False


def _has_token(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())
