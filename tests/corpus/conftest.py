"""Finds the corpus and serves it from loopback for as long as the tests need it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.fixtures import web  # noqa: F401

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "corpus"
CORPUS = Path(os.environ.get("CLAIMLINE_CORPUS") or BESIDE)
SERVER = CORPUS.parent / "tools" / "replay_server.py"


def pytest_collection_modifyitems(items):
    """Skip what needs the corpus, with a word saying so, where it is not there."""
    if (CORPUS / "malformed" / "index.csv").is_file() and SERVER.is_file():
        return
    absent = pytest.mark.skip(reason="CLAIMLINE_CORPUS names no corpus, and none lies beside us")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(absent)


@pytest.fixture(scope="session")
def replay():
    """The address of a server that replays the corpus."""
    command = [sys.executable, str(SERVER), "--port", "0", "--corpus", str(CORPUS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().split()[0].rstrip("/")
        finally:
            server.terminate()


@pytest.fixture
def malformed(replay):
    """The address of a broken file by its name in the index."""
    return lambda name: f"{replay}/malformed.example/{name}"
