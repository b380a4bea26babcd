"""Reading feeds as publishers send them: broken, mislabelled, hostile, or right."""

import json
import sys
from dataclasses import asdict
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sources.ingest.feedparse import NotAFeed, parse_feed

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
URL = "https://ledger.example/politics/feed.xml"


def rss(items, head="<title>The Harbour Ledger</title>"):
    prefixes = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<rss version="2.0" {prefixes}><channel>{head}{items}</channel></rss>'


def parse(document, **options):
    body = document.encode() if isinstance(document, str) else document
    return parse_feed(body, **{"url": URL, **options})


def only(document, **options):
    [item] = parse(document, **options).items
    return item


def titles(document, **options):
    return [item.title for item in parse(document, **options).items]


def refused(document, **options):
    with pytest.raises(NotAFeed) as error:
        parse(document, **options)
    return error.value


@pytest.fixture(scope="module")
def openings():
    """What is opened or connected to while the list is watched: files and sockets by name."""
    seen, watched = [], [False]

    def hear(event, arguments):
        name = str(arguments[0]) if arguments else ""
        is_code = name.endswith((".py", ".pyc", ".so")) or ".pyc." in name
        if watched[0] and (event.startswith("socket.") or (event == "open" and not is_code)):
            seen.append((event, name))

    sys.addaudithook(hear)
    watched[0] = True
    yield seen
    watched[0] = False


# --------------------------------------------------------------------------------- golden


@pytest.mark.parametrize(
    "name",
    ["harbour-ledger.xml", "le-phare.xml", "haicheng.xml", "registry.xml", "wire.json", "cut-off.xml", "aggregator.xml"],
)  # fmt: skip
def test_a_feed_is_read_as_its_golden_file_says(name):
    path = FEEDS / name
    read = parse_feed(path.read_bytes(), url=f"https://feeds.example/{name}")
    plain = json.loads(json.dumps(asdict(read), default=lambda moment: moment.isoformat()))
    assert plain == json.loads(path.with_suffix(".golden.json").read_text())


# -------------------------------------------------------------------------- what is no feed


def test_a_web_page_is_no_feed_and_tells_where_the_feeds_are():
    page = """<!DOCTYPE html><html><head><title>Harbour &amp; Ledger</title>
        <link rel="alternate" type="application/rss+xml" href="/feed.xml">
        <link rel="alternate" type="application/atom+xml" href="javascript:alert(1)">
        <link rel="alternate" hreflang="fr" href="/fr/"><link rel="stylesheet" href="/s.css">
        </head><body><p>News</p></body></html>"""
    error = refused(page)
    assert (error.detail, error.page_title) == ("a web page", "Harbour & Ledger")
    assert error.alternates == ("https://ledger.example/feed.xml",)


@pytest.mark.parametrize(
    "body",
    [b"", b" \n ", b"\0\0", b"\xef\xbb\xbf", b"<?xml version='1.0'?>", b"x" * 1000, b'{"error": "rate limited"}', b"[" * 100_000, b"\x1f\x8b\x08\0\0", b"<svg><title>x</title></svg>"],
)  # fmt: skip
def test_what_holds_no_feed_is_no_feed(body):
    refused(body)


def test_a_feed_without_entries_is_a_feed():
    assert parse(rss("")).warnings == ("no_items",)


def test_a_page_that_explains_feeds_is_a_page():
    assert refused('<html><body><rss version="2.0"></rss></body></html>').detail == "a web page"


def test_a_feed_wrapped_in_a_page_by_the_server_is_read():
    wrapped = f"<html><body>{rss('<item><title>Wrapped</title></item>')}</body></html>"
    assert titles(wrapped) == ["Wrapped"]
    assert "junk_before" in parse(wrapped).warnings


# -------------------------------------------------------------------- files and connections


@pytest.mark.parametrize(
    "body", [b"/etc/passwd", b"https://ledger.example/feed", b"file:///etc/passwd"]
)
def test_a_body_that_is_a_name_is_not_opened(body, openings):
    openings.clear()
    refused(body)
    assert openings == []


def test_case_35_entities_are_neither_expanded_nor_fetched(openings):
    document = """<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://evil.example/x.dtd" [
        <!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
        """ + rss("<item><title>before &b; &x; after</title></item>")
    openings.clear()
    assert titles(document) == ["before &b; &x; after"]
    assert openings == []


# -------------------------------------------------------------------------------- charsets

FRENCH = rss("<item><title>L’ambassade a nié « en bloc »</title></item>")
LATIN = FRENCH.replace("’", "'")
CHINESE = rss("<item><title>海城市政府否认有关报道并拒绝进一步评论</title></item>")
TAIWANESE = rss(
    "<generator>a generator whose name and address are longer than all the rest</generator>"
    "<item><title>市議會否認有關報導並拒絕評論</title></item>"
)
RUSSIAN = rss(
    "<item><title>Посольство отвергло все обвинения и отказалось от комментариев</title></item>"
)


def declared(document, charset):
    return f'<?xml version="1.0" encoding="{charset}"?>{document}'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (declared(FRENCH, "iso-8859-1").encode(), ""),
        (declared(FRENCH, "utf-16").encode(), "text/xml"),
        (declared(FRENCH, "x-made-up-9").encode(), "text/xml; charset=x-made-up-9"),
        (declared(FRENCH, "utf-8").encode("cp1252"), "application/rss+xml; charset=utf-8"),
        (declared(FRENCH, "iso-8859-1").encode("cp1252"), ""),
        (declared(FRENCH, "utf-8").encode("utf-16"), ""),
        (FRENCH.encode("utf-16-be"), ""),
        (FRENCH.encode("utf-32"), ""),
        (
            b"\xef\xbb\xbf \n" + declared(FRENCH, "punycode").encode(),
            "text/xml; charset=unicode_escape",
        ),
    ],
)
def test_case_33_letters_are_right_whatever_charset_is_declared(body, content_type):
    assert titles(body, content_type=content_type) == ["L’ambassade a nié « en bloc »"]


@pytest.mark.parametrize(
    ("document", "charset", "content_type"),
    [
        (CHINESE, "gb18030", "text/xml; charset=gb2312"),
        (CHINESE, "gb18030", ""),
        (RUSSIAN, "koi8-r", "text/xml; charset=koi8-r"),
        (RUSSIAN, "cp1251", ""),
        (TAIWANESE, "big5", ""),
    ],
)
def test_other_scripts_are_read_by_their_declaration_or_recognised(document, charset, content_type):
    assert titles(document.encode(charset), content_type=content_type) == titles(document)


def test_few_letters_are_not_left_to_a_detector():
    document = rss("<item><title>Été à Évry</title></item>")
    assert titles(document.encode("cp1252")) == ["Été à Évry"]


def test_a_charset_that_is_not_the_declared_one_is_noted():
    assert "charset" in parse(declared(LATIN, "utf-8").encode("latin-1")).warnings
    assert parse(declared(LATIN, "utf-8").encode()).warnings == ()


def test_one_broken_byte_does_not_turn_a_utf8_feed_into_another_charset():
    assert titles(FRENCH.encode().replace(b"bloc", b"bl\xffoc")) == [
        "L’ambassade a nié « en bl\ufffdoc »"
    ]


# ------------------------------------------------------------------------------ broken XML


@pytest.mark.parametrize(
    "document",
    [
        rss("<item><title>Cats & dogs</title></item>"),
        rss("<item><title>Cats &amp; dogs</title><x:y/></item>"),
        rss("<item><title>Cats\0 \x08& dogs</title></item>"),
        rss("<item><title>Cats &#38; &#xD800;&#0;&#99999999999;dogs</title></item>"),
        rss("<item><title>Cats &amp; dogs</title></item>").removesuffix("</channel></rss>"),
        "Warning: feed.php on line 3\n" + rss("<item><title>Cats &amp; dogs</title></item>"),
        "\n\n <!-- made by hand --> " + rss("<item><title>Cats &amp; dogs</title></item>"),
        rss("<item><textinput/><title>Cats &amp; dogs</title></item>"),
        rss("<item><image><width/></image><title>Cats &amp; dogs</title></item>"),
        rss("<item><link>http://[</link><title>Cats &amp; dogs</title></item>"),
        rss("<item xml:base='http://['><title>Cats &amp; dogs</title></item>"),
    ],
)
def test_case_31_entries_are_read_from_broken_documents(document):
    assert titles(document) == ["Cats & dogs"]


def test_case_31_undeclared_entities_are_letters():
    assert (
        only(rss("<item><title>Caf&eacute;&nbsp;&mdash; clos</title></item>")).title
        == "Café — clos"
    )


def test_half_an_entry_at_the_end_is_left_out_and_counted():
    whole = rss(
        "<item><title>One</title></item><item><title>Two</title><link>https://ledger.example/two</link></item>"
    )
    read = parse(whole[: whole.index("/two<")])
    assert [item.title for item in read.items] == ["One"]
    assert read.bad == 1
    assert "cut_off" in read.warnings


def test_junk_before_the_document_is_noted():
    assert parse("<br /><b>Notice</b>" + rss("")).warnings == ("junk_before", "no_items")


# -------------------------------------------------------------------------------- hostile


def test_case_39_megabytes_of_ill_formed_markup_are_read():
    body = "<p>It is <b>said</i> &nbsp; & <br> so.</p>" * 20
    items = "".join(
        f"<item><title>Story {n}</title><link>http://ledger.example/{n}</link>"
        f"<description>{body}</description></item>"
        for n in range(450)
    )
    assert len(items) > 400_000
    assert len(parse(rss(items * 10)).items) == 500


def test_case_39_many_small_tags_in_one_entry_cost_the_entry():
    read = parse(rss("<item><title>Fine</title></item><item>" + "<a/>" * 100_000 + "</item>"))
    assert [item.title for item in read.items] == ["Fine"]
    assert read.dropped == 1


@pytest.mark.parametrize(
    "inside",
    [
        "<author>" + "a." * 200_000 + "</author>",
        "<tags>" + ",".join(map(str, range(100_000))) + "</tags>",
        "<category/>" * 1000 + "".join(f"<category>{n}</category>" for n in range(5000)),
        "<description>" + "&" * 500_000 + "</description>",
        "<a " + 'b="1" ' * 100_000 + "/>",
        "<div>" * 5000,
        "<![CDATA[" * 50_000,
    ],
)  # each of these took minutes, or would have
def test_case_37_what_is_made_to_be_slow_is_read_or_left_out(inside):
    read = parse(rss(f"<item><title>Fine</title></item><item><title>Slow</title>{inside}</item>"))
    assert read.items[0].title == "Fine"


def test_of_ten_thousand_entries_the_newest_are_kept_in_their_order_and_the_rest_counted():
    entries = "".join(
        f"<item><title>{n}</title><pubDate>2023-06-{n % 28 + 1:02} {n % 24:02}:00</pubDate></item>"
        for n in range(10_000)
    )
    read = parse(rss(entries), max_items=10)
    assert read.dropped == 9990
    kept = [int(item.title) for item in read.items]
    assert kept == sorted(kept)
    assert {item.published.at.day for item in read.items} <= {28, 29}


def test_of_too_many_undated_entries_the_first_are_kept():
    entries = "".join(f"<item><title>{n}</title></item>" for n in range(30))
    assert titles(rss(entries), max_items=3) == ["0", "1", "2"]


def test_entries_written_about_in_a_text_are_no_entries():
    entries = "<item><title>A</title><description><![CDATA[an <item> and an </item>]]></description></item>"
    read = parse(rss(entries * 5), max_items=2)
    assert (len(read.items), read.dropped) == (2, 3)
    assert read.items[0].summary == "an <item> and an </item>"


def test_of_too_many_json_entries_the_newest_are_kept():
    items = [
        {"id": str(n), "title": str(n), "date_published": f"2023-06-{n + 10}T00:00:00Z"}
        for n in range(9)
    ]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    read = parse(feed, max_items=2)
    assert ([item.title for item in read.items], read.dropped) == (["7", "8"], 7)


# -------------------------------------------------------------------------------- entries


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "http://", "mailto:a@b.example"]
)
def test_a_link_nobody_could_follow_is_not_kept(link):
    item = only(
        rss(f"<item><title>A</title><link>{link}</link><guid isPermaLink='false'>g</guid></item>")
    )
    assert (item.link, item.guid) == ("", "g")


def test_a_relative_link_is_joined_to_the_site():
    head = "<title>T</title><link>https://www.ledger.example/</link>"
    assert only(rss("<item><link>/a</link></item>", head)).link == "https://www.ledger.example/a"


def test_a_relative_base_is_joined_to_the_address_of_the_feed():
    atom = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/blog/"><entry><link href="a/1"/></entry></feed>'
    assert only(atom).link == "https://ledger.example/blog/a/1"


def test_a_guid_is_the_link_only_where_it_is_an_address():
    assert (
        only(rss("<item><title>A</title><guid>https://ledger.example/a</guid></item>")).link
        == "https://ledger.example/a"
    )
    assert only(rss("<item><title>A</title><guid>4711</guid></item>")).link == ""


def test_the_address_behind_a_feed_service_is_preferred():
    item = """<item xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"><link>https://proxy.example/~r/1</link>
        <fb:origLink>https://ledger.example/a</fb:origLink></item>"""
    assert only(rss(item)).link == "https://ledger.example/a"


def test_an_entry_with_nothing_to_keep_is_counted_as_bad():
    read = parse(
        rss(
            "<item></item><item><guid isPermaLink='false'>g</guid></item><item><title>A</title></item>"
        )
    )
    assert (len(read.items), read.bad) == (1, 2)


def test_case_34_a_title_is_plain_text_without_tricks():
    title = escape("<b>A\u202e &amp;</b>\n <i>B</i>\u2066 <br/>C")
    assert only(rss(f"<item><title>{title}</title></item>")).title == "A & B C"


def test_a_script_in_a_title_is_text():
    title = escape("<script>alert(1)</script>")
    assert only(rss(f"<item><title>{title}</title></item>")).title == "<script>alert(1)</script>"


def test_long_texts_are_cut():
    item = only(
        rss(
            f"<item><title>{'T' * 5000}</title><author>{'A' * 5000}</author><description>{'é' * 50_000}</description></item>"
        )
    )
    assert (len(item.title), len(item.author)) == (1000, 300)
    assert len(item.summary.encode()) == 65_536


def test_a_long_guid_stays_different_from_another():
    a, b = parse(
        rss("".join(f"<item><title>A</title><guid>{'g' * 3000}{n}</guid></item>" for n in range(2)))
    ).items
    assert a.guid != b.guid
    assert len(a.guid) < 100


def test_dublin_core_gives_an_rss_entry_its_publication_date():
    item = only(rss("<item><title>A</title><dc:date>2023-06-13T12:00:00Z</dc:date></item>"))
    assert (item.published.at.hour, item.updated) == (12, None)


def test_an_unreadable_date_is_kept_as_written():
    item = only(rss("<item><title>A</title><pubDate>0000-00-00</pubDate></item>"))
    assert (item.published, item.published_raw) == (None, "0000-00-00")


def test_the_zone_and_the_order_of_a_feeds_dates_are_its_settings():
    document = rss("<item><title>A</title><pubDate>06/07/2023 20:00</pubDate></item>")
    assert only(document).published is None
    assert (
        only(document, date_order="DMY", tz="Asia/Shanghai").published.at.isoformat()
        == "2023-07-06T12:00:00+00:00"
    )


def test_dates_are_read_in_the_language_of_the_feed():
    head = "<title>T</title><language>de-DE</language>"
    item = only(rss("<item><title>A</title><pubDate>13. Juni 2023</pubDate></item>", head))
    assert item.published.at.day == 13


@pytest.mark.parametrize(
    ("head", "minutes"),
    [("<ttl>15</ttl>", 15), ("<ttl>0</ttl>", None), ("<ttl>-5</ttl>", None), ("<ttl>soon</ttl>", None), ("<ttl>999999999</ttl>", 10_080), ("", None)],
)  # fmt: skip
def test_the_wish_not_to_be_asked_sooner_is_a_number_of_minutes_up_to_a_week(head, minutes):
    assert parse(rss("", head)).ttl_minutes == minutes


# ------------------------------------------------------------------------------ properties

PIECES = st.sampled_from(
    ["<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<guid>", "<entry>", "<source>", "<author>", "<image>", "<textinput>", "<![CDATA[", "]]>", "&", "&#xD800;", "&#0;", "&foo;", "<", ">", "http://[", "javascript:", "\0", "\ud800", "\u202e", "13 juin 2023", "0000-00-00", "<!--", "<content type='xhtml'>", "</channel>", "xml:base='http://['"]
)  # fmt: skip
BROKEN = st.lists(st.one_of(PIECES, st.text(max_size=10)), max_size=25).map("".join)
BODIES = st.one_of(
    st.binary(max_size=200),
    BROKEN.map(lambda inside: rss(f"<item>{inside}</item>").encode("utf-8", "surrogatepass")),
    BROKEN.map(lambda inside: f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{inside}".encode("utf-16", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(st.characters(), max_size=8),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "url", "title", "content_html", "authors", "name", "date_published"]), inner),
        max_leaves=12,
    ).map(lambda items: json.dumps({"version": "https://jsonfeed.org/version/1", "items": items, "title": items}).encode()),
)  # fmt: skip


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES, st.sampled_from(["", "text/xml; charset=iso-2022-jp", "text/html; charset=hz"]))
@example(b"<rss><item><title>&#xD800;&#99999999999;</title>", "")
def test_any_bytes_are_no_feed_or_a_feed_that_can_be_stored(body, content_type):
    try:
        read = parse_feed(body, url=URL, content_type=content_type)
    except NotAFeed as error:
        read = error
    values = asdict(read) if not isinstance(read, NotAFeed) else vars(read)
    for text in texts(values):
        assert "\0" not in text
        text.encode("utf-8")
