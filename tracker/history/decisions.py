"""Reads what people decided in the inbox as acts of the history, each with the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.history.values import QUOTE
from tracker.models import Decision, StoryArticle, Suggestion, User

Verb = Decision.Verb


def decisions(
    user: User | AnonymousUser, by: int | None, of: tuple[str, int] | None, before: Q, size: int
) -> list[Decision]:
    """Up to `size` decisions this person may know of, newest first, those undone too.

    Args:
        by: the only person wanted.
        of: the only claim, evidence or source wanted, as its kind and key.
        before: the condition that leaves out what a page before has shown.
    """
    rows = Decision.objects.visible_to(user).filter(before)
    if by is not None:
        rows = rows.filter(by=by)
    if of is not None:
        rows = rows.filter(**{_OF[of[0]]: of[1]})
    related = ("suggestion__claim__story", "story_article__story", "by", "assigned_to", "undone_by")
    articles = ("suggestion__article__source", "story_article__article")
    return list(rows.select_related(*related, *articles).order_by("-at", "-pk")[:size])


_OF = {
    "claim": "suggestion__claim",
    "evidence": "suggestion__evidence",
    "source": "suggestion__article__source",
}
OBJECTS = tuple(_OF)


def said(act: Decision) -> tuple[str, ...]:
    """A decision as sentences: what, of which words, for how many articles, why, and if undone."""
    found = [_of_suggestion(act, act.suggestion) if act.suggestion else _of_article(act)]
    if act.suggestion and len(act.before) > 1:
        n = len(act.before)
        found.append(
            ngettext("It covers %(n)s article.", "It covers %(n)s articles.", n) % {"n": n}
        )
    if act.because:
        found.append(_("Why: %(why)s") % {"why": act.because})
    if act.undone_by:
        found.append(_("Taken back by %(name)s.") % {"name": act.undone_by})
    return tuple(found)


def address(act: Decision) -> str:
    """Where what was decided is seen."""
    if act.suggestion:
        return f"{reverse('inbox')}?at={act.suggestion.pk}"
    return reverse("article", args=[_row(act).article_id])


def is_sample(act: Decision) -> bool:
    """Whether it tells of something invented."""
    story = act.suggestion.claim.story if act.suggestion else _row(act).story
    return story.sample


def undoable(rows: Sequence[Decision], user: User | AnonymousUser) -> set[int]:
    """The keys of this person's own decisions on which nobody acted since."""
    own = [row.pk for row in rows if row.by_id == user.pk and row.undone_at is None]
    found = Suggestion.objects.filter(act__in=own).values_list("act", flat=True)
    articles = StoryArticle.objects.filter(act__in=own).values_list("act", flat=True)
    return {pk for pk in (*found, *articles) if pk}


def undo(act: Decision) -> str:
    """The address that takes it back, with all that was decided at the same press."""
    return reverse("undo", args=[act.together])


def _row(act: Decision) -> StoryArticle:
    """The story's article a decision is about, where it is about no suggestion."""
    assert act.story_article is not None
    return act.story_article


def _of_suggestion(act: Decision, one: Suggestion) -> str:
    values = {
        "quote": Truncator(one.exact).chars(QUOTE),
        "claim": f"C{one.claim.number}",
        "name": act.assigned_to,
    }
    if act.verb == Verb.ASSIGN and act.assigned_to is None:
        return _("Left “%(quote)s” for %(claim)s to nobody in particular.") % values
    return str(_SAID[act.verb]() % values)


def _of_article(act: Decision) -> str:
    row = _row(act)
    values = {"title": row.article.title, "story": row.story.heading}
    return str(_SAID[act.verb]() % values)


_SAID: dict[str, Any] = {
    Verb.ACCEPT: lambda: _("Accepted “%(quote)s” for %(claim)s."),
    Verb.EDIT: lambda: _("Accepted “%(quote)s”, proposed for %(claim)s, after an edit."),
    Verb.REJECT: lambda: _("Rejected “%(quote)s” for %(claim)s."),
    Verb.UNSURE: lambda: _("Was unsure of “%(quote)s” for %(claim)s."),
    Verb.SECOND: lambda: _("Asked for a second reader of “%(quote)s” for %(claim)s."),
    Verb.ASSIGN: lambda: _("Gave “%(quote)s” for %(claim)s to %(name)s to decide."),
    Verb.READ: lambda: _("Read “%(title)s” for the story “%(story)s”: nothing in it."),
    Verb.DISMISS: lambda: _("Said that “%(title)s” does not concern the story “%(story)s”."),
}
