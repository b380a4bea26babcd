"""All settings, each from the environment, with defaults that run the demo on one machine."""

from tracker.settings.base import *  # noqa: F403
from tracker.settings.browser import *  # noqa: F403
from tracker.settings.people import *  # noqa: F403
from tracker.settings.work import *  # noqa: F403
