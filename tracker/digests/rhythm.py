"""When a follower's next e-mail is due, and when one that did not go out is tried again."""

from datetime import datetime, time, timedelta, tzinfo

FIRST_RETRY = timedelta(minutes=10)  # longer than any sender lives
LAST_RETRY = timedelta(hours=6)


def last_due(rate: str, now: datetime, zone: tzinfo, hour: int) -> datetime:
    """The latest moment at which a mail of this rate was due: now itself, this morning, or Monday.

    Args:
        rate: "now", "daily" or "weekly".
        zone: the newsroom's; its clock changes move the hour with them.
        hour: of the morning mails, on the newsroom's clock.
    """
    if rate == "now":
        return now
    day = now.astimezone(zone).date()
    if rate == "weekly":
        day -= timedelta(days=day.weekday())
    due = datetime.combine(day, time(hour), zone)
    if due > now:
        day -= timedelta(days=7 if rate == "weekly" else 1)
        due = datetime.combine(day, time(hour), zone)
    return due


def retry_after(tries: int) -> timedelta:
    """How long to wait before a mail that was tried so often is tried again."""
    doubled: int = 2 ** min(tries - 1, 16)
    return min(FIRST_RETRY * doubled, LAST_RETRY)
