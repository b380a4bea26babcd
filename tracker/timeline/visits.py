"""Remembers when somebody last read a story, and up to where they marked it as seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F

from tracker.models import Story, User, Visit

ONE_VISIT = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)  # reading on writes no oftener
_NOTED = """
WITH noted AS (
  UPDATE tracker_visit SET before = CASE WHEN latest < %(left)s THEN latest ELSE before END,
    latest = %(now)s
  WHERE user_id = %(user)s AND story_id = %(story)s AND latest <= %(noted)s RETURNING *
)
SELECT * FROM noted UNION ALL
SELECT * FROM tracker_visit WHERE user_id = %(user)s AND story_id = %(story)s
  AND NOT EXISTS (SELECT FROM noted)"""


def visit(user: User | AnonymousUser, story: Story, now: datetime) -> Visit:
    """The reader's row of a story, with this visit noted in it.

    Pages read within half an hour of each other belong to one visit, so that what is new stays new
    while somebody reads. Who comes for the first time has nothing marked for them but the start:
    what is recorded from then on is new until they say that they have seen it. Of who has not
    signed in nothing is kept.
    """
    if not user.is_authenticated:
        return Visit(story=story, latest=now, seen_until=now)
    of = {"user": user.pk, "story": story.pk, "now": now}
    ago = {"noted": now - NOTED_EVERY, "left": now - ONE_VISIT}
    for row in Visit.objects.raw(_NOTED, of | ago):
        return row
    row, _ = Visit.objects.get_or_create(
        user=user, story=story, defaults={"latest": now, "seen_until": now}
    )
    return row


@transaction.atomic
def mark_seen(user: User, story: Story, until: datetime) -> None:
    """Everything recorded up to a moment is seen; what came after it stays new.

    Args:
        until: when the page was made that the reader pressed the button on.
    """
    row = Visit.objects.select_for_update().filter(user=user, story=story).first()
    if row is None:
        Visit.objects.create(user=user, story=story, latest=until, seen_until=until)
    elif until > row.seen_until:
        row.seen_before, row.seen_until = row.seen_until, until
        row.save(update_fields=["seen_before", "seen_until"])


def unmark(user: User, story: Story) -> None:
    """Take the last mark back, once."""
    rows = Visit.objects.filter(user=user, story=story, seen_before__isnull=False)
    rows.update(seen_until=F("seen_before"), seen_before=None)
