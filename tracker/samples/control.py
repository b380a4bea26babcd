"""Speaks to the control address of the sample publishers: which night it is, and on to the next."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass

from tracker.samples.addresses import CONTROL, PORT

PATIENCE = 3  # seconds; it is this machine that answers


class SilentError(Exception):
    """The sample publishers do not answer: they are not running, or something else has the port."""


@dataclass(frozen=True, slots=True)
class Night:
    """Where the sample publishers are."""

    number: int
    last: int

    @property
    def over(self) -> bool:
        """Whether they publish nothing more."""
        return self.number >= self.last


def ask(port: int = PORT) -> Night:
    """Which night the publishers are at; SilentError when they do not answer."""
    return _request("GET", "/__night", port)


def advance(port: int = PORT) -> Night:
    """Move them on by one night, up to the last; SilentError when they do not answer."""
    return _request("POST", "/__night/advance", port)


def _request(method: str, path: str, port: int) -> Night:
    # no proxy of the environment has a say in what stays on this machine
    connection = http.client.HTTPConnection(CONTROL, port, timeout=PATIENCE)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read(1000)
        if answer.status != 200:
            raise SilentError(f"status {answer.status}")
        said = json.loads(body)
        return Night(int(said["night"]), int(said["last"]))
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        raise SilentError(str(error)) from error
    finally:
        connection.close()
