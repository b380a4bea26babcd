"""The one door to the public: published claims as plain values, every word masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.models import (
    CommentRequest,
    Evidence,
    ProtectedName,
    Publication,
    Stance,
    StatusChange,
)
from tracker.publishing.masking import Mask
from tracker.publishing.rules import latest_requests, masks
from tracker.timeline import days
from tracker.timeline.dating import effective

QUOTE = 300  # characters of a publisher's text that the public sees at most


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote with where it is from. `url` is empty where the address itself would tell a name."""

    key: int
    quote: str
    stance: str
    stance_words: str
    chain: str
    outlet: str
    author: str
    on: date | None
    url: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comment:
    """Whom we asked, and what they answered; "" = nothing by the deadline."""

    subject: str
    asked: datetime
    deadline: datetime
    answer: str


@dataclass(frozen=True, slots=True)
class PublicClaim:
    """A published claim; who published it is told to nobody."""

    story_slug: str
    story: str
    number: int
    title: str
    statement: str
    alleged: bool
    status: str
    status_by: str
    status_on: str
    status_since: str
    published: datetime
    sample: bool
    passages: tuple[Passage, ...]
    comments: tuple[Comment, ...]

    @property
    def words(self) -> str:
        """All that a search looks through: nothing that is not shown."""
        said = (f"{one.quote} {one.outlet} {one.chain}" for one in self.passages)
        return "\n".join((self.title, self.statement, self.story, *said)).casefold()


def claims(slug: str = "", number: int | None = None) -> list[PublicClaim]:
    """What is published, the newest first; of one story or one claim alone when asked."""
    rows = Publication.objects.public().select_related(
        "claim__story", "status__status", "status__by_speaker"
    )
    if slug:
        rows = rows.filter(claim__story__slug=slug)
    if number is not None:
        rows = rows.filter(claim__number=number)
    found = list(rows.order_by("-approved_at", "-pk"))
    stories = {row.claim.story_id for row in found}
    names = masks(ProtectedName.objects.standing().filter(story__in=stories))
    passages = _passages(found)
    asked = latest_requests([row.claim for row in found])
    shown = []
    for row in found:
        masked = names.get(row.claim.story_id, Mask())
        if not masked.touches(row.claim.story.slug):
            comments = asked.get(row.claim_id, {}).values()
            shown.append(_claim(row, masked, passages.get(row.pk, []), comments))
    return shown


def search(words: str) -> list[PublicClaim]:
    """Published claims in which every word stands, as they are shown: a mask can't be asked."""
    asked = words.casefold().split()
    return [one for one in claims() if all(word in one.words for word in asked)]


def _passages(rows: Iterable[Publication]) -> dict[int, list[Evidence]]:
    """The passages of each that still stand, in three queries whatever their number."""
    through = Publication.passages.through.objects.filter(publication__in=rows)
    pairs = list(through.values_list("publication_id", "evidence_id"))
    standing = Evidence.objects.standing().filter(pk__in={evidence for _row, evidence in pairs})
    held = {one.pk: one for one in standing.for_display()}
    found: dict[int, list[Evidence]] = {}
    for publication, evidence in pairs:
        if evidence in held:
            found.setdefault(publication, []).append(held[evidence])
    return found


def _claim(
    row: Publication, masked: Mask, passages: list[Evidence], asked: Iterable[CommentRequest]
) -> PublicClaim:
    french = (get_language() or "").startswith("fr")
    title = (row.title_fr if french else "") or row.title
    statement = (row.statement_fr if french else "") or row.statement
    status = row.status if row.status and row.status.withdrawn_at is None else None
    settled = status and status.by_kind == StatusChange.By.COURT and status.status.settles
    shown = [_passage(one, masked) for one in passages]
    return PublicClaim(
        story_slug=row.claim.story.slug,
        story=masked.text(row.claim.story.heading),
        number=row.claim.number,
        title=masked.text(title),
        statement=masked.text(statement),
        alleged=not settled,
        status=status.status.label if status else "",
        status_by=masked.text(status.by_name) if status else "",
        status_on=_day(status) if status else "",
        status_since=effective(status) if status else "",
        published=row.approved_at or row.proposed_at,
        sample=row.claim.story.sample,
        passages=tuple(sorted(shown, key=lambda one: (one.on or date.max, one.key))),
        comments=tuple(_comment(one, masked) for one in asked),
    )


def _day(status: StatusChange) -> str:
    """Since when, as in ISO 8601 and no more precisely than it is known: 2022-11."""
    return days.write(status.effective_on, days.last(status.effective_on, status.precision))


def _passage(one: Evidence, masked: Mask) -> Passage:
    article = one.version.article
    printed = article.published_at
    safe = urlsplit(article.url).scheme in ("http", "https") and not masked.touches(article.url)
    return Passage(
        key=one.pk,
        quote=_cut(masked.text(one.exact)),
        stance=one.stance,
        stance_words=str(Stance(one.stance).label),
        chain=masked.text(one.chain_words),
        outlet=masked.text(str(article.source)),
        author=masked.text(article.author),
        on=timezone.localdate(printed) if printed else None,
        url=article.url if safe else "",
        start=one.start,
        end=one.end,
    )


def _cut(words: str) -> str:
    """No more than the public sees, ended between words."""
    if len(words) <= QUOTE:
        return words
    return words[: QUOTE - 1].rsplit(" ", 1)[0] + "…"


def _comment(one: CommentRequest, masked: Mask) -> Comment:
    answer = _cut(masked.text(one.answer))
    return Comment(masked.text(str(one.subject)), one.asked_at, one.deadline, answer)


def publisher() -> str:
    """Who publishes, by role: editors have no names here."""
    return _("The editors")
