"""A stand-in for `manage.py up`: real engines, and two small programs under the real supervisor.

Run as a script by test_supervisor.py: small_newsroom.py VAR [program ...]
"""

import sys
from pathlib import Path

from tracker.embedded import Postgres, Valkey
from tracker.embedded.leftovers import end_leftovers
from tracker.embedded.supervisor import Program, StopRequests, Supervisor

PROGRAMS = {
    "steady": "import time; print('steady works', flush=True); time.sleep(600)",
    "parent": (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('parent works', flush=True); time.sleep(600)"
    ),
    "stubborn": (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('stubborn works', flush=True); time.sleep(600)"
    ),
    "broken": "print('broken works', flush=True); raise SystemExit(3)",
}


def main(var: Path, names: list[str]) -> int:
    with StopRequests() as requests:
        print("left over:", end_leftovers(str(var)), flush=True)
        with (
            Postgres(var, durable=False) as postgres,
            Valkey(var, durable=False) as valkey,
            Supervisor(requests, var, str(var), {}, (postgres, valkey)) as supervisor,
        ):
            for name in names:
                supervisor.start(Program(name, (sys.executable, "-c", PROGRAMS[name])))
            return supervisor.watch()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
