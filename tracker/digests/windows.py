"""Sends what is due: the window is written first, then the mail goes, then what was told is noted.

Whoever dies in between leaves a window without `sent_at`; the next round sends that same window
again under the same Message-ID. So nothing is left out, and what comes twice can be known.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Min
from django.utils import timezone, translation

from tracker.changes.scope import Followed
from tracker.changes.stream import changes
from tracker.digests import mail
from tracker.digests.rhythm import last_due, retry_after
from tracker.models import Digest, Follow, Rate, User

log = logging.getLogger(__name__)
BUDGET = timedelta(seconds=60)  # of one round; who is not reached is first in the next

# A row is stamped with the beginning of its transaction and seen at its end: of what others are
# still writing nothing may be passed over.
_SETTLED = """
SELECT least(clock_timestamp(), min(xact_start) - interval '1 microsecond') FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def send_due(now: datetime) -> int:
    """Send every digest that is due. Returns how many went out.

    A mail that can't be sent is noted in the log and tried again later; it stops no other.
    """
    until, sent = settled_until(), 0
    for user, rate in _due(now):
        try:
            sent += tell(user, rate, until, now)
        except Exception:
            log.exception("the %s digest of user %s did not go out", rate, user.pk)
        if timezone.now() - now > BUDGET:
            break
    return sent


def tell(user: User, rate: str, until: datetime, now: datetime) -> int:
    """Send one person's digest of a rate, unless there is nothing or another sender has it."""
    digest = _claim(user, rate, until, now)
    if digest is None:
        return 0
    with translation.override(user.language or settings.LANGUAGE_CODE):
        found = told_of(user, rate, digest.until)
        sent = mail.message(user, digest, found).send() if found else 0
    _finish(digest, len(found))
    return sent


def forget_old(now: datetime) -> int:
    """Drop the record of mails sent long ago; no address in them needs it. Returns the rows."""
    old = now - timedelta(days=settings.INGEST["log_days"])
    return Digest.objects.filter(sent_at__lt=old).delete()[0]


def told_of(user: User, rate: str, until: datetime) -> mail.Sections:
    """What the next mail tells, under the follow that brought it; the most particular comes first.

    Changes of confidential stories stand under None, whatever brought them.
    """
    follows = Follow.objects.visible_to(user).filter(rate=rate).for_display()
    followed = [Followed(one, one.told_until) for one in follows if one.told_until < until]
    return mail.arranged(followed, changes(user, followed, until)) if followed else []


def settled_until() -> datetime:
    """Up to when everything recorded can be seen, by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        (moment,) = cursor.fetchone()
    return moment  # type: ignore[no-any-return]


def _due(now: datetime) -> Iterator[tuple[User, str]]:
    """The people and rates whose time has come, those who waited longest first."""
    zone = timezone.get_default_timezone()
    rows = (
        Follow.objects.exclude(rate=Rate.NONE)
        .filter(user__is_active=True)
        .exclude(user__email="")
        .values_list("user", "rate")
        .annotate(told=Min("told_until"))
        .order_by("told")
    )
    due = [
        (pk, rate)
        for pk, rate, told in rows
        if told < last_due(rate, now, zone, settings.DIGEST_HOUR)
    ]
    users = User.objects.in_bulk({pk for pk, _rate in due})
    return ((users[pk], rate) for pk, rate in due)


def _claim(user: User, rate: str, until: datetime, now: datetime) -> Digest | None:
    """The window to send: a new one, or one whose sender died. None when another has it."""
    digest, made = Digest.objects.get_or_create(
        user=user, rate=rate, sent_at=None, defaults={"until": until, "tried_at": now}
    )
    if made:
        return digest
    waited = now - retry_after(digest.tries)
    mine = Digest.objects.filter(pk=digest.pk, tries=digest.tries, tried_at__lte=waited)
    return digest if mine.update(tries=F("tries") + 1, tried_at=now) else None


@transaction.atomic
def _finish(digest: Digest, told: int) -> None:
    """Note up to where the follower was told. A window in which nothing happened leaves no row."""
    follows = Follow.objects.filter(user=digest.user_id, rate=digest.rate)
    follows.filter(told_until__lt=digest.until).update(told_until=digest.until)
    if told:
        digest.sent_at, digest.told = timezone.now(), told
        digest.save(update_fields=["sent_at", "told"])
    else:
        digest.delete()
