"""The application of stories, claims and evidence."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = "Claims"

    def ready(self) -> None:
        from tracker import receivers, roles  # noqa: F401  receivers connect so
        from tracker.claims import vocabulary

        post_migrate.connect(roles.ensure, sender=self)
        post_migrate.connect(vocabulary.ensure, sender=self)
