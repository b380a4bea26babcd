"""What is read from a page, and what is recognised as no article."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.ingest.charset import decode
from sources.ingest.extract import EXTRACTOR, extract
from sources.ingest.identify import clean_text
from sources.ingest.pagesize import MAX_BYTES

PAGES = Path(__file__).resolve().parent.parent / "data" / "pages"
URL = "https://herald.example/city/centres"
WORDS = "The council said that the matter of the two centres would be taken up again in autumn. "


def read(name, url=URL, content_type="text/html"):
    return extract((PAGES / f"{name}.html").read_bytes(), url=url, content_type=content_type)


def page(body, head="<title>Centres stay open</title>"):
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>".encode()


def article(head="", paragraphs=8):
    body = "".join(f"<p>Paragraph {number}. {WORDS}</p>" for number in range(paragraphs))
    return page(f"<article><h1>Centres stay open</h1>{body}</article>", head)


# ------------------------------------------------------------------------------------- text


def headed(shown, declared):
    head = f'<title>News</title><meta property="og:title" content="{declared}">'
    body = "".join(f"<p>{'Words that fill a paragraph of the story. ' * 4}</p>" for _ in range(4))
    return extract(page(f"<article><h1>{shown}</h1>{body}</article>", head), url=URL).title


@pytest.mark.parametrize(
    ("shown", "declared"),
    [
        pytest.param("Mayor quits over bridge report", "Mayor quits after report", id="edited"),
        pytest.param("Mayor quits", "Mayor quits - The Invented Herald", id="without its tail"),
        pytest.param("Mayor qu\xadits over bridge", "Mayor quits", id="soft hyphens"),
        pytest.param("市长因桥梁报告辞职", "市长辞职", id="Chinese"),
    ],
)
def test_the_headline_that_readers_see_wins(shown, declared):
    assert headed(shown, declared) == shown.replace("\xad", "")


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("The Invented Herald", id="the site's name"),
        pytest.param("Politics | Mayor quits after report", id="a label before it"),
        pytest.param("Ten bridges to see this summer", id="another story"),
    ],
)
def test_a_heading_that_is_not_the_headline_is_left_alone(shown):
    assert headed(shown, "Mayor quits after report") == "Mayor quits after report"


def test_a_body_cut_into_blocks_by_advertisements_is_read_whole():
    said = [f"Paragraph {n} of the story. " + "It goes on for a good while. " * 6 for n in range(9)]
    blocks = "".join(
        f"<div><div class='item article-body'>{''.join(f'<p>{each}</p>' for each in said[n : n + 3])}"
        "</div><div class='advert'>Buy</div></div>"
        for n in (0, 3, 6)
    )
    text = extract(page(f"<main><h1>Centres stay open</h1>{blocks}</main>"), url=URL).text
    assert all(each[:20] in text for each in said)


LONG = [f"Paragraph {n} of the story. " + "It goes on for a good while. " * 6 for n in range(9)]


def among(between):
    """The text of an article with something between its paragraphs."""
    body = "".join(f"<p>{words}</p>{between}" for words in LONG)
    return extract(page(f"<main><h1>Centres stay open</h1><div>{body}</div></main>"), url=URL).text


def test_what_a_template_puts_between_paragraphs_is_no_text():
    text = among(
        "<div class='related-stories'><h3>Ferry timetable</h3><ul><li>Sport</li></ul></div>"
    )
    assert text.split("\n") == [" ".join(words.split()) for words in LONG]


def test_what_is_named_like_clutter_is_text_where_it_is_most_of_the_article():
    text = among(
        "<div class='slide'><p>A short one.</p>" + "<p>Another, not long.</p>" * 90 + "</div>"
    )
    assert "A short one." in text


def test_words_stay_apart_where_an_empty_element_stood_between_them():
    text = among("<p>The clerk was 24,<span> </span>she said, <b></b>and<i></i> left.</p>")
    assert "The clerk was 24, she said, and left." in text


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.txt")))
def test_the_text_of_a_page_is_its_golden_text(name):
    assert read(name).text + "\n" == (PAGES / f"{name}.txt").read_text()


def test_navigation_related_stories_newsletter_and_footer_are_no_text():
    text = read("article_en").text
    for words in ("Sport", "Ferry timetable", "newsletter", "All rights reserved", "tracker"):
        assert words not in text


def test_the_title_is_not_repeated_as_the_first_paragraph():
    document = read("article_en")
    assert document.title == "Centres named in report stay open"
    assert not document.text.startswith(document.title)


def test_an_article_inside_an_aside_is_found():
    assert "a story without a source" in read("article_in_aside").text


def test_a_page_built_by_script_gives_the_text_of_its_json_ld():
    document = read("article_in_jsonld")
    assert (document.state, document.author) == ("ok", "Nina Placeholder, Tom Dummy")
    assert document.text.count("\n") == 4


def test_plain_text_is_an_article_too():
    body = f"A statement\n\n{WORDS * 3}\r\n{WORDS * 3}".encode()
    document = extract(body, url=URL, content_type="text/plain; charset=utf-8")
    assert (document.state, document.title, document.text.count("\n")) == ("ok", "A statement", 2)


def test_controls_and_direction_marks_are_gone_from_text_and_title():
    body = article("<title>Cen\u202etres\x00 st\x07ay</title>").replace(
        b"Paragraph 1", b"Para\x00graph\xe2\x80\xae 1\x0b"
    )
    document = extract(body, url=URL)
    assert document.title == "Centres stay open"
    assert "Paragraph 1. The council" in document.text


def test_markup_in_a_title_or_an_author_is_not_kept():
    said = {
        "@type": "NewsArticle",
        "headline": "A <b>bold</b> &amp; new day",
        "author": {"name": "<img src=x onerror=alert(1)>"},
    }
    document = extract(
        article(f'<script type="application/ld+json">{json.dumps(said)}</script>'), url=URL
    )
    assert (document.title, document.author) == ("A bold & new day", "")


# ---------------------------------------------------------------------------------- metadata


@pytest.mark.parametrize(
    ("head", "modified"),
    [
        (
            '<meta property="article:modified_time" content="2023-04-18T09:00Z">',
            "2023-04-18T09:00Z",
        ),
        ('<meta property="og:updated_time" content="18 April 2023">', "18 April 2023"),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A",'
            ' "dateModified": "2023-04-19"}</script>'
            '<meta property="article:modified_time" content="2023-04-18">',
            "2023-04-19",
        ),
        ("", ""),
    ],
)
def test_a_page_says_when_it_was_changed(head, modified):
    assert extract(article(head), url=URL).modified == modified


def test_json_ld_outranks_meta_tags_and_both_dates_are_kept():
    document = read("article_en")
    assert document.dates == (
        ("jsonld", "2023-06-15T13:30:05Z"),
        ("meta", "2023-06-15T09:30:00-04:00"),
    )
    assert document.author == "Nina Placeholder"
    assert document.site_name == "The Invented Herald"


def test_the_other_addresses_of_the_article_are_told():
    document = read("article_en")
    assert document.canonical == "https://herald.example/city/centres-stay-open"
    assert document.alternates == ("https://herald.example/amp/city/centres-stay-open",)


@pytest.mark.parametrize(
    "claimed", ["https://evil.example/other", "https://herald.example/", "javascript:alert(1)", ""]
)
def test_a_canonical_address_elsewhere_or_at_the_home_page_is_ignored(claimed):
    head = f'<link rel="canonical" href="{claimed}"><meta property="og:url" content="{claimed}">'
    document = extract(article(head), url=URL)
    assert (document.canonical, document.alternates) == ("", ())


def test_the_article_with_the_address_of_the_page_is_the_one_described():
    nodes = [
        {"@type": "NewsArticle", "headline": "Another", "url": "https://herald.example/other"},
        {"@type": "NewsArticle", "headline": "This one", "mainEntityOfPage": {"@id": URL + "?x=1"}},
    ]
    head = f'<script type="application/ld+json">{json.dumps(nodes)}</script>'
    assert extract(article(head), url=URL).title == "This one"


def test_json_ld_with_a_trailing_comma_or_comment_marks_is_read():
    head = '<script type="application/ld+json"><!-- {"@type":"Article","headline":"Mended",} --></script>'
    assert extract(article(head), url=URL).title == "Mended"


def test_case_62_a_copyright_year_or_a_date_in_the_text_is_no_publication_date():
    assert not any("2019" in raw or "2011" in raw for _, raw in read("undated").dates)


def test_a_byline_names_the_author_where_nothing_else_does():
    body = page(f"<article><p class='byline'>By Nina Placeholder</p><p>{WORDS * 6}</p></article>")
    assert extract(body, url=URL).author == "Nina Placeholder"


@pytest.mark.parametrize(
    ("name", "language"),
    [("article_en", "en"), ("article_fr_latin1", "fr"), ("article_zh", "zh"), ("captcha", "")],
)
def test_the_language_is_as_declared_unless_the_script_says_otherwise(name, language):
    assert read(name).language == language


# ------------------------------------------------------------------------------------ states


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("article_en", "ok"),
        ("article_zh", "ok"),
        ("teaser", "teaser"),
        ("teaser_fr", "teaser"),
        ("wall_only", "paywalled"),
        ("consent", "consent"),
        ("consent_fr", "consent"),
        ("challenge", "challenge"),
        ("captcha", "challenge"),
        ("shell", "empty"),
        ("login", "not_article"),
        ("missing", "not_article"),
    ],
)
def test_what_stands_in_an_articles_place_has_a_name(name, state):
    document = read(name)
    assert document.state == state
    assert bool(document.text) == (state in ("ok", "teaser"))
    assert bool(document.words) == bool(document.text)


def test_a_home_page_is_no_article():
    assert read("home", url="https://herald.example/").state == "not_article"


def test_an_article_about_cookies_and_consent_is_an_article():
    body = "".join(
        f"<p>In part {number} the regulator said that cookies, once accepted, were rarely withdrawn. "
        "Shops had changed their signs. Nobody in the street remembered having been asked.</p>"
        for number in range(6)
    )
    assert extract(page(f"<article>{body}</article>"), url=URL).state == "ok"


def test_a_long_article_behind_a_meter_is_ok():
    head = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"H","isAccessibleForFree":false}</script>'
    assert extract(article(head, paragraphs=20), url=URL).state == "ok"


def test_the_lines_of_a_wall_are_no_part_of_a_teaser():
    assert "ubscri" not in read("teaser").text
    assert "abonn" not in read("teaser_fr").text


def test_a_news_brief_is_a_teaser_and_a_caption_is_nothing():
    assert extract(page(f"<article><p>{WORDS}</p></article>"), url=URL).state == "teaser"
    assert extract(page("<article><p>A door.</p></article>"), url=URL).state == "empty"


@pytest.mark.parametrize("body", [b"", b"   \n", b"<html></html>", b"<!doctype html>", b"<"])
def test_nothing_is_empty(body):
    assert extract(body, url=URL, content_type="text/html").state == "empty"


# --------------------------------------------------------------------------- types and limits


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.4 words", "application/pdf"),
        (b"%PDF-1.4 words", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "text/html"),
        (b"\x00\x00\x00\x18ftypmp42", ""),
        (b'{"a": 1}', "application/json"),
        (b'{"a": 1}', ""),
        (b"<p>words</p>", "video/mp4"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "text/xml"),
        (gzip.compress(b"<html>", mtime=0), ""),
    ],
)
def test_what_is_no_page_is_not_read_as_one(body, content_type):
    assert extract(body, url=URL, content_type=content_type).state == "not_html"


def test_a_page_sent_without_a_type_is_recognised():
    assert extract(article(), url=URL).state == "ok"
    assert extract(article(), url=URL, content_type="application/octet-stream").state == "ok"


@pytest.mark.parametrize(
    "body",
    [
        b"<p>" + b"x" * MAX_BYTES,
        b"<html>" + b"<p>x</p>" * 200_001,
        b"<html><p " + b"a " * 50_000 + b">" + WORDS.encode(),
        b"<html><p " + b" ".join(b'a%d=">"' % n for n in range(20_000)) + b">" + WORDS.encode(),
    ],
    ids=["bytes", "tags", "attributes", "attributes with >"],
)
def test_a_page_too_large_to_read_is_not_read(body):
    assert extract(body, url=URL, content_type="text/html").state == "too_large"


def test_one_huge_attribute_does_no_harm():
    body = article().replace(b"<h1>", b"<h1 data-x='" + b"y" * 3_000_000 + b"'>")
    assert extract(body, url=URL).state == "ok"


@pytest.mark.parametrize("levels", [300, 5_000, 50_000])
def test_case_68_thousands_of_nested_elements_hide_no_text(levels):
    body = page("<div>" * levels + f"<p>{WORDS * 6}</p>" + "</div>" * levels)
    document = extract(body, url=URL)
    assert (document.state, document.flags) == ("ok", ("irregular",))
    assert document.text.startswith("The council said")


def test_case_68_a_hundred_thousand_links_end_with_the_paragraphs():
    links = "".join(f'<a href="/{number}">link</a> ' for number in range(100_000))
    document = extract(page(f"<p>{WORDS * 6}</p><div>{links}</div>"), url=URL)
    assert (document.state, document.text) == ("ok", (WORDS * 6).strip())


def test_a_text_beyond_a_million_characters_is_cut_and_says_so():
    document = extract(page(f"<article><p>{WORDS * 20_000}</p></article>"), url=URL)
    assert len(document.text) == 1_000_000
    assert document.flags == ("text_cut",)


def test_the_extractor_names_its_version_and_our_settings():
    assert EXTRACTOR.startswith("trafilatura ")
    assert read("article_en").extractor == EXTRACTOR == f"{EXTRACTOR.rpartition('/')[0]}/p3"


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "text/html", "text/html; charset=x", "a/b"]))
def test_no_bytes_raise(noise, content_type):
    for body in (noise, b"<html>" + noise, article()[:200] + noise + article()[200:]):
        document = extract(body, url=URL, content_type=content_type)
        for kept in (document.text, document.title, document.author, document.site_name):
            assert clean_text(kept) == kept


# ----------------------------------------------------------------------------------- charset

FRENCH = "Ing\u00e9rence \u00e9trang\u00e8re : l\u2019enqu\u00eate d\u00e9marre \u00e0 Montr\u00e9al, a d\u00e9clar\u00e9 la m\u00e9nag\u00e8re."
META = '<html><head><meta charset="{}"></head><p>'


@pytest.mark.parametrize(
    ("body", "content_type", "flag"),
    [
        (b"\xef\xbb\xbf" + FRENCH.encode(), "text/html; charset=iso-8859-1", ""),
        (FRENCH.encode("utf-16"), "text/html", ""),
        (("<p>" + FRENCH).encode("utf-16-le"), "", "charset_guessed"),
        (FRENCH.encode(), "text/html; charset=iso-8859-1", ""),
        (FRENCH.encode("cp1252"), "text/html; charset=iso-8859-1", ""),
        (FRENCH.encode("cp1252"), "text/html; charset=windows-1252", ""),
        ((META.format("windows-1252") + FRENCH).encode("cp1252"), "text/html; charset=utf-8", ""),
        ((META.format("nonsense") + FRENCH).encode("cp1252"), "text/html", "charset_guessed"),
    ],
)
def test_letters_are_right_whatever_was_declared(body, content_type, flag):
    text, _, flagged = decode(body, content_type)
    assert text.endswith(FRENCH)
    assert flagged == flag


def test_a_servers_default_yields_to_what_the_page_says():
    body = (META.format("gb2312") + "\u6e2f\u6e7e\u5e02\u8bae\u4f1a").encode("gb18030")
    assert decode(body, "text/html; charset=ISO-8859-1")[0].endswith(
        "\u6e2f\u6e7e\u5e02\u8bae\u4f1a"
    )


def test_a_page_without_a_declaration_is_recognised_behind_a_long_script():
    script = b"<script>" + b"A" * 500_000 + b"</script>"
    body = script + "<p>市議會否認有關報導並拒絕進一步評論".encode("big5")
    assert decode(body, "")[0].endswith("市議會否認有關報導並拒絕進一步評論")


def test_what_no_encoding_explains_is_replaced_and_flagged():
    body = (META.format("utf-8") + FRENCH).encode() + b"\xff\xfe\xe9\x81" * 9
    text, _, flag = decode(body, "text/html; charset=utf-8")
    assert flag in ("charset_replaced", "charset_guessed")
    assert "Ing" in text
