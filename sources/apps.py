"""The application of sources, feeds and articles."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class SourcesConfig(AppConfig):
    name = "sources"
    verbose_name = "Sources"

    def ready(self) -> None:
        pre_migrate.connect(_take_your_time, sender=self)
        post_migrate.connect(_hurry_again, sender=self)


def _take_your_time(using: str, **kwargs: Any) -> None:
    """The time limit of a page's statements is none for building an index over a million texts."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def _hurry_again(using: str, **kwargs: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("RESET statement_timeout")
