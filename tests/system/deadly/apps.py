"""Takes the place of a page whose text crashes the library that reads it."""

import os
import signal

from django.apps import AppConfig


class DeadlyConfig(AppConfig):
    name = "tests.system.deadly"
    label = "deadly"

    def ready(self):
        from sources.signals import versions_stored

        versions_stored.connect(die_of_it, dispatch_uid="deadly")


def die_of_it(sender, versions, **_):
    """Die as a process does that ran out of memory: at once, with nothing tidied up."""
    from sources.models import Version

    if Version.objects.filter(pk__in=versions, title__contains="DEADLY").exists():
        os.kill(os.getpid(), signal.SIGKILL)
