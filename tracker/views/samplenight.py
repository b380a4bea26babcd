"""The button that runs the next sample night."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sources import tasks
from tracker.samples import samplenights
from tracker.samples.control import SilentError


@require_POST
@permission_required("sources.start_run", raise_exception=True)
def start(request: HttpRequest) -> HttpResponse:
    """Let the sample publishers live one night on, and ask them what is new."""
    if not samplenights.exists():
        raise Http404
    assert request.user.is_authenticated
    try:
        run = samplenights.begin(request.user, timezone.now(), _("sample outlets"))
    except samplenights.RunIsOnError as error:
        messages.info(request, _("This run is on already."))
        return redirect("run", error.run.pk)
    except samplenights.LastNightError:
        messages.info(request, _("That was the last sample night: the outlets have no more."))
        return redirect("ingest")
    except SilentError:
        said = _("The sample publishers are not running: start them with make up.")
        messages.error(request, said)
        return redirect("ingest")
    if not tasks.ring():
        said = _(
            "The broker is down. Nothing is lost: the next sweep does it once the broker is back."
        )
        messages.warning(request, said)
    return redirect("run", run.pk)
