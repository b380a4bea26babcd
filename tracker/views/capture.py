"""One version of an article as a WARC file, for who keeps evidence."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from sources.ingest.capture import capture_of
from sources.ingest.warc import capture_file
from sources.models import Version

access = logging.getLogger("claimline.access")
SOFTWARE = "Claimline"


# Full captures stay inside, with those who work on evidence: contributors are the first of them.
@require_GET
@permission_required("tracker.propose_evidence", raise_exception=True)
@never_cache
def capture(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    """The version's capture as a download; who took it stands in the log."""
    versions = Version.objects.select_related("article__source", "fetch")
    version = get_object_or_404(versions, article=pk, seq=seq)
    found = capture_of(version)
    access.info("capture of article %s version %s taken by user %s", pk, seq, request.user.pk)
    if found.answer is not None and found.answer.body is None:
        access.error("article %s version %s: its answer is %s", pk, seq, found.answer.body_state)
    response = HttpResponse(capture_file(found, SOFTWARE), content_type="application/gzip")
    response["Content-Disposition"] = f'attachment; filename="article-{pk}-v{seq}.warc.gz"'
    return response
