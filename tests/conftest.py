"""The engines and the cast every test may use."""

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser tests run a loop here

import pytest  # noqa: E402

from tracker.embedded import Postgres, Valkey  # noqa: E402


def pytest_configure(config):
    """Start the engines once; processes that run side by side share them by a lock."""
    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    from django.conf import settings

    config.engines = [
        Postgres(settings.VAR, durable=False).acquire(),
        Valkey(settings.VAR).acquire(),
    ]


def pytest_unconfigure(config):
    for engine in reversed(getattr(config, "engines", [])):
        engine.release()


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
