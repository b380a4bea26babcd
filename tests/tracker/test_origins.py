"""Counting independent origins: echoes, copies, parties and unknown lineage."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tracker.timeline.origins import Piece, count, rows_counted, statements

DAY = date(2023, 4, 17)


def piece(evidence, **changes):
    """A supporting row of its own article, text and outlet, with no known origin."""
    row = Piece(
        evidence=evidence,
        claim=1,
        article=evidence,
        cluster=evidence,
        origin="",
        origin_name="",
        party=False,
        stance="supports",
        on=DAY,
        source=evidence,
    )
    return replace(row, **changes)


def test_twelve_outlets_with_one_embassy_letter_are_one_origin_and_one_party():
    letter = {"origin": "speaker:7", "origin_name": "Embassy of Norland", "party": True}
    pieces = [piece(n, stance="denies", **letter) for n in range(1, 13)]
    result = count(pieces)
    assert (result.origins, result.articles, result.parties, result.unknown) == (1, 12, 1, 0)


def test_three_outlets_citing_one_outlet_are_one_origin():
    assert count([piece(n, origin="source:90") for n in (1, 2, 3)]).origins == 1


def test_twenty_copies_of_a_text_that_credits_an_agency_and_one_other_report_are_two_origins():
    wire = {"cluster": 1, "text_origin": "source:80", "text_origin_name": "Norland Press"}
    copies = [piece(n, **wire) for n in range(1, 21)]
    rows = [*copies, piece(30, origin="article:30", source=90)]
    result = count(rows)
    assert (result.origins, result.articles, result.unknown) == (2, 21, 0)
    named = {row.origin_name for row in rows_counted(rows)["origins"] if row.cluster == 1}
    assert named == {"Norland Press"}


def test_a_speaker_named_in_a_credited_text_is_its_own_origin():
    said = piece(1, cluster=1, origin="speaker:7", text_origin="source:80")
    told = piece(2, cluster=1, text_origin="source:80")
    assert count([said]).origins == 1
    assert count([said, told]).origins == 2


def test_an_outlet_with_an_unnamed_source_and_those_who_relay_it_are_one_origin():
    first = piece(1, origin="article:1", source=90)
    relays = [piece(n, origin="source:90") for n in (2, 3, 4)]
    assert count([first, *relays]).origins == 1


def test_own_reporting_stands_beside_what_an_unnamed_source_told_the_same_outlet():
    unnamed = piece(1, origin="article:1", source=90)
    own = piece(2, source=90, independent="yes")
    assert count([unnamed, own]).origins == 2


def test_twenty_copies_of_a_credited_wire_and_one_other_report_are_two_origins():
    copies = [piece(n, cluster=1, origin="source:50") for n in range(1, 21)]
    result = count([*copies, piece(21, origin="source:90")])
    assert (result.origins, result.articles, result.unknown) == (2, 21, 0)


def test_a_credit_found_on_one_copy_holds_for_the_whole_text():
    copies = [piece(1, cluster=1, origin="source:50", origin_name="Norland Wire")]
    copies += [piece(n, cluster=1) for n in range(2, 21)]
    result = count(copies)
    assert (result.origins, result.unknown) == (1, 0)
    assert {row.origin_name for row in rows_counted(copies)["origins"]} == {"Norland Wire"}


def test_a_speaker_named_in_one_passage_does_not_stand_for_the_whole_text():
    result = count([piece(1, cluster=1, origin="speaker:7"), piece(2, cluster=1)])
    assert (result.origins, result.unknown) == (1, 1)


def test_unknown_lineage_counts_as_no_origin_and_its_copies_as_one_unknown():
    result = count([piece(n, cluster=1) for n in (1, 2, 3)] + [piece(4)])
    assert (result.origins, result.articles, result.unknown) == (0, 4, 2)


def test_own_reporting_counts_once_an_editor_calls_it_independent():
    assert count([piece(1)]).origins == 0
    assert count([piece(1, independent="yes")]).origins == 1


def test_a_row_an_editor_calls_not_independent_is_an_article_and_nothing_else():
    result = count([piece(1, origin="speaker:7", independent="no"), piece(2, independent="no")])
    assert (result.origins, result.articles, result.unknown) == (0, 2, 0)


def test_outlets_that_each_claim_one_text_as_their_own_are_one_origin():
    copies = [piece(n, cluster=1, independent="yes") for n in (1, 2, 3)]
    assert count(copies).origins == 1


def test_an_outlet_that_once_ran_a_wire_text_keeps_its_other_reporting():
    wire = [piece(1, cluster=1, independent="yes"), piece(2, cluster=1, independent="yes")]
    own = [piece(3, source=1, independent="yes"), piece(4, source=2, independent="yes")]
    assert count(wire + own).origins == 2


def test_the_unnamed_source_of_an_article_is_the_same_in_its_copies():
    first = piece(1, cluster=1, origin="article:1")
    copy = piece(2, cluster=1, origin="article:2")
    other = piece(3, origin="article:3")
    assert count([first, copy]).origins == 1
    assert count([first, copy, other]).origins == 2


def test_context_and_declining_to_comment_are_outside_the_counts():
    rows = [
        piece(1, origin="speaker:1", stance="context"),
        piece(2, origin="speaker:2", stance="declines"),
        piece(3, stance="context"),
    ]
    result = count(rows)
    assert (result.origins, result.articles, result.unknown, result.parties) == (0, 0, 0, 0)


def test_context_and_declining_are_still_statements():
    rows = [piece(1, origin="speaker:1", stance="context"), piece(2, stance="declines")]
    assert [s.stance for s in statements(rows)] == ["context", "declines"]


def test_relays_of_one_statement_fold_into_it():
    rows = [piece(n, origin="speaker:7", origin_name="Orla Vale") for n in (1, 2, 3)]
    (statement,) = statements(rows)
    assert statement.origin_name == "Orla Vale"
    assert [row.evidence for row in statement.pieces] == [1, 2, 3]


def test_one_origin_that_changes_its_stance_or_speaks_again_makes_another_statement():
    rows = [
        piece(1, origin="speaker:7"),
        piece(2, origin="speaker:7", on=date(2023, 6, 1)),
        piece(3, origin="speaker:7", stance="disputes"),
    ]
    assert len(statements(rows)) == 3
    assert count(rows).origins == 1


def test_copies_of_unknown_lineage_are_one_statement_on_their_earliest_day():
    rows = [piece(1, cluster=1), piece(2, cluster=1, on=date(2023, 4, 15)), piece(3)]
    first, second = statements(rows)
    assert (first.on, len(first.pieces)) == (date(2023, 4, 15), 2)
    assert len(second.pieces) == 1


def test_statements_are_oldest_first_and_undated_ones_last():
    days = [None, date(2024, 1, 2), date(2023, 1, 2)]
    rows = [piece(n, origin=f"speaker:{n}", on=day) for n, day in enumerate(days, 1)]
    assert [s.on for s in statements(rows)] == [date(2023, 1, 2), date(2024, 1, 2), None]


def test_every_figure_opens_exactly_the_rows_it_counted():
    rows = [
        piece(1, origin="speaker:7", party=True),
        piece(2, origin="speaker:8"),
        piece(3),
        piece(4, stance="context"),
    ]
    opened = {name: [r.evidence for r in found] for name, found in rows_counted(rows).items()}
    assert opened == {"origins": [1, 2], "articles": [1, 2, 3], "unknown": [3], "parties": [1]}


ORIGINS = st.sampled_from(["", "own", "unnamed", "speaker:1", "speaker:2", "source:1", "source:9"])


@st.composite
def evidence(draw):
    """A dozen rows over few claims, texts and outlets, so that everything collides."""
    rows = []
    credits = st.dictionaries(st.integers(1, 5), st.sampled_from(["source:1", "source:8"]))
    credited = draw(credits)
    for number in range(1, draw(st.integers(1, 12)) + 1):
        cluster = draw(st.integers(1, 5))
        source, origin = draw(st.integers(1, 5)), draw(ORIGINS)
        # in a text that credits another, own reporting is the other's
        own = "" if cluster in credited else f"source:{source}"
        origin = {"own": own, "unnamed": f"article:{number}"}.get(origin, origin)
        rows.append(
            piece(
                number,
                claim=draw(st.integers(1, 2)),
                cluster=cluster,
                text_origin=credited.get(cluster, ""),
                source=source,
                origin=origin,
                party=draw(st.booleans()),
                stance=draw(st.sampled_from(["supports", "reports", "denies", "context"])),
                independent=draw(st.sampled_from(["", "", "yes", "no"])),
            )
        )
    return rows


@given(evidence(), st.data())
def test_adding_a_copy_never_raises_the_number_of_origins(rows, data):
    original = data.draw(st.sampled_from(rows))
    source = data.draw(st.integers(1, 6))
    # of a text that credits nobody, a copy may have been recorded without what its original says
    lineages = {original.origin} if original.text_origin else {original.origin, ""}
    if original.origin == f"source:{original.source}":
        lineages.add(f"source:{source}")
    if original.origin.startswith("article:"):
        lineages.add("article:99")
    origin = data.draw(st.sampled_from(sorted(lineages)))
    independent = original.independent if origin or original.text_origin else ""
    copy = replace(
        original, evidence=99, article=99, source=source, origin=origin, independent=independent
    )
    assert count([*rows, copy]).origins <= count(rows).origins


@given(evidence(), st.integers(1, 6))
def test_adding_a_text_of_unknown_lineage_never_raises_the_number_of_origins(rows, cluster):
    unknown = [row for row in rows if row.cluster != cluster or not row.text_origin]
    assert count([*unknown, piece(99, cluster=cluster)]).origins <= count(unknown).origins


@given(evidence(), st.randoms())
def test_the_order_of_the_rows_never_matters(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert count(shuffled) == count(rows)
    assert statements(shuffled) == statements(rows)
    assert rows_counted(shuffled) == rows_counted(rows)


@given(evidence())
def test_every_row_is_in_exactly_one_statement(rows):
    folded = [row.evidence for statement in statements(rows) for row in statement.pieces]
    assert sorted(folded) == [row.evidence for row in rows]
