"""`manage.py up` on a data folder of its own: first start, second start, and the end of both."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.embedded import Postgres, Valkey
from tracker.embedded.leftovers import end_leftovers, marked

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
OURS = {"CLAIMLINE_VAR", "FETCH_ALLOW_NETWORKS", "FETCH_HOST_GAP", "DATABASE_URL", "REDIS_URL"}


def free_port(host):
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


class Claimline:
    """One `up` after the other on the same data folder and ports."""

    def __init__(self, var):
        self.var = var
        self.port = free_port("127.0.0.1")
        self.process = None
        self.environment = {name: v for name, v in os.environ.items() if name not in OURS} | {
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "CLAIMLINE_VAR": str(var),
            "PORT": str(self.port),
            "SAMPLE_PORT": str(free_port("127.77.0.1")),
        }

    def launch(self):
        return subprocess.Popen(
            [sys.executable, "-u", "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def start(self, until="is ready"):
        """Start it and return what it said until it was ready, or said something else."""
        self.process, said = self.launch(), []
        for line in self.process.stdout:
            said.append(line)
            if until in line:
                return "".join(said)
        raise AssertionError("".join(said))

    def stop(self, number):
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=40)
        return self.process.returncode, rest

    def get(self, path):
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        client.request("GET", path)
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer.status

    def left(self):
        """The processes that still belong to the data folder."""
        engines = [Postgres(self.var).pid(), Valkey(self.var).pid()]
        return marked(str(self.var)) + [pid for pid in engines if pid]


@pytest.fixture(scope="module")
def claimline(tmp_path_factory):
    yield from a_room(tmp_path_factory.mktemp("a room") / "var")


@pytest.fixture
def empty_room(tmp_path):
    for room in a_room(tmp_path / "var"):
        room.environment["EMPTY"] = "1"
        yield room


def a_room(var):
    room = Claimline(var)
    yield room
    if room.process and room.process.poll() is None:
        room.process.kill()
        room.process.communicate()
    end_leftovers(str(room.var))
    for engine in (Postgres(room.var), Valkey(room.var)):
        engine.halt()


def test_the_first_start_loads_the_sample_and_the_second_keeps_the_data(claimline):
    first = claimline.start()
    assert "Loading the sample story" in first
    assert f"http://127.0.0.1:{claimline.port}/" in first
    assert claimline.get("/") < 400

    refused = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT, env=claimline.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert re.fullmatch(r"CommandError: Claimline already runs .*\n", refused.stderr)

    code, rest = claimline.stop(signal.SIGINT)
    assert (code, "stopping: SIGINT" in rest) == (0, True)
    assert claimline.left() == []

    second = claimline.start()
    assert "Loading the sample story" not in second
    assert claimline.get("/") < 400
    claimline.process.kill()
    claimline.process.communicate()

    loaded_with = claimline.environment["SAMPLE_PORT"]
    claimline.environment["SAMPLE_PORT"] = str(free_port("127.77.0.1"))
    third = claimline.start()
    assert "Loading the sample story" not in third
    assert f"loaded with port {loaded_with}, so that is used" in third
    code, rest = claimline.stop(signal.SIGTERM)
    assert (code, "stopping: SIGTERM" in rest) == (0, True)
    assert claimline.left() == []


def test_an_empty_start_loads_nothing_and_says_how_the_first_person_gets_in(empty_room):
    said = empty_room.start(until="createsuperuser")
    assert "Loading the sample story" not in said
    assert empty_room.get("/sign-in/") == 200
    code, _ = empty_room.stop(signal.SIGINT)
    assert code == 0
    assert empty_room.left() == []


def test_a_taken_port_is_said_in_one_line(claimline):
    with socket.socket() as other:
        other.bind(("127.0.0.1", claimline.port))
        other.listen()
        process = claimline.launch()
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert re.fullmatch(rf"CommandError: Port {claimline.port}: .*PORT=8001 make up\n", said)


def test_a_reset_forgets_the_data_but_not_while_somebody_uses_it(claimline):
    words = [sys.executable, "manage.py", "reset", "--yes"]
    options = {"cwd": ROOT, "env": claimline.environment, "capture_output": True, "text": True}
    with Postgres(claimline.var):
        refused = subprocess.run(words, check=False, **options)
    assert refused.returncode == 1
    assert claimline.var.exists()
    subprocess.run(words, check=True, **options)
    assert not claimline.var.exists()
