"""Texts that are handed in: pasted, or uploaded as a PDF; and the original as it was uploaded."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sources import tasks
from sources.ingest import pdf
from sources.ingest.capture import body_of
from sources.ingest.handin import HandedIn, RemovedError, plain_text, take_in_text
from sources.ingest.pdf import UnreadablePdfError
from sources.models import Source, Version
from sources.models.article import Arrival
from tracker.forms.editing import iso_date

access = logging.getLogger("claimline.access")
LONGEST = 1_000_000  # characters
OFFERED = 500  # names to choose from
FAULTS = {
    "not a pdf": gettext_lazy("This is no PDF."),
    "too large": gettext_lazy("It is too large to be read."),
    "too slow": gettext_lazy("It takes too long to be read."),
    "encrypted": gettext_lazy("It is locked by a password."),
    "too many pages": gettext_lazy("It has more than 2,000 pages."),
    "damaged": gettext_lazy("It is damaged."),
    "no text": gettext_lazy("It holds pictures of text, not text: it can’t be searched or cited."),
}


class HandInForm(forms.Form):
    """A text or a PDF, whose it is, and when it was published."""

    source = forms.CharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Its name, as it stands among the sources."),
        widget=forms.TextInput(
            attrs={"class": "inp", "list": "source-names", "autocomplete": "off"}
        ),
    )
    title = forms.CharField(
        max_length=300,
        required=False,
        label=gettext_lazy("Title"),
        widget=forms.TextInput(attrs={"class": "inp"}),
    )
    language = forms.CharField(
        max_length=8,
        required=False,
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("A code, such as en or fr."),
        widget=forms.TextInput(attrs={"class": "inp"}),
    )
    published = forms.DateField(
        required=False, label=gettext_lazy("Published on"), widget=iso_date()
    )
    text = forms.CharField(
        required=False,
        max_length=LONGEST,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"class": "inp", "rows": 12}),
    )
    file = forms.FileField(
        required=False,
        label=gettext_lazy("or a PDF"),
        help_text=gettext_lazy("A court filing, a report. The original is kept; at most 50 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["published"].widget.attrs["class"] = "inp"

    def clean_source(self) -> Source:
        """The standing source of that name."""
        name = self.cleaned_data["source"].strip()
        named = Source.objects.filter(name__iexact=name).select_related("merged_into")
        found = named.order_by(F("merged_into").asc(nulls_first=True), "pk").first()
        if found is None:
            raise ValidationError(_("There is no source of this name: add it first."))
        return found.stands_as

    def clean_published(self) -> datetime.date | None:
        """No document is published after today."""
        day: datetime.date | None = self.cleaned_data["published"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """Either a text with a title, or a PDF that can be read."""
        data = super().clean() or {}
        text, upload = plain_text(data.get("text") or ""), data.get("file")
        if bool(text) == bool(upload):
            self.add_error("text", _("Paste a text, or choose a PDF: one of the two."))
        elif upload:
            self._read(data, upload)
        elif not data.get("title"):
            self.add_error("title", _("A pasted text needs a title."))
        else:
            data |= {"text": text, "original": text.encode(), "arrival": Arrival.PASTE}
        return data

    def _read(self, data: dict[str, Any], upload: Any) -> None:
        if upload.size > pdf.MOST_BYTES:
            self.add_error("file", FAULTS["too large"])
            return
        body = upload.read()
        try:
            found = pdf.read_pdf(body)
        except UnreadablePdfError as error:
            self.add_error("file", FAULTS[str(error)])
            return
        title = data.get("title") or found.title or str(upload.name)[:200]
        data |= {"text": found.text, "title": title, "original": body, "arrival": Arrival.PDF}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("sources.start_run", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """The form; once sent, the article it became."""
    assert request.user.is_authenticated
    posted = request.method == "POST"
    form = HandInForm(
        request.POST if posted else None, request.FILES if posted else None, label_suffix=""
    )
    if not posted or not form.is_valid():
        names = Source.objects.standing().values_list("name", flat=True)[:OFFERED]
        context = {"form": form, "names": names}
        return render(request, "tracker/handin.html", context, status=422 if form.errors else 200)
    handed = _handed_in(form.cleaned_data, request.user.get_username())
    try:
        article, made = take_in_text(handed, request.user)
    except RemovedError:
        messages.error(request, _("This was removed by order, and is never taken in again."))
        return redirect("hand-in")
    tasks.ring(("tell",))
    if made:
        messages.success(request, _("Taken in. Passages for your claims are looked for now."))
    else:
        messages.info(request, _("We hold this already."))
    return redirect("article", article.pk)


def _handed_in(data: dict[str, Any], by: str) -> HandedIn:
    day = data["published"]
    noon = datetime.time(12, tzinfo=timezone.get_current_timezone())
    return HandedIn(
        source=data["source"],
        title=data["title"],
        text=data["text"],
        language=data["language"].strip().lower(),
        arrival=data["arrival"],
        original=data["original"],
        extractor=pdf.extractor() if data["arrival"] == Arrival.PDF else f"pasted by {by}",
        published_at=datetime.datetime.combine(day, noon) if day else None,
    )


# The original is a full text: it stays inside, with those who work on evidence.
@require_GET
@permission_required("tracker.propose_evidence", raise_exception=True)
@never_cache
def original(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    """The PDF as it was uploaded, as a download; who took it stands in the log."""
    found = get_object_or_404(Version, article=pk, seq=seq, article__arrival=Arrival.PDF)
    body, state = body_of(found.raw_sha256)
    access.info("original of article %s version %s taken by user %s", pk, seq, request.user.pk)
    if body is None:
        access.error("original of article %s version %s is %s", pk, seq, state)
        raise Http404
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="article-{pk}-v{seq}.pdf"'
    return response
