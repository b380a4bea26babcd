"""The Celery application: its messages are doorbells, the work itself is rows in PostgreSQL."""

import os

from celery import Celery
from celery.signals import worker_init

from sources.ingest import heap

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("claimline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _keep_small(**kwargs: object) -> None:
    """Before a worker forks: its children inherit it."""
    heap.keep_small()
    heap.settle()
