"""Which sources an address asks for, as a condition on rows, and what there is to choose from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sources.ingest.health import QUIET_AFTER
from sources.models import Feed, Host, Source, SourceTag, Tag
from sources.models.source import SourceKind, SourceQuerySet
from tracker.models import Claim, Evidence, User
from tracker.models.typed import key

NAMES = ("q", "tag", "tags", "kind", "country", "language", "health", "claim")
LONGEST = 4000  # characters of a query
UNWELL = Q(failures__gte=1) | Q(gone_since__isnull=False)
TAGGED: dict[str, str | Promise] = {
    "all": _("all of these"),
    "any": _("any of these"),
    "none": _("none of these"),
    "untagged": _("no tag yet"),
}
HEALTH: dict[str, str | Promise] = {
    "working": _("Working"),
    "failing": _("Needs attention"),
    "quiet": _("Quiet"),
    "paused": _("Paused"),
    "none": _("No feed"),
}


def narrowed(found: SourceQuerySet, asked: QueryDict, user: User | AnonymousUser) -> SourceQuerySet:
    """The sources that fit everything an address asks for; words it can't mean narrow nothing.

    Args:
        user: whose stories a claim is looked for in.
    """
    if words := asked.get("q", "").strip():
        former = Source.objects.exclude(merged_into=None).filter(name__unaccent__icontains=words)
        found = found.filter(
            Q(name__unaccent__icontains=words)
            | Q(owner__unaccent__icontains=words)
            | Q(community__unaccent__icontains=words)
            | Q(pk__in=former.values("merged_into"))
            | Q(pk__in=Host.objects.filter(authority__icontains=words).values("source"))
        )
    found = _by_tags(found, asked)
    if (kind := asked.get("kind", "")) in SourceKind.values:
        found = found.filter(kind=kind)
    if country := asked.get("country", ""):
        found = found.filter(country=country)
    if language := asked.get("language", ""):
        found = found.filter(languages__contains=[language])
    return _relied_on(_by_health(found, asked.get("health", "")), asked.get("claim", ""), user)


def _by_tags(found: SourceQuerySet, asked: QueryDict) -> SourceQuerySet:
    slugs = [slug for slug in asked.getlist("tag") if slug]
    how = asked.get("tags", "")
    if how == "untagged":
        return found.exclude(pk__in=SourceTag.objects.values("source"))
    if not slugs:
        return found
    if how in ("any", "none"):
        named = Q(tag__slug__in=slugs) | Q(tag__former_tags__slug__in=slugs)
        wearers = Q(pk__in=SourceTag.objects.filter(named).values("source"))
        return found.filter(wearers if how == "any" else ~wearers)
    for slug in slugs:
        found = found.tagged(slug)
    return found


def _by_health(found: SourceQuerySet, word: str) -> SourceQuerySet:
    conditions = {
        "failing": UNWELL,
        "paused": Q(enabled=False),
        "working": Q(failures=0, enabled=True),
        "quiet": Q(enabled=True, failures=0, last_new_at__lt=timezone.now() - QUIET_AFTER),
        "none": Q(),
    }
    if word not in conditions:
        return found
    having = Q(pk__in=Feed.objects.filter(conditions[word]).values("source"))
    return found.filter(~having if word == "none" else having)


def _relied_on(found: SourceQuerySet, claim: str, user: User | AnonymousUser) -> SourceQuerySet:
    """The sources whose articles carry evidence of the claim, or of one merged into it."""
    number = key(claim)
    if number is None:
        return found
    evidence = Evidence.objects.visible_to(user).standing()
    carried = evidence.filter(Q(claim=number) | Q(claim__merged_into=number))
    return found.filter(pk__in=carried.values("version__article__source"))


def asked_for(asked: QueryDict) -> str:
    """The query of the choice alone, as it is kept and compared: no empty fields, no page."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        values = [value for value in asked.getlist(name) if value]
        if values:
            kept.setlist(name, values)
    return kept.urlencode()


def asked_for_in(query: str) -> str:
    """The same of an address' query as it came; empty for one too long to be one of ours."""
    return asked_for(QueryDict(query)) if len(query) < LONGEST else ""


def choices(user: User | AnonymousUser) -> dict[str, Any]:
    """What there is to choose from: tags by group with how many carry each, kinds and so on."""
    standing = Source.objects.standing()
    places = standing.order_by().values_list("country", "languages").distinct()
    claims = Claim.objects.visible_to(user).standing().select_related("story")
    return {
        "tags": Tag.objects.standing().annotate(n=Count("source_tags")),
        "kinds": SourceKind.choices,
        "countries": sorted({country for country, _languages in places if country}),
        "languages": sorted({code for _country, codes in places for code in codes}),
        "healths": HEALTH.items(),
        "tagged": TAGGED.items(),
        "claims": claims.order_by("story__title", "number"),
    }
