"""The site, and the claims it is about."""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
