"""Takes back what a person decided in the inbox, so long as nobody acted on it since."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tracker.models import Decision, StoryArticle, Suggestion, User
from tracker.models.suggestion import PERSON

State = Suggestion.State


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, and what stays because somebody acted on it since."""

    back: list[Decision]
    left: list[Decision]


class NotYoursError(Exception):
    """Nobody takes back what another person decided."""


@transaction.atomic
def undo(together: uuid.UUID, by: User) -> Undone:
    """Take back everything decided at one press; evidence made by it is withdrawn, not deleted.

    Args:
        together: what the decisions of the press share.

    Raises:
        NotYoursError: they are another person's.
    """
    acts = list(
        Decision.objects.standing().filter(together=together).select_for_update().order_by("pk")
    )
    if any(act.by_id != by.pk for act in acts):
        raise NotYoursError
    done = Undone([], [])
    for act in acts:
        taken = _articles(act) if act.story_article_id else _suggestions(act, by)
        (done.back if taken else done.left).append(act)
        if taken:
            act.undone_at, act.undone_by = timezone.now(), by
            act.save(update_fields=["undone_at", "undone_by"])
    return done


def _suggestions(act: Decision, by: User) -> bool:
    """Let the rows of an act stand as before; False when somebody acted on one of them since."""
    found = Suggestion.objects.filter(pk__in=[one["pk"] for one in act.before]).order_by("pk")
    # held first, read then: who waited for the lock would join what stood there before
    list(found.select_for_update().values_list("pk"))
    related = ("evidence", "version", "article__current_version")
    rows = {row.pk: row for row in found.select_related(*related)}
    if any(row.act_id != act.pk for row in rows.values()):
        return False
    for before in act.before:
        row = rows.get(before["pk"])
        if row is not None:
            _withdraw(row, act, by)
            _stand_again(row, before)
    return True


def _withdraw(row: Suggestion, act: Decision, by: User) -> None:
    """Withdraw the evidence an act made; what somebody had linked before stays."""
    made = row.evidence
    if made is not None and made.withdrawn_at is None and made.recorded_at >= act.at:
        made.withdraw(by, _("Undone"))
    row.evidence, row.rejected_because = None, ""


def _stand_again(row: Suggestion, before: dict[str, Any]) -> None:
    row.decided_by_id, row.assigned_to_id = before["decided_by"], before["assigned_to"]
    row.decided_at = parse_datetime(before["decided_at"]) if before["decided_at"] else None
    row.act_id = before["act"]
    row.state = before["state"] if _still_said(row) else State.OBSOLETE
    row.save()


def _still_said(row: Suggestion) -> bool:
    """Whether the text still has the words; the row moves to the version that stands now."""
    now = row.article.current_version
    if row.state == State.OBSOLETE:
        return False
    if now is None or now.pk == row.version_id or row.engine == PERSON:
        return True
    at = now.text.find(row.exact)
    if at < 0:
        return False
    row.version, row.start, row.end = now, at, at + len(row.exact)
    row.speaker_start, row.speaker_end = -1, -1  # the words that name them may stand elsewhere
    return True


def _articles(act: Decision) -> bool:
    found = StoryArticle.objects.filter(pk__in=[one["pk"] for one in act.before])
    rows = {row.pk: row for row in found.select_for_update().order_by("pk")}
    if any(row.act_id != act.pk for row in rows.values()):
        return False
    for before in act.before:
        row = rows.get(before["pk"])
        if row is not None:
            row.read_by_id, row.dismissed_by_id = before["read_by"], before["dismissed_by"]
            at = before["dismissed_at"]
            row.dismissed_at = parse_datetime(at) if at else None
            row.act_id = before["act"]
            row.save()
    return True
