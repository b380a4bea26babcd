"""Keeps what a person decided, with what stood before, so that it can be taken back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from tracker.models import Decision, Suggestion, User


def record(
    rows: Sequence[Suggestion],
    verb: str,
    by: User,
    because: str,
    together: uuid.UUID | None,
    **values: Any,
) -> Decision:
    own = rows[0]
    return Decision.objects.create(
        suggestion=own,
        verb=verb,
        by=by,
        because=because,
        together=together or uuid.uuid4(),
        before=[_standing(row) for row in rows],
        engine=own.engine,
        features=own.features,
        rank=own.rank,
        score=own.score,
        **values,
    )


def _standing(row: Suggestion) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "state": row.state,
        "decided_by": row.decided_by_id,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "assigned_to": row.assigned_to_id,
        "act": row.act_id,
    }


def leave(rows: list[Suggestion], state: str, act: Decision) -> list[Suggestion]:
    for row in rows:
        stand(row, state, act.by, act)
    return rows


def stand(row: Suggestion, state: str, by: User, act: Decision | None) -> None:
    row.state, row.decided_by, row.decided_at, row.act = state, by, timezone.now(), act
    row.save(
        update_fields=["state", "decided_by", "decided_at", "act", "evidence", "rejected_because"]
    )
