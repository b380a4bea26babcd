"""A private Claimline whose engines and programs can be killed, emptied, paused and restarted."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import redis
from celery import Celery
from kombu.exceptions import OperationalError

from tracker.embedded import Postgres, Valkey
from tracker.embedded.leftovers import MARK, end_leftovers, end_with_parent, marked
from tracker.embedded.paths import DATABASE, valkey_socket

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds; a machine with many users is slow
_NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "CLAIMLINE_VAR", "FETCH_HOST_GAP")


def wait_until(fact, what="", seconds=PATIENCE, every=0.05):
    """Return once `fact()` is true; fail with `what` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"{what or fact} did not come true in {seconds} s"
        time.sleep(every)


class Program:
    """A worker or a beat in a process group of its own, with its log."""

    def __init__(self, words, environment, log):
        self.log = log
        self.paused = False
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                words,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def said(self, words):
        """Whether its log holds these words."""
        return words in self.log.read_text(errors="replace")

    def alive(self):
        return self.process.poll() is None

    def children(self):
        """The ids of its pool's processes."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with contextlib.suppress(OSError):
            return [int(pid) for pid in Path(path).read_text().split()]
        return []

    def signal(self, number):
        """Send a signal to the program and its pool at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self):
        """End it as a power cut does."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def pause(self):
        """Stop it in the middle of whatever it does."""
        self.signal(signal.SIGSTOP)
        self.paused = True

    def resume(self):
        self.signal(signal.SIGCONT)
        self.paused = False

    def ask_to_stop(self, seconds=20):
        """End it as an operator does."""
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()


class Newsroom:
    """Engines, workers and beats on a data folder of their own.

    Args:
        var: the data folder; the sockets of the engines follow from it.
        settings: the module of settings the programs run with.
        environment: further variables of the programs, such as JOB_LEASE="2".
    """

    def __init__(self, var, settings="tests.system.settings", **environment):
        self.var = Path(var)
        self.postgres = Postgres(self.var, durable=False)
        self.valkey = Valkey(self.var, durable=False)
        self.programs = []
        self._count = 0
        kept = {name: v for name, v in os.environ.items() if name not in _NOT_INHERITED}
        self.environment = kept | {
            "DJANGO_SETTINGS_MODULE": settings,
            "CLAIMLINE_VAR": str(self.var),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "FETCH_ALLOW_NETWORKS": "127.0.0.0/8",
            "LOG_LEVEL": "INFO",
            MARK: str(self.var),
            **environment,
        }
        self._bell = Celery(broker=self.valkey.url())
        self._bell.conf.update(
            broker_transport_options={"global_keyprefix": "claimline:"},
            task_ignore_result=True,
        )

    def open(self):
        """Start the engines and lay the tables."""
        self.postgres.acquire()
        self.valkey.acquire()
        with psycopg.connect(self.postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        self.manage("migrate", "--verbosity", "0", "--skip-checks")
        return self

    def close(self):
        """End everything that was started; fails when something would not end."""
        self.end_programs()
        self._bell.close()
        self.valkey.release()
        self.postgres.release()
        end_leftovers(str(self.var), patience=1)
        left = self.left()
        assert not left, f"left behind: {left}"

    def end_programs(self):
        """Kill every worker and beat."""
        for program in self.programs:
            program.kill()
        self.programs.clear()

    def left(self):
        """The processes that still belong to the data folder."""
        engines = [self.postgres.pid(), self.valkey.pid()]
        return marked(str(self.var)) + [pid for pid in engines if pid]

    # --- programs ---------------------------------------------------------------------------

    def manage(self, *words, **environment):
        """Run a management command to its end; returns the finished process."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )

    def worker(self, processes=1, queues="ctl,io,cpu", **environment):
        """Start a worker; it is ready when `worker.ready()` is true."""
        words = ["worker", "-l", "INFO", "-Q", queues, "-c", str(processes), "--without-gossip"]
        words += ["--without-mingle", "-n", f"w{self._count}@here"]
        return self._celery("worker", words, environment)

    def beat(self, **environment):
        """Start a beat."""
        words = ["beat", "-l", "INFO", "-s", str(self.var / f"beat{self._count}.db"), "--pidfile="]
        return self._celery("beat", words, environment)

    def _celery(self, name, words, environment):
        self._count += 1
        program = Program(
            [sys.executable, "-m", "celery", "--quiet", "-A", "tracker", *words],
            self.environment | environment,
            self.var / f"{name}{self._count}.log",
        )
        self.programs.append(program)
        return program

    def ready_worker(self, processes=1, **environment):
        """Start a worker and wait until it listens."""
        worker = self.worker(processes, **environment)
        wait_until(lambda: worker.said(" ready."), "a worker that listens")
        return worker

    # --- doorbells --------------------------------------------------------------------------

    def ring(self, kind):
        """Ask the workers to drain one kind of job."""
        queue = "io" if kind in ("feed", "page") else "cpu"
        self._bell.send_task("sources.drain", (kind,), queue=queue)

    def send(self, task):
        """Send a task of the control queue, such as "sources.sweep"."""
        self._bell.send_task(task, queue="ctl")

    @contextlib.contextmanager
    def minutes(self, every=0.4):
        """Let what a beat does every minute come every few moments, while the block lasts."""
        over = threading.Event()

        def strike():
            while not over.wait(every):
                with contextlib.suppress(OperationalError, redis.RedisError):
                    self._bell.send_task("sources.sweep", queue="ctl", expires=1)

        clock = threading.Thread(target=strike)
        clock.start()
        try:
            yield
        finally:
            over.set()
            clock.join()

    # --- harm -------------------------------------------------------------------------------

    def empty_broker(self):
        """Make the broker forget everything."""
        with redis.Redis(unix_socket_path=str(valkey_socket(self.valkey.var))) as client:
            client.flushall()

    def kill_broker(self):
        """Kill the broker; without a file of its own it comes back empty."""
        _kill_and_wait(self.valkey, signal.SIGKILL)

    def start_broker(self):
        self.valkey.release()
        self.valkey.acquire()

    def restart_database(self, number=signal.SIGINT):
        """Stop PostgreSQL under its sessions (SIGINT: fast; SIGKILL: a crash), start it again."""
        _kill_and_wait(self.postgres, number)
        self.postgres.release()
        self.postgres.acquire()


def _kill_and_wait(engine, number):
    pid = engine.pid()
    if pid:
        os.kill(pid, number)
        wait_until(lambda: engine.pid() is None, f"the end of {engine.name}")
