"""Lists of sources: taken away as CSV or OPML, and taken in after a look at the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sources.curating import listplan, lists, table
from sources.curating.listplan import Plan
from sources.curating.table import NotATableError
from sources.ingest import raw
from sources.ingest.opml import NotOpmlError
from sources.models import Source
from tracker.sourcedesk import sourcefilter

SHOWN = 1000  # rows of each kind that the look at the change names
FAULTS = {
    "too large": gettext_lazy("The file is larger than 20 MB."),
    "no header": gettext_lazy("The first line has to name the columns, at least “name”."),
    "too many rows": gettext_lazy("At most 20,000 rows at once."),
    "long cell": gettext_lazy("a cell is longer than 2,000 characters"),
    "too many cells": gettext_lazy("it has more cells than there are columns"),
    "wrong encoding": gettext_lazy("it is not in UTF-8"),
    "control characters": gettext_lazy("it has control characters"),
    "no name": gettext_lazy("it has no name"),
    "unknown id": gettext_lazy("there is no source with this id"),
    "merged": gettext_lazy("that source was merged into another"),
    "ambiguous": gettext_lazy("several sources have this name: give its id"),
    "duplicate": gettext_lazy("the same source stands on an earlier line"),
    "unknown type": gettext_lazy("there is no such type"),
    "country": gettext_lazy("the country is no two-letter code"),
    "language": gettext_lazy("a language is no code"),
    "unknown tag": gettext_lazy("there is no such tag in the vocabulary"),
    "domain": gettext_lazy("this is no domain"),
    "taken domain": gettext_lazy("the domain is another source’s"),
    "feed": gettext_lazy("this is no address of a feed"),
    "taken feed": gettext_lazy("the feed is another source’s"),
}
READERS: dict[str, Callable[[bytes], Plan]] = {"csv": listplan.of_csv, "opml": listplan.of_opml}


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """The lists to take away; for editors, a file to take in and what it would change."""
    if request.method != "POST":
        return render(request, "tracker/lists.html", {})
    return _look(request)


@permission_required(
    ("sources.add_source", "sources.change_source", "sources.tag_source"), raise_exception=True
)
def _look(request: HttpRequest) -> HttpResponse:
    assert request.user.is_authenticated
    upload = request.FILES.get("file")
    digest = request.POST.get("digest", "")
    kind = request.POST.get("format", "")
    try:
        if upload is not None:
            if (upload.size or 0) > table.MOST_BYTES:
                raise NotATableError("too large")
            body = upload.read()
            kind = "opml" if body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else "csv"
            digest = raw.keep(body)
        elif kind in READERS and len(digest) == 64 and digest.isalnum():
            body = raw.read(digest)
        else:
            raise NotATableError("no file")
        plan = READERS[kind](body)
    except (NotATableError, NotOpmlError, FileNotFoundError, raw.DamagedError) as error:
        said = FAULTS.get(str(error), _("Choose a CSV or OPML file."))
        said = str(error) if isinstance(error, NotOpmlError) else said
        return render(request, "tracker/lists.html", {"fault": said}, status=422)
    if request.POST.get("confirm") == plan.digest:
        lists.carry_out(plan, request.user, digest)
        messages.success(request, _said(plan))
        return redirect("sources")
    return render(request, "tracker/lists_preview.html", _preview(request, plan, kind, digest))


def _preview(request: HttpRequest, plan: Plan, kind: str, digest: str) -> dict[str, Any]:
    """What the list would do; the answer to it names the file and exactly this plan."""
    return {
        "plan": plan,
        "refused": [(row, FAULTS[row.fault]) for row in plan.refused[:SHOWN]],
        "new": plan.new[:SHOWN],
        "changed": plan.changed[:SHOWN],
        "shown": SHOWN,
        "format": kind,
        "digest": digest,
        "otherwise": bool(request.POST.get("confirm")),
    }


def _said(plan: Plan) -> str:
    made, changed, refused = len(plan.new), len(plan.changed), len(plan.refused)
    parts = [
        ngettext("%(n)d row made a source", "%(n)d rows made sources", made) % {"n": made},
        ngettext("%(n)d source changed", "%(n)d sources changed", changed) % {"n": changed},
        ngettext("%(n)d row refused", "%(n)d rows refused", refused) % {"n": refused},
    ]
    return _("The list was taken in: %(what)s.") % {"what": ", ".join(parts)}


@require_GET
def take_away(request: HttpRequest, form: str) -> HttpResponse:
    """The sources the list was narrowed to, as CSV or OPML."""
    found = sourcefilter.narrowed(Source.objects.standing(), request.GET, request.user)
    found = found.prefetch_related("source_tags__tag", "hosts", "feeds")
    write, content = {
        "csv": (lists.to_csv, "text/csv; charset=utf-8"),
        "opml": (lists.to_opml, "text/x-opml; charset=utf-8"),
    }[form]
    name = f"sources-{timezone.localdate().isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write(found), content_type=content, headers=headers)
