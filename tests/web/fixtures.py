"""The misbehaving web as pytest fixtures; a test module imports the one it wants."""

import pytest

from tests.web.server import Web


@pytest.fixture
def web():
    """A running web with no pages."""
    with Web() as running:
        yield running
