"""The embedded PostgreSQL and Valkey: shared, durable, and never in the way."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tracker.embedded import (
    EngineError,
    Postgres,
    Valkey,
    broker_url,
    database_url,
    identity,
    require_version,
    socket_dir,
)
from tracker.embedded.postgres import programs

ROOT = Path(__file__).resolve().parents[2]
USER = """
import sys, time
from pathlib import Path
from tracker.embedded import Postgres
with Postgres(Path(sys.argv[1]), durable=False) as pg:
    print(pg.pid(), flush=True)
    sys.stdin.readline()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A data folder with a space in its path, and a cluster in it that does not run."""
    var = tmp_path_factory.mktemp("a room") / "var"
    Postgres(var, durable=False).acquire().release()
    yield var
    Postgres(var).halt()


@pytest.fixture
def pg(cluster):
    with Postgres(cluster, durable=False) as server:
        yield server


@pytest.fixture
def user(cluster):
    """Starts another process that uses the cluster's server until it is told to end."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", USER, cluster],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        process.server = int(process.stdout.readline())
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def listening(path):
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def test_the_addresses_are_computed_without_making_or_starting_anything(tmp_path):
    var = tmp_path / "never made"
    assert database_url(var).startswith("postgresql://postgres@:5432/claimline?host=/tmp/claimline")
    assert broker_url(var).startswith("redis+socket:///tmp/claimline-")
    assert not var.exists()
    assert not socket_dir(var).exists()


def test_each_data_folder_has_sockets_of_its_own_in_a_place_short_enough(tmp_path):
    deep = tmp_path / ("d" * 200)
    assert socket_dir(deep) != socket_dir(tmp_path)
    assert len(str(socket_dir(deep) / ".s.PGSQL.5432")) < 107


def test_a_session_gets_postgresql_18_and_understands_accents(pg):
    with psycopg.connect(pg.url("postgres")) as session:
        assert session.info.server_version >= 180000
        assert session.execute("select lower('ÉTÉ')").fetchone() == ("été",)


def test_nothing_listens_on_tcp(pg):
    with psycopg.connect(pg.url("postgres")) as session:
        assert session.execute("show listen_addresses").fetchone() == ("",)


def test_only_this_user_reaches_the_sockets(pg):
    assert pg.sockets.stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_open_to_others_is_refused(tmp_path):
    folder = socket_dir(tmp_path)
    folder.mkdir(mode=0o755)
    try:
        with pytest.raises(EngineError, match="not a private folder"):
            Postgres(tmp_path).acquire()
    finally:
        folder.rmdir()


def test_the_environment_of_the_shell_does_not_move_the_server(cluster, monkeypatch):
    monkeypatch.setenv("PGPORT", "7777")
    monkeypatch.setenv("PGHOST", "elsewhere.example")
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")
    with Postgres(cluster, durable=False) as pg, psycopg.connect(pg.url("postgres")) as session:
        assert session.execute("select 1").fetchone() == (1,)


def test_a_user_who_leaves_does_not_stop_the_server_of_the_others(pg, cluster):
    Postgres(cluster).acquire().release()
    assert pg.ping()


def test_several_processes_share_one_server_and_the_last_one_stops_it(cluster, user):
    users = [user() for _ in range(3)]
    assert len({process.server for process in users}) == 1
    for process in users:
        assert Postgres(cluster).ping()
        process.communicate("\n")
    assert Postgres(cluster).pid() is None


def test_what_a_killed_user_left_running_is_stopped_by_the_next_one(cluster, user):
    killed = user()
    killed.kill()
    killed.wait()
    with Postgres(cluster) as pg:
        assert pg.pid() == killed.server
    assert Postgres(cluster).pid() is None


def test_a_server_somebody_uses_cannot_be_halted(pg, cluster):
    assert not Postgres(cluster).halt()
    assert pg.ping()


def kill(pg):
    os.kill(pg.pid(), signal.SIGKILL)
    while pg.pid():
        time.sleep(0.01)


def test_committed_rows_outlive_a_killed_server(tmp_path):
    var = tmp_path / "var"
    with Postgres(var) as pg:
        with psycopg.connect(pg.url("postgres"), autocommit=True) as session:
            session.execute("create table seen as select generate_series(1, 500) n")
        kill(pg)
        with Postgres(var) as again, psycopg.connect(again.url("postgres")) as session:
            assert session.execute("select count(*) from seen").fetchone() == (500,)


BUSY = "do $$ begin while clock_timestamp() < now() + interval '2 s' loop end loop; end $$"


def test_a_killed_server_starts_again_when_its_last_busy_session_has_ended(cluster):
    def work(address):
        with suppress(psycopg.OperationalError), psycopg.connect(address) as session:
            session.execute(BUSY)

    with Postgres(cluster, durable=False) as pg, ThreadPoolExecutor() as pool:
        with psycopg.connect(pg.url("postgres"), autocommit=True) as session:
            pool.submit(work, pg.url("postgres"))
            while not session.execute(
                "select 1 from pg_stat_activity where query ~ '^do'"
            ).rowcount:
                time.sleep(0.01)
        kill(pg)
        with Postgres(cluster, durable=False) as again:
            assert again.ping()


def test_a_first_start_that_was_killed_leaves_nothing_half_made(tmp_path):
    var = tmp_path / "var"
    (var / "pg.new").mkdir(parents=True)
    (var / "pg.new" / "PG_VERSION").write_text("18\n")
    with Postgres(var, durable=False) as pg:
        assert pg.ping()
    assert not (var / "pg.new").exists()


def test_a_number_in_the_pid_file_that_is_somebody_elses_is_left_alone(tmp_path):
    var = tmp_path / "var"
    pg = Postgres(var)
    pg.data.mkdir(parents=True)
    pg.pidfile().write_text(f"{os.getpid()}\n")
    assert pg.pid() is None


def test_a_server_that_cannot_start_says_why(tmp_path):
    var = tmp_path / "var"
    data = var / "pg"
    data.mkdir(parents=True, mode=0o700)
    (data / "PG_VERSION").write_text("18\n")
    with pytest.raises(EngineError, match="postgresql.conf"):
        Postgres(var).acquire()


def test_an_older_postgresql_is_refused_by_name():
    require_version(18)
    with pytest.raises(EngineError, match="18 or newer is needed; this is PostgreSQL 17"):
        require_version(17)


def test_valkey_keeps_what_was_queued_when_it_is_killed(tmp_path):
    var = tmp_path / "a room" / "var"
    with Valkey(var) as valkey:
        assert ask(valkey, b"SET bell rung\r\n") == b"+OK\r\n"
        assert ask(valkey, b"CONFIG GET maxmemory-policy\r\n").endswith(b"noeviction\r\n")
        os.kill(valkey.pid(), signal.SIGTERM)
        while valkey.pid():
            time.sleep(0.01)
        with Valkey(var) as again:
            assert ask(again, b"GET bell\r\n") == b"$4\r\nrung\r\n"


def ask(valkey, words):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(valkey.sockets / "valkey.sock"))
        client.sendall(words)
        return client.recv(200)


@as_root
def test_root_behind_a_wall_is_told_the_folder_and_two_ways_out(tmp_path):
    wall = tmp_path / "private"
    wall.mkdir(mode=0o700)
    os.chown(wall, 12345, 12345)
    (wall / "var").mkdir()
    with pytest.raises(EngineError) as error:
        Postgres(wall / "var").acquire()
    assert f"cannot enter {wall}." in str(error.value)
    assert "start Claimline as the user who owns" in str(error.value)
    assert "set DATABASE_URL" in str(error.value)


@as_root
def test_root_without_user_namespaces_runs_it_as_an_ordinary_user(monkeypatch):
    """The kernel of a container may forbid namespaces; nobody then owns the cluster."""
    nobody = identity.Identity((), identity.NOBODY, identity.NOBODY)
    if identity._wall(nobody, programs()):
        pytest.skip("this checkout lies where nobody else may read its programs")
    monkeypatch.setattr(identity, "_NAMESPACE", ("false",))
    identity._namespaces_work.cache_clear()
    room = Path("/var/tmp/claimline test room")
    room.mkdir(mode=0o755)
    try:
        with Postgres(room, durable=False) as pg:
            assert Path(f"/proc/{pg.pid()}").stat().st_uid == identity.NOBODY
            with psycopg.connect(pg.url("postgres")) as session:
                assert session.execute("select 1").fetchone() == (1,)
    finally:
        identity._namespaces_work.cache_clear()
        shutil.rmtree(room)


def test_one_command_runs_while_the_engines_run_and_gives_its_exit_code(tmp_path):
    var = tmp_path / "a room" / "var"
    check = "import sys; from pathlib import Path; from tracker.embedded import Postgres, Valkey; \
        sys.exit(3 if Postgres(Path(sys.argv[1])).ping() and Valkey(Path(sys.argv[1])).ping() else 1)"
    environment = {name: v for name, v in os.environ.items() if not name.endswith("_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "tracker.embedded", sys.executable, "-c", check, var],
        cwd=ROOT, env=environment | {"CLAIMLINE_VAR": str(var)}, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert Postgres(var).pid() is None
    assert Valkey(var).pid() is None
