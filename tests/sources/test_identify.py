"""When two addresses, two feed entries or two texts are the same thing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sources.ingest.dates import parse_date
from sources.ingest.entries import alt_key, choose_identity, guid_key, item_hash
from sources.ingest.feedparse import Item
from sources.ingest.identify import (
    authority,
    canonical_url,
    clean_text,
    is_aggregator,
    repair_url,
    same_site,
    site,
    text_hash,
    url_key,
    usable_canonical,
)

BASE = "https://ledger.example/politics/feed.xml"
ARTICLE = "https://ledger.example/2023/06/13/never-met"


def item(**values):
    raw = values.pop("published_raw", "")
    blank = {"guid": "", "link": "", "title": "", "summary": "", "author": "", "updated": None}
    published = parse_date(raw, tz="UTC")
    return Item(**{**blank, "published_raw": raw, "published": published, **values})


# ------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("  https://ledger.example/a\n", "https://ledger.example/a"),
        ("https://ledger.example/a\n/b", "https://ledger.example/a/b"),
        ("https://ledger.example/a b?c d", "https://ledger.example/a%20b?c%20d"),
        ("/a", "https://ledger.example/a"),
        ("a", "https://ledger.example/politics/a"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("www.ledger.example/a", "https://www.ledger.example/a"),
        ("https:/ledger.example/a", "https://ledger.example/a"),
        ("https//ledger.example/a", "https://ledger.example/a"),
        ("http://https://ledger.example/a", "https://ledger.example/a"),
        ("HTTPS://LEDGER.Example:443/A", "https://ledger.example/A"),
        ("https:\\\\ledger.example\\a", "https://ledger.example/a"),
        ("feed://ledger.example/a", "http://ledger.example/a"),
        ("feed:https://ledger.example/a", "https://ledger.example/a"),
        ("https://ledger.example/?a=1&amp;b=2", "https://ledger.example/?a=1&b=2"),
        ("https://ledger.example/é", "https://ledger.example/%C3%A9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://海城.example./", "https://xn--uisx71c.example/"),
        ("https://ledger.example/a#comments", "https://ledger.example/a"),
        ("https://ledger.example/#!/a", "https://ledger.example/#!/a"),
        ("https://ledger.example:8443/", "https://ledger.example:8443/"),
        ("http://[::1]:5432/", "http://[::1]:5432/"),
    ],
)
def test_an_address_is_mended(raw, repaired):
    assert repair_url(raw, BASE) == repaired


@pytest.mark.parametrize(
    "raw",
    [
        "", "  ", "javascript:alert(1)", "JaVa\nScRiPt:alert(1)", "data:text/html,x", "mailto:a@b.example",
        "file:///etc/passwd", "ftp://ledger.example/", "tag:ledger.example,2023:1", "about:blank",
        "http://", "http://exa mple.example/", "https://user:pass@ledger.example/",
        "https://ledger.example@evil.example/", "http://[bad/", "https://ledger.example:99999/",
        "https://ledger.example:0/", "https://..", "https://ledger.example/" + "a" * 3000,
    ],
)  # fmt: skip
def test_an_address_nobody_could_follow_is_none(raw):
    assert repair_url(raw, BASE) == ""


def test_a_backslash_does_not_hide_the_host():
    assert authority(repair_url(r"http://127.0.0.1\@evil.example/", BASE)) == "127.0.0.1"


def test_a_relative_address_without_a_base_is_none():
    assert repair_url("/a", "") == ""


def test_the_address_inside_an_alert_is_taken_out():
    wrapped = "https://www.google.com/url?rct=j&url=https://ledger.example/a%3Fid%3D1&ct=ga"
    assert repair_url(wrapped, BASE) == "https://ledger.example/a?id=1"
    assert repair_url("https://www.google.com/url?url=javascript:alert(1)", BASE) == ""


@pytest.mark.parametrize(
    "decorated",
    [
        f"{ARTICLE}?utm_source=rss&utm_campaign=x",
        f"{ARTICLE}?fbclid=abc",
        f"{ARTICLE}?at_medium=feed&ns_source=y&xtor=RSS-1",
        f"{ARTICLE}?CMP=share",
        f"{ARTICLE}?ref=wire.example",
        f"{ARTICLE}?amp=1",
        f"{ARTICLE}#comments",
        ARTICLE.replace("https:", "http:"),
        ARTICLE.replace("ledger.example", "LEDGER.example:443"),
        ARTICLE.replace("/06/", "/x/../06/"),
        ARTICLE.replace("never", "n%65ver"),
    ],
)
def test_a_tracking_parameter_or_a_way_of_writing_does_not_make_a_new_article(decorated):
    assert url_key(decorated) == url_key(ARTICLE)


@pytest.mark.parametrize(
    "other",
    [
        f"{ARTICLE}?id=2",
        f"{ARTICLE}/",
        f"{ARTICLE}?ref=politics",
        ARTICLE.replace("never", "Never"),
        ARTICLE.replace("https://", "https://www."),
        f"{ARTICLE}#!/2",
    ],
)
def test_what_may_name_another_page_makes_another_article(other):
    assert url_key(other) != url_key(ARTICLE)


def test_the_order_of_parameters_makes_no_difference():
    assert canonical_url(f"{ARTICLE}?b=2&a=1&utm_id=3") == f"{ARTICLE}?a=1&b=2"


def test_the_key_of_an_address_is_32_bytes():
    assert len(url_key(ARTICLE)) == len(url_key("javascript:x")) == 32


HOSTILE = st.text(alphabet="ab:/?#[]@!&=+%25 .\\\té中\u202e", max_size=40)


@given(st.one_of(st.text(max_size=60), HOSTILE, HOSTILE.map("https://ledger.example/".__add__)))
@example("https://ledger.example:80443/")
@example("http://ledger.example:80:443/")
@example("https://ledger.example/%2541?%2541")
@example("https://ledger.example:443/?utm_x")
def test_the_canonical_form_of_a_canonical_form_is_itself(url):
    once = canonical_url(url)
    assert canonical_url(once) == once


@given(HOSTILE, HOSTILE)
def test_a_repaired_address_is_http_and_needs_no_more_repair(raw, base):
    repaired = repair_url(raw, base)
    assert repaired == "" or repaired.startswith(("http://", "https://"))
    assert repair_url(repaired, "") == repaired


def test_the_authority_has_a_port_only_where_it_is_not_the_usual_one():
    assert authority("HTTPS://Ledger.example:443/a") == "ledger.example"
    assert authority("http://ledger.example:8080/a") == "ledger.example:8080"
    assert authority("not an address") == ""


@pytest.mark.parametrize(
    ("host", "registrable"),
    [
        ("www.politics.ledger.co.uk", "ledger.co.uk"),
        ("https://m.ledger.ca:8443/a", "ledger.ca"),
        ("one.blogspot.com", "one.blogspot.com"),
        ("www.ledger.example", "ledger.example"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
        ("", ""),
    ],
)
def test_the_site_is_the_registrable_domain(host, registrable):
    assert site(host) == registrable


def test_two_hosts_of_one_domain_are_one_site_and_two_blogs_of_one_platform_are_two():
    assert same_site("https://m.ledger.ca/a", "www.ledger.ca")
    assert not same_site("one.blogspot.com", "two.blogspot.com")
    assert not same_site("", "")


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        ("https://www.ledger.example/a", "https://www.ledger.example/a"),
        ("/a?x=1", "https://ledger.example/a?x=1"),
        ("https://ledger.example/", ""),
        ("/", ""),
        ("https://evil.example/a", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_page_is_believed_about_its_address_only_within_its_site(claimed, believed):
    assert usable_canonical(f"{ARTICLE}?amp=1", claimed) == believed


def test_links_through_an_aggregator_are_known():
    assert is_aggregator("https://news.google.com/rss/articles/CBMiInvented?oc=5")
    assert is_aggregator("https://www.bing.com/news/apiclick.aspx?ref=x")
    assert not is_aggregator("https://news.google.com/")
    assert not is_aggregator(ARTICLE)


# ---------------------------------------------------------------------------------- text


def test_text_loses_what_cannot_be_stored_or_deceives_the_eye():
    assert clean_text("a\0b\x07c\x85d\ud800e\u202ef\u2066g\ufeff") == "abcdefg"


def test_text_keeps_lines_tabs_accents_and_emoji():
    assert clean_text("a\tb\r\nc\rd é 中 🐟") == "a\tb\nc\nd é 中 🐟"


def test_text_is_composed_and_cut():
    assert clean_text("e\u0301" * 5, 3) == "ééé"


@given(st.text(st.characters(), max_size=50))
def test_cleaned_text_is_clean_and_can_be_encoded(text):
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert "\0" not in cleaned
    cleaned.encode()


def test_spacing_makes_no_difference_to_a_text_and_a_word_does():
    assert text_hash("One  line.\n\nTwo.") == text_hash("One line. Two.\n")
    assert text_hash("One line.") != text_hash("One lime.")


# -------------------------------------------------------------------------------- entries


def test_an_entry_is_known_by_its_guid_whatever_else_changes():
    a = item(guid="g1", link=ARTICLE, title="Before")
    b = item(guid="g1", link=f"{ARTICLE}-2", title="After")
    assert guid_key(a, "guid") == guid_key(b, "guid")
    assert guid_key(a, "link") != guid_key(b, "link")


def test_an_entry_without_a_guid_is_known_by_its_canonical_link():
    a, b = item(link=ARTICLE), item(link=f"{ARTICLE}?utm_source=rss")
    assert guid_key(a, "guid") == guid_key(b, "guid") == guid_key(a, "link")


def test_an_entry_with_neither_is_known_by_date_and_title():
    a = item(title="Council  meets", published_raw="2023-06-13")
    assert guid_key(a, "guid") == guid_key(
        item(title="Council meets", published_raw="13 Jun 2023"), "guid"
    )
    assert guid_key(a, "guid") != guid_key(
        item(title="Council meets", published_raw="2023-06-20"), "guid"
    )


def test_untitled_entries_are_told_apart_by_their_words():
    a, b = item(summary="Fire on the quay"), item(summary="Fire is out")
    assert guid_key(a, "guid") != guid_key(b, "guid")


def test_guid_and_link_of_the_same_letters_do_not_collide():
    assert guid_key(item(guid=ARTICLE), "guid") != guid_key(item(link=ARTICLE), "guid")


def test_a_move_to_https_does_not_make_every_entry_new():
    old, new = item(guid="http://www.ledger.example/?p=1"), item(guid="https://ledger.example/?p=1")
    assert guid_key(old, "guid") != guid_key(new, "guid")
    assert alt_key(old) == alt_key(new)
    assert alt_key(old) != alt_key(item(guid="https://ledger.example/?p=2"))


def test_identity_steps_down_when_all_entries_share_a_guid():
    items = [item(guid="same", link=f"{ARTICLE}-{n}", title=f"Story {n}") for n in range(5)]
    assert choose_identity(items, "guid") == "link"


def test_identity_steps_down_to_the_title_when_guid_link_and_date_are_all_the_same():
    items = [
        item(guid="same", link="https://ledger.example/", title=f"Story {n}") for n in range(5)
    ]
    assert choose_identity(items, "guid") == "link_date_title"


def test_identity_steps_down_to_the_date_when_one_page_carries_dated_entries():
    items = [
        item(link=ARTICLE, title=f"Update {n}", published_raw=f"2023-06-{n + 10}") for n in range(5)
    ]
    assert choose_identity(items, "guid") == "link_date"


def test_an_entry_listed_twice_says_nothing_against_its_guid():
    items = [item(guid="g1", link=ARTICLE, title="Story")] * 50
    assert choose_identity(items, "guid") == "guid"


def test_an_article_with_a_new_headline_says_nothing_against_its_guid():
    items = [item(guid="g1", link=ARTICLE, title=title) for title in ("Before", "After")]
    assert choose_identity(items, "guid") == "guid"


def test_one_pair_in_a_hundred_says_nothing_against_guids():
    items = [item(guid=f"g{max(n, 1)}", link=f"{ARTICLE}-{n}") for n in range(100)]
    assert choose_identity(items, "guid") == "guid"


def test_identity_never_steps_up():
    items = [item(guid=f"g{n}", link=f"{ARTICLE}-{n}") for n in range(10)]
    assert choose_identity(items, "link_date") == "link_date"


def test_an_entry_has_another_hash_when_what_it_says_changes():
    a = item(guid="g1", link=ARTICLE, title="Before", summary="x")
    assert item_hash(a) == item_hash(
        item(guid="g2", link=f"{ARTICLE}?fbclid=1", title="Before", summary=" x")
    )
    for change in ({"title": "After"}, {"summary": "y"}, {"author": "R. Invented"}):
        values = {"guid": "g1", "link": ARTICLE, "title": "Before", "summary": "x", **change}
        assert item_hash(item(**values)) != item_hash(a)


def test_an_entry_has_another_hash_when_the_publisher_says_it_was_updated():
    updated = parse_date("2023-06-14T00:00:00Z", tz="UTC")
    assert item_hash(item(guid="g1", updated=updated)) != item_hash(item(guid="g1"))
