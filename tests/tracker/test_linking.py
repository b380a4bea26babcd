"""How a passage becomes evidence, and which origin its chain leads to."""

from datetime import date

import pytest

from sources.models import Job
from tests.factories import NEWS, make_article, make_claim, make_source, make_speaker
from tracker.passages.linking import LinkError, Reading, link

pytestmark = pytest.mark.django_db

DENIAL = "The embassy denied that any police station exists in Canada."


def linked(by, reading, *, article=None, claim=None, exact=DENIAL):
    version = (article or make_article()).current_version
    start = version.text.index(exact)
    return link(claim or make_claim(), version, start, start + len(exact), reading, by)


def words(evidence):
    return [str(one) for one in evidence.chain.all()]


def test_evidence_keeps_the_words_and_what_stands_around_them(nora):
    evidence = linked(nora, Reading("reports"))
    assert evidence.exact == DENIAL
    assert evidence.prefix == NEWS[evidence.start - 32 : evidence.start]
    assert evidence.suffix == NEWS[evidence.end : evidence.end + 32]


def test_evidence_stays_with_the_version_it_was_read_in(nora):
    article = make_article()
    assert linked(nora, Reading("reports"), article=article).version == article.current_version


def test_the_outlet_we_read_is_the_first_link(nora):
    outlet = make_source("Harbour Post")
    evidence = linked(nora, Reading("reports"), article=make_article(source=outlet))
    assert words(evidence) == ["Harbour Post"]
    assert [one.read_by_us for one in evidence.chain.all()] == [True]


def test_an_outlet_without_attribution_is_of_unknown_lineage(nora):
    assert linked(nora, Reading("reports")).origin is None


def test_a_named_speaker_is_the_origin(nora):
    embassy = make_speaker("Embassy")
    evidence = linked(nora, Reading("reports", speaker=embassy))
    assert evidence.origin.speaker == embassy


def test_two_outlets_with_one_speaker_share_an_origin(nora):
    embassy = make_speaker("Embassy")
    one, other = (linked(nora, Reading("reports", speaker=embassy)) for _ in range(2))
    assert one.origin == other.origin


def test_an_outlet_that_is_relayed_is_the_origin(nora):
    wire = make_source("Meridian Business")
    evidence = linked(nora, Reading("reports", chain="Meridian Business"))
    assert evidence.origin.source == wire


def test_an_unnamed_source_belongs_to_the_article_that_spoke_to_it(nora):
    article = make_article()
    evidence = linked(nora, Reading("reports", chain="an unnamed source"), article=article)
    assert evidence.origin.article == article


def test_outlets_relaying_one_unnamed_source_share_an_origin(nora):
    make_source("Meridian Business")
    chain = "Meridian Business, citing an unnamed source"
    one, other = (linked(nora, Reading("reports", chain=chain)) for _ in range(2))
    assert one.origin == other.origin


def test_the_whole_chain_is_kept_in_its_order(nora):
    make_source("Meridian Business")
    outlet = make_source("Harbour Post")
    chain = "Harbour Post, citing Meridian Business, citing an unnamed source"
    evidence = linked(nora, Reading("reports", chain=chain), article=make_article(source=outlet))
    assert words(evidence) == ["Harbour Post", "Meridian Business", "an unnamed source"]


def test_a_denial_must_say_what_it_denies(nora):
    with pytest.raises(LinkError):
        linked(nora, Reading("denies"))
    evidence = linked(nora, Reading("denies", denies_what="that stations exist"))
    assert evidence.denies_what == "that stations exist"


def test_one_passage_is_linked_to_one_claim_once(nora):
    article, claim = make_article(), make_claim()
    linked(nora, Reading("reports"), article=article, claim=claim)
    with pytest.raises(LinkError):
        linked(nora, Reading("supports"), article=article, claim=claim)


def test_a_withdrawn_passage_may_be_linked_again(nora):
    article, claim = make_article(), make_claim()
    linked(nora, Reading("reports"), article=article, claim=claim).withdraw(nora, "wrong stance")
    assert linked(nora, Reading("supports"), article=article, claim=claim).pk


def test_a_passage_outside_the_text_is_refused(nora):
    version = make_article().current_version
    with pytest.raises(LinkError):
        link(make_claim(), version, 0, len(version.text) + 1, Reading("reports"), nora)


def test_an_article_with_evidence_is_looked_at_again_tomorrow(nora):
    article = make_article()
    linked(nora, Reading("reports"), article=article)
    assert Job.objects.filter(article=article, kind="page").exists()


def test_the_event_keeps_its_own_date(nora):
    evidence = linked(nora, Reading("reports", event_on=date(2023, 4, 27)))
    assert evidence.event_on == date(2023, 4, 27)
