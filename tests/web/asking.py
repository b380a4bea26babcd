"""Asks the misbehaving web with the product's own client."""

import pytest

from sources.ingest.fetch import FetchError, Limits, fetch

LOOPBACK = ("127.0.0.0/8",)
LIMITS = Limits(allow_networks=LOOPBACK, total=20)


def refusal(url, limits=LIMITS, session=None):
    """The error a fetch ends with."""
    with pytest.raises(FetchError) as caught:
        session.get(url, limits) if session else fetch(url, limits)
    return caught.value
