"""Two versions of a text side by side."""

from tracker.comparing import compare


def changed(words):
    return [w.text for w in words if w.changed]


def test_equal_texts_have_no_changes():
    assert compare("One.\nTwo.", "One.\nTwo.") == []


def test_a_changed_word_is_marked_on_both_sides():
    (change,) = compare("It begins within weeks.", "It begins within months.")
    assert (changed(change.old), changed(change.new)) == (["weeks"], ["months"])


def test_each_side_can_be_put_together_again():
    (change,) = compare("It began in late 2022.", "It has begun in early 2023.")
    assert "".join(w.text for w in change.old) == "It began in late 2022."
    assert "".join(w.text for w in change.new) == "It has begun in early 2023."


def test_a_paragraph_taken_out_faces_an_empty_side():
    (change,) = compare("One.\nTwo.\nThree.", "One.\nThree.")
    assert changed(change.old) == ["Two."]
    assert change.new == ()


def test_the_paragraphs_kept_between_two_changes_are_counted():
    changes = compare("a\nb\nc\nd\ne", "A\nb\nc\nd\nE")
    assert [change.kept for change in changes] == [0, 3]


def test_chinese_is_compared_letter_by_letter():
    (change,) = compare("警方正在调查。", "警方已经调查。")
    assert "".join(changed(change.old)) == "正在"
