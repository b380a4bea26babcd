"""python -m tracker.embedded COMMAND ...: run one command while the engines run.

Where DATABASE_URL and REDIS_URL name servers, those are used and nothing is started.
"""

import contextlib
import os
import signal
import subprocess
import sys

from tracker.embedded import EngineError, Postgres, Valkey


def main(words: list[str]) -> int:
    """Return the command's exit code."""
    from tracker.settings import EMBEDDED, VAR

    with contextlib.ExitStack() as engines:
        if EMBEDDED:
            engines.enter_context(Postgres(VAR))
        if not os.environ.get("REDIS_URL"):
            engines.enter_context(Valkey(VAR))
        # the command has the terminal's Ctrl-C; a handler, unlike SIG_IGN, is not handed down
        signal.signal(signal.SIGINT, lambda *_: None)
        command = subprocess.Popen(words)
        signal.signal(signal.SIGTERM, lambda *_: command.terminate())
        return command.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EngineError as error:
        sys.exit(str(error))
