"""Links a passage to a claim: the evidence, its chain, and the origin the chain leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from sources.ingest.watch import watch
from sources.models import Source, Version
from tracker.attribution import Link, parse_chain
from tracker.models import ChainLink, Claim, Evidence, Origin, Speaker, Stance, User
from tracker.passages import anchoring, quotes


class LinkError(ValueError):
    """The passage can't be linked so; the message is for the editor."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person decided about a passage.

    Args:
        chain: the attribution as one line, such as "Harbour Wire, citing an unnamed source";
            empty for the outlet's own words. The outlet we read need not be named.
        event_on, event_until: the first day of what the passage tells of, and the last where it
            is another: a month or a year is known no more exactly.
        independent: "yes" confirms the outlet's own reporting, "no" that it is none.
        independent_because: what that rests on.
    """

    stance: str
    speaker: Speaker | None = None
    chain: str = ""
    denies_what: str = ""
    event_on: date | None = None
    event_until: date | None = None
    independent: str = ""
    independent_because: str = ""
    note: str = ""


@transaction.atomic
def link(
    claim: Claim, version: Version, start: int, end: int, reading: Reading, by: User
) -> Evidence:
    """Make evidence of a passage.

    Args:
        start: first code point of the passage in the version's text.
        end: the code point after its last.

    Raises:
        LinkError: no passage, no such stance, a denial that does not say of what, a speaker who is
            not the one the chain ends with, or linked before.
    """
    _check(version, start, end, reading)
    selector = quotes.select(version.text, start, end)
    links = chain_of(version.article.source, reading)
    # before the claim is touched: who moves an article holds its row, then asks for its claims
    watch(version.article)
    try:
        with transaction.atomic():
            evidence = Evidence.objects.create(
                claim=claim,
                version=version,
                exact=selector.exact,
                prefix=selector.prefix,
                suffix=selector.suffix,
                start=start,
                end=end,
                stance=reading.stance,
                denies_what=reading.denies_what,
                speaker=reading.speaker,
                origin=origin_of(version, links),
                independent=reading.independent,
                independent_because=reading.independent_because,
                event_on=reading.event_on,
                event_until=reading.event_until,
                note=reading.note,
                recorded_by=by,
            )
    except IntegrityError as error:
        raise LinkError(_("This passage is linked to this claim already.")) from error
    for position, one in enumerate(links):
        one.evidence, one.position = evidence, position
    ChainLink.objects.bulk_create(links)
    anchoring.onwards(evidence)
    return evidence


def _check(version: Version, start: int, end: int, reading: Reading) -> None:
    if not 0 <= start < end <= len(version.text) or not version.text[start:end].strip():
        raise LinkError(_("There is no such passage in this version."))
    if reading.stance not in Stance.values:
        raise LinkError(_("Choose a stance."))
    if reading.stance == Stance.DENIES and not reading.denies_what.strip():
        raise LinkError(_("Say what the passage denies."))


def chain_of(outlet: Source, reading: Reading) -> list[ChainLink]:
    """The whole chain as rows not yet stored: what we read first, who said it last.

    Raises:
        LinkError: a speaker is chosen, and the line ends with somebody who is not named.
    """
    said = list(parse_chain(reading.chain)) if reading.chain.strip() else []
    if said and _same_name(said[0].name, outlet.name):
        said = said[1:]
    links = [ChainLink(source=outlet, read_by_us=True)]
    links += [_link(one) for one in said]
    last = links[-1]
    if reading.speaker is not None and last.speaker_id != reading.speaker.pk:
        if last.words and not last.unnamed and _names(reading.speaker, last.words):
            links[-1] = ChainLink(speaker=reading.speaker)
        elif last.unnamed:
            raise LinkError(_("The line ends with somebody who is not named: who says it?"))
        else:
            links.append(ChainLink(speaker=reading.speaker))
    return links


def _link(said: Link) -> ChainLink:
    """One link resolved to a source or speaker we know; else it keeps the words."""
    if said.kind == "unnamed":
        return ChainLink(words=said.name, unnamed=True)
    named = Source.objects.filter(name__iexact=said.name).select_related("merged_into")
    source = named.order_by(F("merged_into").asc(nulls_first=True), "name", "pk").first()
    if source is not None:
        return ChainLink(source=source.stands_as)
    speaker = find_speaker(said.name)
    return ChainLink(speaker=speaker) if speaker else ChainLink(words=said.name)


def find_speaker(name: str) -> Speaker | None:
    """The speaker of this name or with this variant, case ignored."""
    known = Speaker.objects.filter(merged_into=None)
    exact = known.annotate(lower=Lower("name")).filter(
        Q(lower=name.lower()) | Q(variants__contains=[name])
    )
    return exact.first()


def origin_of(version: Version, links: list[ChainLink]) -> Origin | None:
    """The origin the last link stands for; None when its lineage is unknown.

    An unnamed speaker is an origin of the article that spoke to it. Relayed, the outlet that did
    stands for it, so that ten outlets relaying one unnamed source are one origin.
    """
    last = links[-1]
    if last.speaker_id:
        return Origin.objects.get_or_create(speaker_id=last.speaker_id)[0]
    if last.unnamed:
        teller = links[-2]
        if teller.read_by_us:
            return Origin.objects.get_or_create(article_id=version.article_id)[0]
        if teller.source_id:
            return Origin.objects.get_or_create(source_id=teller.source_id)[0]
        return None
    if last.source_id and not last.read_by_us:
        return Origin.objects.get_or_create(source_id=last.source_id)[0]
    return None


def _same_name(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _names(speaker: Speaker, words: str) -> bool:
    return any(_same_name(words, name) for name in (speaker.name, *speaker.variants))
