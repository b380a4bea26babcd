"""Settings of the test suite: a cluster of its own, and a queue per test process."""

import os
from pathlib import Path

os.environ.setdefault("CLAIMLINE_VAR", str(Path(__file__).resolve().parent.parent / "var-test"))
os.environ.setdefault("FETCH_ALLOW_NETWORKS", "127.0.0.0/8")
os.environ.setdefault("FETCH_HOST_GAP", "0")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from tracker.settings import *  # noqa: E402, F403
from tracker.settings import (  # noqa: E402
    CELERY_BROKER_TRANSPORT_OPTIONS,
    DATABASES,
    STATIC_ROOT,
    STORAGES,
)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
# two runs of the suite may share one server
DATABASES["default"]["TEST"] = {"NAME": f"test_claimline_{os.getpid()}"}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,
    "global_keyprefix": f"test{os.getpid()}:",
}
STORAGES = {**STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise asks for it
