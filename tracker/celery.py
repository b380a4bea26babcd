"""The Celery application: its messages are doorbells, the work itself is rows in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("claimline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
