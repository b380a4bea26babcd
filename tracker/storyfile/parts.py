"""What a story file holds, as values: the story, its sources, speakers, claims and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

KINDS_OF_SOURCE = ("outlet", "agency", "ngo", "government", "court", "police", "other")
KINDS_OF_SPEAKER = ("person", "institution")
BY_KINDS = ("court", "police", "commission", "government", "party", "newsroom")
PRECISIONS = ("day", "month", "year")
STANCES = ("supports", "reports", "disputes", "denies", "declines", "context")
VERBS = ("answers", "contradicts", "follows", "repeats")
STATUSES = (
    *("alleged", "reported", "disputed", "denied", "acknowledged", "found", "retracted"),
    *("under-investigation", "charged", "civil-suit-pending", "pleaded-guilty", "convicted"),
    *("acquitted", "charges-dropped", "closed-without-charges", "settled"),
)
# A court will say more: somebody has to look again on a date.
WAIT_ON_COURT = ("charged", "civil-suit-pending", "pleaded-guilty")
LONGEST_QUOTE = 300  # characters; what the public may see of a publisher's text
DEFAULT_TZ = "America/Toronto"


@dataclass(frozen=True, slots=True)
class StoryHead:
    """The story itself."""

    slug: str
    title: str
    title_fr: str = ""
    dek: str = ""
    dek_fr: str = ""
    languages: tuple[str, ...] = ()
    filter: str = ""
    sample: bool = False
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class TagPart:
    """A tag of sources."""

    slug: str
    label_en: str
    label_fr: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class FeedPart:
    """A feed of a source. `poll_minutes` None: once a night."""

    url: str
    poll_minutes: int | None = None
    tz: str = DEFAULT_TZ


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Who publishes; `domains` are hosts, with the port unless it is the usual one."""

    slug: str
    name: str
    kind: str = "outlet"
    country: str = ""
    languages: tuple[str, ...] = ()
    owner: str = ""
    community: str = ""
    tags: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    feeds: tuple[FeedPart, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeakerPart:
    """Who says it. `sample`: invented for a sample story."""

    slug: str
    name: str
    kind: str = "person"
    description: str = ""
    variants: tuple[str, ...] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True)
class StatusPart:
    """One dated status: by what kind of body, and which (a speaker's slug, where there is one)."""

    status: str
    by_kind: str
    on: date
    why: str
    by: str = ""
    subject: str = ""
    precision: str = "day"
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class RelationPart:
    """How a claim stands to another, by that one's number."""

    verb: str
    number: int


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """One checkable assertion."""

    number: int
    title: str
    statement: str
    title_fr: str = ""
    statement_fr: str = ""
    terms: str = ""
    parties: tuple[str, ...] = ()
    relations: tuple[RelationPart, ...] = ()
    statuses: tuple[StatusPart, ...] = ()


@dataclass(frozen=True, slots=True)
class EventPart:
    """A key event of the story."""

    on: date
    en: str
    fr: str = ""
    precision: str = "day"


@dataclass(frozen=True, slots=True)
class Reference:
    """One link of a chain, or an origin: its kind and its slug, address or words."""

    kind: str  # source, speaker, unnamed or article
    name: str


@dataclass(frozen=True, slots=True)
class EvidencePart:
    """A passage of an article that bears on a claim.

    `chain` is what stands behind the outlet we read, nearest first. `origin` overrules the origin
    that the chain gives. `event_until` is None when it is one day. `independent` is what an editor
    established: "yes" for the outlet's own reporting, "no", or ""; with why.
    """

    claim: int
    article: str
    quote: str
    stance: str
    prefix: str = ""
    speaker: str = ""
    denies_what: str = ""
    chain: tuple[Reference, ...] = ()
    origin: Reference | None = None
    event_on: date | None = None
    event_until: date | None = None
    independent: str = ""
    independent_because: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StoryFile:
    """All of it."""

    story: StoryHead
    tags: tuple[TagPart, ...] = ()
    sources: tuple[SourcePart, ...] = ()
    speakers: tuple[SpeakerPart, ...] = ()
    claims: tuple[ClaimPart, ...] = ()
    key_events: tuple[EventPart, ...] = ()
    evidence: tuple[EvidencePart, ...] = ()
