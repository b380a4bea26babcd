"""The programs of one Claimline start together, stay up, and end together."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tracker.embedded import Postgres, Valkey
from tracker.embedded.leftovers import end_leftovers, marked

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20  # seconds; a machine with many users is slow


@pytest.fixture
def var(tmp_path):
    """A data folder with a space in its path; nothing that belongs to it outlives the test."""
    folder = tmp_path / "a room" / "var"
    yield folder
    end_leftovers(str(folder))
    for engine in (Postgres(folder), Valkey(folder)):
        engine.halt()


@pytest.fixture
def newsroom(var):
    """Starts the stand-in for `up` with some programs, and waits until each has spoken."""
    started = []

    def start(*names):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.tracker.small_newsroom", var, *names],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        process.said = []
        for name in names:
            listen(process, f"{name} works")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def listen(process, words):
    """Read the newsroom's lines up to one that holds `words`."""
    while not any(words in line for line in process.said):
        line = process.stdout.readline()
        assert line, f"ended before it said {words!r}: {process.said}"
        process.said.append(line)


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def exists(pid):
    """Whether a process, or its zombie, is still there."""
    return Path(f"/proc/{pid}").exists()


def engines(var):
    return [pid for pid in (Postgres(var).pid(), Valkey(var).pid()) if pid]


def test_every_line_carries_the_name_of_its_program(newsroom):
    room = newsroom("steady", "parent")
    assert any(line.startswith("steady    | steady works") for line in room.said)
    assert any(line.startswith("parent    | parent works") for line in room.said)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_leaves_no_process_behind(newsroom, var, number):
    room = newsroom("steady", "parent")
    assert len(engines(var)) == 2
    wait_until(lambda: len(marked(str(var))) == 3)  # a process is named once it is fully there
    family = marked(str(var))
    room.send_signal(number)
    assert room.wait(PATIENCE) == 0
    assert marked(str(var)) == []
    assert engines(var) == []
    assert not any(exists(pid) for pid in family)


def test_a_second_request_kills_what_will_not_end(newsroom, var):
    room = newsroom("stubborn")
    room.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        room.wait(1)
    room.send_signal(signal.SIGINT)
    assert room.wait(PATIENCE) == 0
    assert marked(str(var)) == []


def test_the_programs_end_when_the_supervisor_is_killed(newsroom, var):
    room = newsroom("steady")
    room.kill()
    wait_until(lambda: marked(str(var)) == [])


def test_the_next_start_ends_what_a_killed_one_left_and_takes_its_engines_over(newsroom, var):
    room = newsroom("stubborn")
    [left], before = marked(str(var)), engines(var)
    room.kill()
    room.wait()
    again = newsroom("steady")
    assert again.said[0] == "left over: 1\n"
    assert left not in marked(str(var))
    assert engines(var) == before
    again.send_signal(signal.SIGINT)
    assert again.wait(PATIENCE) == 0
    assert engines(var) == []


def test_a_program_that_ends_by_itself_is_started_again(newsroom, var):
    room = newsroom("steady")
    [first] = marked(str(var))
    os.kill(first, signal.SIGKILL)
    listen(room, "ended with code -9; again in 0.5 s")
    wait_until(lambda: marked(str(var)) not in ([], [first]))


@pytest.mark.parametrize("engine", [Postgres, Valkey])
def test_an_engine_that_is_killed_is_started_again_under_its_programs(newsroom, var, engine):
    room = newsroom("steady")
    programs, killed = marked(str(var)), engine(var).pid()
    os.kill(killed, signal.SIGKILL)
    listen(room, f"{engine.name:<10}| ended by itself; starting it again")
    wait_until(engine(var).ping)
    assert engine(var).pid() not in (None, killed)
    assert marked(str(var)) == programs
    room.send_signal(signal.SIGINT)
    assert room.wait(PATIENCE) == 0
    assert engines(var) == []


def test_a_program_that_cannot_run_ends_the_whole_with_a_failure(newsroom, var):
    room = newsroom("steady", "broken")
    listen(room, "giving up")
    assert room.wait(PATIENCE) == 1
    assert marked(str(var)) == []
    assert engines(var) == []
