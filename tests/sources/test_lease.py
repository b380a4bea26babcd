"""The queue: who may take a job, and what a lost lease does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sources.ingest import lease, runs, waiting
from sources.ingest.identify import url_key
from sources.models import Article, Cluster, Feed, Host, Job, Source


def queue(n, host="feeds.example", **job):
    source, _ = Source.objects.get_or_create(slug="outlet", defaults={"name": "Outlet"})
    authority, _ = Host.objects.get_or_create(authority=host)
    made = []
    for i in range(n):
        url = f"https://{host}/{i}.xml"
        feed = Feed.objects.create(source=source, url=url, url_key=url_key(url))
        made.append(Job.objects.create(kind="feed", feed=feed, host=authority, **job))
    return made


def let_leases_end():
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(lease_until__isnull=False).update(lease_until=past)
    Host.objects.update(next_request_at=past)


@pytest.fixture
def gap(settings):
    """Give hosts a gap between requests."""

    def set_to(seconds):
        settings.INGEST = {**settings.INGEST, "host_gap": seconds}

    return set_to


@pytest.mark.django_db
def test_a_due_job_is_claimed():
    (job,) = queue(1)
    assert lease.claim("feed").job == job.pk


@pytest.mark.django_db
def test_a_job_in_other_hands_is_not_claimed():
    queue(1)
    lease.claim("feed")
    assert lease.claim("feed") is None


@pytest.mark.django_db
def test_a_job_of_the_future_is_not_claimed():
    queue(1, due_at=timezone.now() + timedelta(hours=1))
    assert lease.claim("feed") is None


@pytest.mark.django_db
def test_a_host_has_one_request_at_a_time():
    queue(2)
    lease.claim("feed")
    assert lease.claim("feed") is None


@pytest.mark.django_db
def test_two_hosts_are_asked_side_by_side():
    queue(1, "one.example")
    queue(1, "two.example")
    assert {lease.claim("feed").host, lease.claim("feed").host} == {"one.example", "two.example"}


@pytest.mark.django_db
def test_a_claim_looks_once_at_each_host_although_statistics_are_of_the_day_when_nothing_was_due():
    tomorrow = timezone.now() + timedelta(days=1)
    hosts = [f"host{i}.example" for i in range(60)]
    for host in hosts:
        queue(5, host, due_at=tomorrow)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sources_job, sources_host")
        Job.objects.update(due_at=timezone.now())
        before = jobs_read(cursor)
        assert len(lease.claim_some("feed", 10)) == 10
        assert jobs_read(cursor) - before < 3 * len(hosts)


def jobs_read(cursor):
    """How many jobs this transaction has read by their indexes."""
    cursor.execute(
        "SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'sources_job'"
    )
    return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_finished_request_opens_the_host_after_its_gap(gap):
    queue(2)
    gap(60)
    first = lease.claim("feed")
    lease.finish(first, due_at=timezone.now() + timedelta(days=1))
    lease.release_host(first)
    assert lease.claim("feed") is None
    assert 50 < waiting.next_due(("feed",)) <= 60


@pytest.mark.django_db
def test_without_a_gap_the_host_is_open_at_once():
    queue(2)
    first = lease.claim("feed")
    lease.finish(first, due_at=timezone.now() + timedelta(days=1))
    lease.release_host(first)
    assert lease.claim("feed") is not None


@pytest.mark.django_db
def test_a_paused_host_is_not_asked_for_any_of_its_jobs():
    queue(2)
    first = lease.claim("feed")
    lease.finish(first, due_at=timezone.now())
    lease.release_host(first, pause=120)
    assert lease.claim("feed") is None


@pytest.mark.django_db
def test_an_expired_lease_is_taken_over_and_the_late_worker_writes_nothing():
    (job,) = queue(1)
    slow = lease.claim("feed")
    let_leases_end()
    assert lease.claim("feed").job == job.pk
    with pytest.raises(lease.LostLeaseError):
        lease.finish(slow, due_at=timezone.now())


@pytest.mark.django_db
def test_a_death_beside_others_is_no_strike_and_three_alone_are_the_end():
    (one,), (two,) = queue(1, "one.example"), queue(1, "two.example")
    taken = []
    while claims := lease.claim_some("feed", 10):
        taken.append([claimed.job for claimed in claims])
        let_leases_end()
    assert taken == [[one.pk, two.pk], *3 * [[one.pk]], *3 * [[two.pk]]]
    assert Job.objects.stuck().count() == 2


@pytest.mark.django_db
def test_an_urgent_job_goes_first():
    queue(1, "one.example")
    (urgent,) = queue(1, "two.example", priority=10)
    assert lease.claim("feed").job == urgent.pk


@pytest.mark.django_db
def test_several_jobs_are_claimed_at_once_but_one_of_each_host():
    queue(3, "one.example")
    queue(3, "two.example")
    taken = lease.claim_some("feed", 10)
    assert {claimed.host for claimed in taken} == {"one.example", "two.example"}
    assert len(taken) == len({claimed.token for claimed in taken}) == 2
    assert lease.claim_some("feed", 10) == []


@pytest.mark.django_db
def test_no_more_jobs_are_claimed_at_once_than_asked_for():
    for name in "abc":
        queue(1, f"{name}.example")
    assert len(lease.claim_some("feed", 2)) == 2


@pytest.mark.django_db
def test_a_job_that_was_never_finished_is_taken_last_and_alone():
    (first,) = queue(1, "one.example", claims=1)
    (second,) = queue(1, "two.example", claims=2)
    fresh = queue(1, "three.example") + queue(1, "four.example")
    assert {each.job for each in lease.claim_some("feed", 10)} == {job.pk for job in fresh}
    assert lease.claim_some("feed", 10, suspects=False) == []
    assert [[each.job for each in lease.claim_some("feed", 10)] for _ in range(2)] == [
        [first.pk],
        [second.pk],
    ]


@pytest.mark.django_db
def test_a_lost_lease_among_several_is_the_only_one_not_held():
    for name in "abc":
        queue(1, f"{name}.example")
    lost, *others = lease.claim_some("feed", 3)
    Job.objects.filter(pk=lost.job).update(lease_token=uuid4())
    with transaction.atomic():
        assert lease.hold([lost, *others]) == {claimed.job for claimed in others}


@pytest.mark.django_db
def test_several_jobs_are_given_back_at_once_each_with_its_own_changes():
    for name in "abc":
        queue(1, f"{name}.example")
    lost, one, two = lease.claim_some("feed", 3)
    Job.objects.filter(pk=lost.job).update(lease_token=uuid4())
    later = timezone.now() + timedelta(days=1)
    results = [(lost, {"tries": 9}), (one, {"due_at": later}), (two, {"tries": 2})]
    assert lease.finish_all(results) == {one.job, two.job}
    rows = {job.pk: job for job in Job.objects.all()}
    assert (rows[one.job].due_at, rows[one.job].tries, rows[two.job].tries) == (later, 0, 2)
    assert rows[two.job].due_at <= timezone.now()
    assert (rows[lost.job].tries, rows[one.job].claims, rows[lost.job].claims) == (0, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_many_workers_never_take_the_same_job():
    for i in range(6):
        queue(5, f"host{i}.example")

    def worker(_):
        taken = []
        try:
            while (claimed := lease.claim("feed")) or waiting.next_due(("feed",)) == 0:
                if claimed is None:
                    continue
                taken.append(claimed.job)
                lease.finish(claimed, due_at=timezone.now() + timedelta(days=1))
                lease.release_host(claimed)
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [job for jobs in pool.map(worker, range(4)) for job in jobs]
    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_the_gap_runs_from_when_the_request_was_sent_not_from_the_claim(gap):
    queue(2)
    gap(60)
    first = lease.claim("feed")
    Job.objects.update(lease_until=timezone.now())
    sent_late = replace(first, at=first.at - timedelta(seconds=50))
    lease.release_host(sent_late, seconds=0.5)
    assert 55 < waiting.next_due(("feed",)) <= 60


@pytest.mark.django_db
@pytest.mark.parametrize("before", [True, False], ids=["within a run", "outside of a run"])
def test_a_run_opened_while_a_feed_is_asked_has_it_asked_again(before):
    (job,) = queue(1)
    if before:
        runs.open_manual(Feed.objects.all(), timezone.now())
    claimed = lease.claim("feed")
    later = runs.open_manual(Feed.objects.all(), timezone.now())
    lease.finish(claimed, due_at=timezone.now() + timedelta(days=1), run_id=None)
    lease.release_host(claimed)
    again = lease.claim("feed")
    assert (again.job, again.run) == (job.pk, later.pk)
    lease.finish(again, due_at=timezone.now() + timedelta(days=1), run_id=None)
    assert not later.jobs.exists()


@pytest.mark.django_db
def test_one_worker_waits_for_one_slow_host_however_much_it_has(gap):
    queue(5, "slow.example")
    gap(10)
    first = lease.claim("feed")
    lease.finish(first, due_at=timezone.now() + timedelta(days=1))
    lease.release_host(first)
    assert waiting.hosts_ahead("feed", 5) == 0
    assert waiting.hosts_ahead("feed", 20) == 1


@pytest.mark.django_db(transaction=True)
def test_a_place_to_wait_is_given_to_one_worker_and_given_back():
    def other():
        try:
            with waiting.seat("page", 1) as seated:
                return seated
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with waiting.seat("page", 1) as first:
            second = pool.submit(other).result()
        third = pool.submit(other).result()
    assert (first, second, third) == (True, False, True)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_somebody_is_changing_is_passed_over_and_its_host_stays_open():
    (job,) = queue(1)

    def elsewhere():
        try:
            return lease.claim("feed")
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        lease.lock(Job.objects.all())
        assert pool.submit(elsewhere).result(20) is None
    assert lease.claim("feed").job == job.pk


@pytest.mark.django_db
def test_jobs_are_locked_in_one_order_feeds_first():
    (feed,) = queue(1)
    source = Source.objects.get()
    article = Article.objects.create(
        source=source,
        cluster=Cluster.objects.create(),
        url="https://press.example/a",
        title="A",
        sort_at=timezone.now(),
    )
    page = Job.objects.create(kind="page", article=article, host_id=feed.host_id)
    later = queue(1, "other.example")[0]
    with transaction.atomic():
        assert lease.lock(Job.objects.order_by("-pk")) == [feed.pk, later.pk, page.pk]
