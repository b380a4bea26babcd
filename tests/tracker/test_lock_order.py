"""An editor who links a passage and the ingest that moves articles never wait for each other."""

import threading

import pytest
from django.db import connection, transaction

from sources.models import Article, Cluster
from tests.conftest import member
from tests.factories import NEWS, make_article, make_claim
from tests.tracker.test_pages import linked

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def wait_for_the_other():
    """Until another connection waits for a lock that this one holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING + " AND datname = current_database()")
            if cursor.fetchone()[0]:
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
