"""A new source from a bare domain: feeds, name and language found, confirmed by an editor."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from sources import tasks
from sources.curating.naming import free_slug
from sources.ingest.discover import Candidate, Discovery, UnansweredError, discover
from sources.ingest.identify import authority
from sources.ingest.paste import usable
from sources.ingest.subscribe import (
    Subscription,
    UnusableAddressError,
    is_followed,
    subscribe,
)
from sources.models import Host, Source
from sources.models.source import SourceKind
from tracker.forms.editing import SourceForm
from tracker.operations.wording import feed_format, outcome

SECONDS = 40  # somebody waits for the answer
# What a site may answer to https that answers to plain http.
NO_HTTPS = ("tls", "connect", "reset", "timeout", "deadline")
# What was typed leads to no site on the public web: no source is made of it.
NO_SITE = ("ssrf_blocked", "bad_url")
MOST_FEEDS = 12


class PlaceForm(forms.Form):
    """A domain, or any address of the site."""

    place = forms.CharField(
        max_length=300,
        label=gettext_lazy("Domain or address"),
        help_text=gettext_lazy("Such as outlet.example. The site is asked politely for its feeds."),
        widget=forms.TextInput(attrs={"class": "inp", "spellcheck": "false", "inputmode": "url"}),
    )

    @property
    def is_guess(self) -> bool:
        """Whether https was put before what was typed."""
        return "://" not in self.data.get("place", "")

    def clean_place(self) -> str:
        """The address that will be asked; never one inside our own network."""
        typed = self.cleaned_data["place"].strip()
        try:
            return usable(typed if "://" in typed else f"https://{typed}/")
        except UnusableAddressError as error:
            said = _("This is no site on the public web: %(words)s")
            raise ValidationError(said % {"words": typed[:200]}) from error


class FeedsForm(forms.Form):
    """A site that was looked at, and those of its feeds that are taken up."""

    site = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    feeds = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Feeds"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, feeds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feeds"].choices = feeds  # type: ignore[attr-defined]
        self.fields["feeds"].widget.attrs.pop("class", None)

    def clean_site(self) -> str:
        """The site stands on the public web, whatever was sent; "" where there is none."""
        site: str = self.cleaned_data["site"]
        if site:
            _host(site)
        return usable(site) if site else ""

    def clean_feeds(self) -> list[str]:
        """So does each feed."""
        for place in self.cleaned_data["feeds"]:
            _host(place)
        feeds: list[str] = self.cleaned_data["feeds"]
        return feeds


class NewSourceForm(FeedsForm, SourceForm):
    """The source as an editor confirms it, with the sites and feeds that come with it."""

    def clean(self) -> dict[str, Any]:
        """What has no site is told apart by its name alone."""
        data = super().clean() or {}
        same = Source.objects.standing().filter(name__iexact=data.get("name", "").strip())
        if data.get("site") == "" and same.exists():
            self.add_error("name", _("There is a source of this name already."))
        return data


def _host(place: str) -> str:
    try:
        return authority(usable(place))
    except UnusableAddressError as error:
        raise ValidationError(_("This is no address on the public web.")) from error


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(("sources.add_source", "sources.add_feed"), raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a domain; look at the site; show what was found; make what is confirmed."""
    if "site" in request.POST:
        return _confirmed(request)
    form = PlaceForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method != "POST" or not form.is_valid():
        return _asked(request, form)
    place = form.cleaned_data["place"]
    try:
        found = _looked_at(place, form.is_guess)
    except UnansweredError as error:
        if error.outcome in NO_SITE:
            form.add_error("place", str(outcome(error.outcome)))
            return _asked(request, form)
        words = _("Nothing could be read there. %(why)s You can add it all the same.")
        messages.warning(request, words % {"why": outcome(error.outcome)})
        found = Discovery(False, "", (), url=place)
    return render(request, "tracker/source_new.html", _proposed(place, found))


def _asked(request: HttpRequest, form: PlaceForm) -> HttpResponse:
    """The form for a domain, with what is wrong with the one that was typed."""
    context = {"form": form, "siteless": _siteless(request)}
    status = 422 if form.errors else 200
    return render(request, "tracker/source_new.html", context, status=status)


def _holder(site: str) -> Source | None:
    """The source whose site this is."""
    return Source.objects.filter(hosts__authority=authority(site)).first()


def _siteless(request: HttpRequest) -> NewSourceForm:
    """The form for whoever publishes on no site of their own: a name and a type are enough."""
    named = {"name": request.GET.get("name", "")[:300]}
    form = NewSourceForm(feeds=[], initial=named, label_suffix="", auto_id="n_%s")
    for name in ("feeds", "owner", "country", "languages", "community"):
        del form.fields[name]
    return form


def _looked_at(place: str, guessed: bool) -> Discovery:
    """What stands at an address; over plain http where https was our guess and leads nowhere."""
    try:
        return discover(place, SECONDS)
    except UnansweredError as error:
        if not guessed or error.outcome not in NO_HTTPS:
            raise
        try:
            return discover(place.replace("https:", "http:", 1), SECONDS)
        except UnansweredError:
            raise error from None


def _proposed(place: str, found: Discovery) -> dict[str, Any]:
    """The site as it presents itself, for an editor to correct; of one we know its feeds alone."""
    offered = found.candidates[:MOST_FEEDS]
    ours = {one.url for one in offered if is_followed(one.url)}
    feeds = [(one.url, _in_words(one, one.url in ours)) for one in offered]
    site = place if _holder(place) else found.url or place
    initial = {"site": site, "feeds": [one.url for one in offered if one.url not in ours][:1]}
    if held := _holder(site):
        return {"confirm": FeedsForm(initial=initial, feeds=feeds, label_suffix=""), "held": held}
    # its type is nobody's guess
    source = Source(name=found.name or authority(place), kind=SourceKind.UNCLASSIFIED)
    form = NewSourceForm(instance=source, initial=initial, feeds=feeds, label_suffix="")
    form.initial["languages"] = found.language[:2].lower()
    return {"confirm": form}


def _in_words(feed: Candidate, followed: bool) -> str:
    """A feed as it is offered: its title, its format, how much it shows, and whether we have it."""
    number = ngettext("%(n)s item", "%(n)s items", feed.items) % {"n": feed.items}
    ours = _("followed already") if followed else ""
    said = (feed.title, str(feed_format(feed.format)), number, ours)
    return ", ".join(part for part in said if part)


@transaction.atomic
def _confirmed(request: HttpRequest) -> HttpResponse:
    sent = [(url, url) for url in request.POST.getlist("feeds")[:MOST_FEEDS]]
    if held := _holder(request.POST["site"]):
        return _taken_up(request, held, sent)
    form = NewSourceForm(request.POST, feeds=sent, label_suffix="")
    if not form.is_valid():
        return render(request, "tracker/source_new.html", {"confirm": form}, status=422)
    source = form.save(commit=False)
    source.slug = free_slug(source.name)
    source.save()
    if not form.cleaned_data["site"]:
        messages.success(request, _("%(name)s is a source now.") % {"name": source})
        return redirect("source", source.slug)
    taken = _settled(source, form.cleaned_data["site"], form.cleaned_data["feeds"])
    words = ngettext(
        "%(name)s is a source now. Its feed is being asked.",
        "%(name)s is a source now. Its %(n)d feeds are being asked.",
        taken,
    )
    words = words if taken else _("%(name)s is a source now.")
    messages.success(request, words % {"name": source, "n": taken})
    return redirect("source", source.slug)


def _taken_up(request: HttpRequest, source: Source, sent: list[tuple[str, str]]) -> HttpResponse:
    """More feeds of a source that is there already."""
    form = FeedsForm(request.POST, feeds=sent, label_suffix="")
    if not form.is_valid():
        context = {"confirm": form, "held": source}
        return render(request, "tracker/source_new.html", context, status=422)
    taken = _settled(source, form.cleaned_data["site"], form.cleaned_data["feeds"])
    words = ngettext(
        "%(n)d feed is taken up, and being asked.",
        "%(n)d feeds are taken up, and being asked.",
        taken,
    )
    if taken:
        messages.success(request, words % {"n": taken})
    else:
        messages.info(request, _("Nothing changes: we follow these feeds already."))
    return redirect("source", source.slug)


def _settled(source: Source, site: str, feeds: list[str]) -> int:
    """Give a source its site and its feeds; how many feeds are new."""
    host = authority(site)
    row, _made = Host.objects.get_or_create(authority=host, defaults={"source": source})
    if row.source_id is None:
        Host.objects.filter(pk=host).update(source=source)
    home = urljoin(site, "/")
    taken = sum(
        subscribe(Subscription(place, name=source.name, site_url=home), source)[1]
        for place in feeds
    )
    if taken:
        tasks.ring()
    return taken
