"""The engines and the cast every test may use."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser tests run a loop here

import psycopg  # noqa: E402
import pytest  # noqa: E402
from django.utils import translation  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from psycopg import sql  # noqa: E402

from tracker.embedded import Postgres, Valkey  # noqa: E402

# a busy machine is no fault of what is tested
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_configure(config):
    """Start the engines once; processes that run side by side share them by a lock."""
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    from django.conf import settings as site

    postgres = Postgres(site.VAR, durable=False).acquire()
    config.engines = [postgres, Valkey(site.VAR, durable=False).acquire()]
    drop_leftovers(postgres)


def drop_leftovers(postgres):
    """Drop the databases of earlier runs that were killed before they could."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        query = "SELECT datname FROM pg_database WHERE datname LIKE 'test_claimline_%'"
        for (name,) in connection.execute(query).fetchall():
            process = name.split("_")[2]
            if process.isdigit() and not Path(f"/proc/{process}").exists():
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))


def pytest_unconfigure(config):
    for engine in reversed(getattr(config, "engines", [])):
        engine.release()


@pytest.fixture(autouse=True)
def no_language_of_the_last_test():
    """A request leaves its reader's language with its thread, which here goes on."""
    translation.deactivate()


@pytest.fixture
def nora(db):
    """An editor."""
    return member("nora", "editor")


@pytest.fixture
def tom(db):
    """A viewer."""
    return member("tom", "viewer")


@pytest.fixture
def cleo(db):
    """A contributor."""
    return member("cleo", "contributor")


@pytest.fixture
def ada(db):
    """An administrator."""
    return member("ada", "administrator")


@pytest.fixture
def desk(client, nora):
    """A client with the editor signed in."""
    client.force_login(nora)
    return client


def member(name, role):
    from django.contrib.auth.models import Group

    from tracker.models import User

    user = User.objects.create_user(name, password="a test only")
    user.groups.add(Group.objects.get(name=role))
    return user
