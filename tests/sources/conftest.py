"""The web that tests of the ingest listen to."""

from tests.web.fixtures import web  # noqa: F401
