"""The sentence that tells of a change, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.models import Anchor, Claim, Evidence, Follow, Stance, StatusChange
from tracker.operations.wording import Words
from tracker.timeline.dating import effective
from tracker.timeline.origins import Statement

_SAID: dict[str, Words] = {
    Stance.SUPPORTS: gettext_lazy("%(who)s supports %(claim)s"),
    Stance.REPORTS: gettext_lazy("%(who)s reports on %(claim)s"),
    Stance.DISPUTES: gettext_lazy("%(who)s disputes %(claim)s"),
    Stance.DENIES: gettext_lazy("%(who)s denies %(claim)s"),
    Stance.DECLINES: gettext_lazy("%(who)s declines to comment on %(claim)s"),
    Stance.CONTEXT: gettext_lazy("%(who)s gives context to %(claim)s"),
}


def named(claim: Claim) -> str:
    """A claim in a few words, said to be alleged until a court settled it."""
    values = {"n": claim.number, "claim": claim.short}
    if claim.is_alleged:
        return _("C%(n)s (alleged: %(claim)s)") % values
    return _("C%(n)s (%(claim)s)") % values


def followed(follow: Follow) -> str:
    """What somebody follows, by kind and name."""
    if follow.claim:
        return _("Claim %(claim)s") % {"claim": named(follow.claim)}
    if follow.story:
        return _("Story: %(name)s") % {"name": follow.story.heading}
    if follow.source:
        return _("Source: %(name)s") % {"name": follow.source.name}
    return _("Search: %(words)s") % {"words": follow.words}


def statement(said: Statement, lead: Evidence) -> str:
    """Who said it, what it does to the claim, and what a denial denies."""
    outlet = str(lead.version.article.source)
    who = said.origin_name or _("%(outlet)s, of unknown lineage,") % {"outlet": outlet}
    sentence = str(_SAID[said.stance]) % {"who": who, "claim": named(lead.claim)}
    if lead.denies_what:
        return _("%(sentence)s: “%(what)s”") % {"sentence": sentence, "what": lead.denies_what}
    return sentence


def carried(said: Statement, lead: Evidence, number: int) -> str:
    """More articles carry what was told before."""
    who = said.origin_name or str(lead.version.article.source)
    return ngettext(
        "%(n)s more article carries what %(who)s said of %(claim)s",
        "%(n)s more articles carry what %(who)s said of %(claim)s",
        number,
    ) % {"n": number, "who": who, "claim": named(lead.claim)}


def status(change: StatusChange) -> str:
    """The status, of whom, by whom in the world and since when: never a bare word."""
    subject = f" ({change.subject})" if change.subject else ""
    return _("%(claim)s: status “%(status)s”%(subject)s, by %(who)s, since %(when)s") % {
        "claim": named(change.claim),
        "status": change.status.label,
        "subject": subject,
        "who": change.by_name,
        "when": effective(change),
    }


def withdrawn_status(change: StatusChange) -> str:
    """A status was taken back, and why."""
    return _("%(claim)s: the status “%(status)s” was withdrawn: %(why)s") % {
        "claim": named(change.claim),
        "status": change.status.label,
        "why": change.withdrawn_because,
    }


def withdrawn(evidence: Evidence) -> str:
    """A passage no longer stands as evidence, and why."""
    return _("A passage of %(outlet)s was withdrawn from %(claim)s: %(why)s") % {
        "outlet": evidence.version.article.source,
        "claim": named(evidence.claim),
        "why": evidence.withdrawn_because,
    }


def touched(anchor: Anchor) -> str:
    """A publisher changed or took out words that a claim rests on."""
    values = {
        "outlet": anchor.version.article.source,
        "claim": named(anchor.evidence.claim),
    }
    if anchor.state == Anchor.State.GONE:
        return _("%(outlet)s took out a passage that %(claim)s rests on") % values
    return _("%(outlet)s altered a passage that %(claim)s rests on") % values


def article(outlet: str, title: str, where: str, others: int) -> str:
    """A new article, why it is told of, and how many more carry its text."""
    values = {"outlet": outlet, "title": title, "where": where, "n": others}
    if not others:
        return _("New article of %(outlet)s, %(where)s: “%(title)s”") % values
    return ngettext(
        "New article of %(outlet)s, %(where)s: “%(title)s” (and %(n)s more with the same text)",
        "New article of %(outlet)s, %(where)s: “%(title)s” (and %(n)s more with the same text)",
        others,
    ) % {**values}
