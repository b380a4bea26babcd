"""The next night of the sample: its publishers move on, and everything stored is a day older."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import Q

from sources.ingest import lease, runs
from sources.models import Feed, Job, Run
from tracker.models import Story
from tracker.samples import control

if TYPE_CHECKING:
    from tracker.models import User

_OF_SAMPLES = Q(feed__source__sample=True) | Q(article__source__sample=True)


class LastNightError(Exception):
    """The sample publishers have published everything they have."""


class RunIsOnError(Exception):
    """The sample publishers are still being asked; `run` says by which run."""

    def __init__(self, run: Run) -> None:
        super().__init__(str(run.pk))
        self.run = run


def exists() -> bool:
    """Whether there is a sample to move on: a sample story, on a site that is a demo."""
    return settings.DEBUG and Story.objects.filter(sample=True).exists()


def move_on() -> control.Night:
    """Move the publishers one night on and make what is stored a day older: both or nothing.

    Raises:
        SilentError: the publishers do not answer.
        LastNightError: there is no further night.
    """
    if control.ask(settings.SAMPLE_PORT).over:
        raise LastNightError
    # the publishers come last, so that their silence takes the ageing back
    with transaction.atomic():
        call_command("age", days=1, stdout=io.StringIO())
        return control.advance(settings.SAMPLE_PORT)


@transaction.atomic
def begin(by: User, now: datetime, scope: str) -> Run:
    """Move on by a night and open a run over the sample feeds and the pages due again with it.

    Where they are all the feeds there are it is the run of the night, which ageing left without
    one: the sweep would make it up at once, and ask everything a second time.

    Args:
        scope: which feeds, in words, where there are others.

    Raises:
        RunIsOnError: the night before is still on; two presses of one button are one night.
        SilentError, LastNightError: as in `move_on`.
    """
    list(Story.objects.filter(sample=True).order_by("pk").select_for_update())
    runs.close_finished(now)  # else a run that is done would look a day long
    on = Run.objects.filter(finished_at=None, jobs__in=Job.objects.filter(_OF_SAMPLES)).first()
    if on is not None:
        raise RunIsOnError(on)
    move_on()
    if not Feed.objects.polled().exclude(source__sample=True).exists():
        night = runs.open_nightly(now, by=by)
        if night is not None:
            return night
    feeds = Feed.objects.polled().filter(source__sample=True)
    run = runs.open_manual(feeds, now, by=by, scope=scope)
    due = Job.objects.filter(kind="page", due_at__lte=now, run=None, article__source__sample=True)
    Job.objects.filter(pk__in=lease.lock(due)).update(run=run)
    return run
