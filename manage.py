#!/usr/bin/env python
"""The command line of Claimline."""

import os
import sys
import traceback

NO_DATABASE = "The database is not running: start it with make up (or set DATABASE_URL)."
INTERRUPTED = 130  # as a shell says of a program that Ctrl-C ended


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    import psycopg
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    in_full = "--traceback" in sys.argv
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, psycopg.OperationalError) as error:
        if in_full or not while_connecting(error):
            raise
        sys.exit(why_not_connected(error))
    except ImproperlyConfigured as error:
        if in_full:
            raise
        sys.exit(str(error))
    except KeyboardInterrupt:
        if in_full:
            raise
        sys.exit(INTERRUPTED)


def while_connecting(error: BaseException) -> bool:
    """Whether the error was raised before there was a connection, and not by a query."""
    cause = error.__cause__ or error
    frames = [frame for frame, _ in traceback.walk_tb(cause.__traceback__)]
    return any(
        frame.f_code.co_name == "connect" and frame.f_globals["__name__"] == "psycopg.connection"
        for frame in frames
    )


def why_not_connected(error: BaseException) -> str:
    """One line: nobody answers, or the words of a server that does and refuses."""
    _, refused, reason = str(error).partition("FATAL:")
    if not refused:
        return NO_DATABASE
    return f"The database refuses the connection: {reason.strip().splitlines()[0]}"


if __name__ == "__main__":
    main()
