"""The misbehaving web as pytest fixtures; see the package for how to have them."""

import pytest

from tests.web.server import Web


@pytest.fixture
def web():
    """A running web with no pages."""
    with Web() as running:
        yield running
