"""Many workers at many hosts: one request at a time for each, and never closer than the gap."""

from collections import defaultdict
from itertools import pairwise

import pytest

from sources.models import Article, Job, Run
from tests.system.newsroom import wait_until
from tests.system.press import publish

pytestmark = pytest.mark.slow
GAP = 0.4


def test_case_90_eight_processes_keep_the_gap_of_every_host_and_ask_nothing_twice(newsroom, web):
    outlets = [f"outlet{n}" for n in range(10)]
    for name in outlets:
        publish(web, name, articles=5)
    for _ in range(2):
        newsroom.ready_worker(processes=4, FETCH_HOST_GAP=str(GAP), JOB_LEASE="60")
    newsroom.send("sources.nightly")
    with newsroom.minutes():
        wait_until(Run.objects.filter(finished_at__isnull=False).exists, "the end of the run")
    assert Article.objects.exclude(current_version=None).count() == 50
    assert not Job.objects.filter(claims__gt=0).exists()
    at = defaultdict(list)
    for seen in web.requests:
        at[seen.host].append(seen.at)
    assert {host: len(times) for host, times in at.items()} == {
        f"{name}.localhost": 7 for name in outlets
    }
    closest = min(b - a for times in at.values() for a, b in pairwise(sorted(times)))
    assert closest >= GAP
