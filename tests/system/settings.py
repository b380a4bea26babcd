"""Settings of the programs that are hurt: the product's own, with a clock that runs faster."""

from tracker import environment as env
from tracker.settings import *  # noqa: F403
from tracker.settings import (
    CELERY_BEAT_SCHEDULE,
    INSTALLED_APPS,
    LOGGING,
)

INSTALLED_APPS = [*INSTALLED_APPS, "tests.system.deadly"]
CELERY_BEAT_SCHEDULE = {
    "nightly": {
        **CELERY_BEAT_SCHEDULE["nightly"],
        "schedule": env.number("NIGHTLY_EVERY", 3600),
    },
    "sweep": {**CELERY_BEAT_SCHEDULE["sweep"], "schedule": env.number("SWEEP_EVERY", 60)},
}
LOGGING["formatters"]["line"]["format"] = "{asctime} {levelname:<7} {name}: {message}"
