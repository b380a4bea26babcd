"""Which names may stand in a text: never none of those that do, and few of the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.matching.names import Letters, folded, parts
from tracker.publishing.masking import Hidden, mask


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("René Lévesque", "Then RENE LEVESQUE said so."),
        ("RCMP", "The R.C.M.P. said so."),
        ("R.C.M.P.", "The RCMP said so."),
        ("Jane Roe", "Roe, Jane, said so."),
        ("Søren Ødegård", "soren odegard"),
        ("王小明", "据王 小明说"),
        ("L’Écho de l’Œuvre", "l'echo de l'oeuvre"),
    ],
)
def test_a_name_is_found_however_it_is_written(name, text):
    assert Letters(text).may_hold(name)


@pytest.mark.parametrize("name", ["John Roe", "王小红", "", "—", "Janet"])
def test_a_name_of_which_a_word_is_missing_is_not_there(name):
    assert not Letters("Jane Roe and 王小明 said so.").may_hold(name)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_what_a_mask_would_hide_is_always_let_through(before, name, after):
    text = f"{before} {name} {after}"
    if mask([Hidden((name,), "")]).touches(text):
        assert Letters(text).may_hold(name)


@given(st.text(max_size=40))
def test_both_ways_of_folding_agree(words):
    assert "".join(parts(words)) == "".join(parts(folded(words)[0]))
