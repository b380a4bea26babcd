"""An editor who links a passage and the ingest that moves articles never wait for each other."""

import threading

import pytest
from django.db import connection, transaction

from sources.models import Article, Cluster
from tests.conftest import member
from tests.factories import NEWS, make_article, make_claim
from tests.tracker.test_pages import linked
from tracker.models import Anchor, Claim

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def wait_for_the_other(others=1):
    """Until so many other connections wait for locks that this one holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING + " AND datname = current_database()")
            if cursor.fetchone()[0] >= others:
                return
        threading.Event().wait(0.05)
    pytest.fail("nobody waited")


def test_a_passage_is_linked_while_its_article_and_another_of_the_claim_are_moved():
    nora, claim = member("nora", "editor"), make_claim()
    cited, fresh = make_article(), make_article(NEWS)
    linked(claim, nora, article=cited)
    faults = []

    def link():
        try:
            linked(claim, nora, article=fresh)
        except Exception as error:  # noqa: BLE001  whatever it is, the test names it
            faults.append(error)
        finally:
            connection.close()

    editor = threading.Thread(target=link)
    with transaction.atomic():  # as a batch of the ingest does
        Article.objects.filter(pk=fresh.pk).update(title="Another headline")
        editor.start()
        wait_for_the_other()
        Article.objects.filter(pk=cited.pk).update(cluster=Cluster.objects.create())
    editor.join()
    assert faults == []
    claim.refresh_from_db()
    assert claim.evidence.count() == 2


def anchored(passages):
    Anchor.objects.bulk_create(
        Anchor(evidence=row, version=row.version, state="same", score=1) for row in passages
    )


def dated(passages):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sources_article SET sort_at = sort_at - interval '1 day'"
            " FROM unnest(%s) AS wanted(article) WHERE id = article",
            [[row.version.article_id for row in passages]],
        )


@pytest.mark.parametrize("write", [anchored, dated])
def test_two_batches_that_meet_the_same_claims_in_opposite_orders_both_finish(write):
    nora, one = member("nora", "editor"), make_claim()
    claims = [one, make_claim(one.story)]
    passages = [linked(claim, nora, article=make_article()) for claim in claims for _ in range(2)]
    before = dict(Claim.objects.values_list("pk", "revision"))
    faults = []

    def batch(*rows):
        try:
            write(rows)
        except Exception as error:  # noqa: BLE001  whatever it is, the test names it
            faults.append(error)
        finally:
            connection.close()

    first = threading.Thread(target=batch, args=(passages[0], passages[2]))
    second = threading.Thread(target=batch, args=(passages[3], passages[1]))
    with transaction.atomic():
        # the second batch, which met this claim first, is the first to be let go on
        Claim.objects.select_for_update(no_key=True).get(pk=claims[1].pk)
        second.start()
        wait_for_the_other()
        first.start()
        wait_for_the_other(2)
    first.join()
    second.join()
    assert faults == []
    raised = Claim.objects.values_list("pk", "revision")
    assert all(revision == before[pk] + 2 for pk, revision in raised)
