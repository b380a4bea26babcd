"""Says in the log in one line what is no fault of ours."""

from __future__ import annotations

import logging

_OURS = 500  # the first HTTP status that is the server's fault (RFC 9110, 15.6)


class OneLine(logging.Filter):
    """Takes the traceback off a request that was refused; it would say where we refused it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, those of 4xx answers without a traceback."""
        if getattr(record, "status_code", _OURS) < _OURS:
            record.exc_info = record.exc_text = None
        return True
