"""The Prometheus text format."""

from tracker.operations.exposition import Metric, render


def test_a_figure_has_its_help_its_kind_and_its_value():
    assert render([Metric("a_b", "gauge", "What it is.", {"": 3})]) == (
        "# HELP a_b What it is.\n# TYPE a_b gauge\na_b 3\n"
    )


def test_a_label_stands_on_each_figure():
    page = render([Metric("a", "gauge", "x", {"two": 2, "one": 1.5}, "kind")])
    assert page.splitlines()[2:] == ['a{kind="one"} 1.5', 'a{kind="two"} 2']


def test_quotes_backslashes_and_line_ends_in_labels_are_escaped():
    page = render([Metric("a", "gauge", "x\ny", {'he said "no"\\\n': 1}, "kind")])
    assert page.splitlines()[0] == "# HELP a x\\ny"
    assert page.splitlines()[2] == 'a{kind="he said \\"no\\"\\\\\\n"} 1'


def test_large_figures_are_written_in_full():
    assert render([Metric("a", "counter", "x", {"": 1234567})]).endswith("a 1234567\n")
