"""One private Claimline per test process, swept clean before each test."""

import pytest
from django.db import connections

from tests.system.newsroom import Newsroom
from tests.web import Web

TABLES = ("source", "host", "run", "feed", "feeditem", "article", "cluster", "fetch", "job")
LEASE = 2  # seconds


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """The engines, with the tables laid and no program running."""
    made = Newsroom(
        tmp_path_factory.mktemp("newsroom") / "var",
        JOB_LEASE=str(LEASE),
        FETCH_HOST_GAP="0",
        NIGHTLY_HOUR_UTC="0",
        NIGHTLY_MINUTE_UTC="0",
    )
    try:
        yield made.open()
    finally:
        made.close()


@pytest.fixture
def newsroom(house, django_db_blocker):
    """The private Claimline, empty; the models of this process look into its tables."""
    with django_db_blocker.unblock():
        suite = connections["default"]
        connections["default"] = ours = suite.copy()
        ours.settings_dict = {
            **suite.settings_dict,
            "NAME": "claimline",
            "HOST": str(house.postgres.sockets),
            "PORT": "5432",
            "USER": "postgres",
            "PASSWORD": "",
        }
        try:
            empty(house, ours)
            yield house
        finally:
            house.end_programs()
            ours.close()
            connections["default"] = suite


def empty(house, connection):
    with connection.cursor() as cursor:
        names = ", ".join(f"sources_{name}" for name in TABLES)
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    house.empty_broker()


@pytest.fixture
def minutes(newsroom):
    """A sweep every few moments, as the beat sends one every minute."""
    with newsroom.minutes():
        yield


@pytest.fixture
def web():
    """A running web with no pages."""
    with Web() as running:
        yield running
