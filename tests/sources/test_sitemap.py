"""What is read out of a sitemap: news as a feed's entries, and a word for everything else."""

from datetime import UTC, datetime

import pytest

from sources.ingest.feedparse import NotAFeed, parse_feed

URL = "https://quay.example/sitemap-news.xml"
OPEN = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)


def entry(
    loc="https://quay.example/news/crane",
    title="A crane was moved",
    date="2023-04-17T12:00:00Z",
    name="The Quay Gazette",
    language="en",
    more="",
):
    publication = f"<news:name>{name}</news:name><news:language>{language}</news:language>"
    return (
        f"<url><loc>{loc}</loc>{more}<news:news><news:publication>{publication}</news:publication>"
        f"<news:publication_date>{date}</news:publication_date><news:title>{title}</news:title>"
        "</news:news></url>"
    )


def sitemap(*entries, opening=OPEN, closing="</urlset>"):
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return (head + opening + "".join(entries or [entry()]) + closing).encode()


def read(body=None, **options):
    return parse_feed(body or sitemap(), url=URL, **options)


def refusal(body):
    with pytest.raises(NotAFeed) as caught:
        parse_feed(body, url="https://quay.example/sitemap.xml")
    return caught.value


def test_a_news_sitemap_is_a_feed_of_its_own_format():
    feed = read()
    assert feed.format == "news-sitemap"
    assert feed.warnings == ()


def test_an_entry_has_address_title_and_publication_date():
    (item,) = read().items
    assert item.link == item.guid == "https://quay.example/news/crane"
    assert item.title == "A crane was moved"
    assert item.published.at == datetime(2023, 4, 17, 12, tzinfo=UTC)


def test_the_publication_and_its_language_are_the_feeds():
    feed = read(sitemap(entry(), entry(loc="https://quay.example/2")))
    assert feed.title == "The Quay Gazette"
    assert feed.language == "en"
    assert feed.site_url == "https://quay.example/"
    assert {item.outlet for item in feed.items} == {""}


def test_an_entry_of_another_publication_says_whose_it_is():
    other = entry(loc="https://quay.example/2", name="Ôrvale Matin", language="fr")
    feed = read(sitemap(entry(), entry(loc="https://quay.example/3"), other))
    assert feed.title == "The Quay Gazette"
    assert [item.outlet for item in feed.items] == ["", "", "Ôrvale Matin"]


def test_the_time_of_the_last_change_is_no_publication_date():
    changed = entry(date="", more="<lastmod>2023-05-01T08:00:00Z</lastmod>")
    (item,) = read(sitemap(changed)).items
    assert item.published is None
    assert item.updated.at == datetime(2023, 5, 1, 8, tzinfo=UTC)


def test_a_date_without_a_time_is_known_to_the_day():
    (item,) = read(sitemap(entry(date="2023-04-17"))).items
    assert item.published.precision == "day"


def test_the_caption_of_a_picture_is_not_the_title():
    picture = "<image:image><image:title>A picture</image:title></image:image>"
    (item,) = read(sitemap(entry(more=picture))).items
    assert item.title == "A crane was moved"


def test_addresses_that_are_no_news_are_left_out():
    plain = "<url><loc>https://quay.example/about</loc></url>"
    assert len(read(sitemap(plain, entry())).items) == 1


def test_a_news_sitemap_without_news_today_is_an_empty_feed():
    feed = read(sitemap("<!-- a quiet day -->"))
    assert feed.items == ()
    assert feed.warnings == ("no_items",)


def test_a_prefix_of_any_name_is_understood():
    body = sitemap().replace(b"news:", b"n:").replace(b"xmlns:n:", b"xmlns:n=")
    body = body.replace(b"xmlns:news=", b"xmlns:n=")
    assert len(read(body).items) == 1


def test_a_prefix_that_was_never_declared_is_understood():
    bare = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    feed = read(sitemap(opening=bare))
    assert [item.title for item in feed.items] == ["A crane was moved"]


def test_titles_in_cdata_and_with_entities_are_plain_text():
    titles = ["<![CDATA[Cranes & quays]]>", "Cranes &amp; quays", "Cranes & quays"]
    feed = read(
        sitemap(*(entry(title=t, loc=f"https://quay.example/{n}") for n, t in enumerate(titles)))
    )
    assert {item.title for item in feed.items} == {"Cranes & quays"}


def test_entities_of_html_are_read():
    assert read(sitemap(entry(title="&Ocirc;rvale s&rsquo;&eacute;veille"))).items[0].title == (
        "Ôrvale s’éveille"
    )


def test_a_bare_ampersand_in_an_address_stays_part_of_it():
    (item,) = read(sitemap(entry(loc="https://quay.example/?a=1&id=2"))).items
    assert item.link == "https://quay.example/?a=1&id=2"


def test_the_half_entry_of_a_cut_off_sitemap_is_left_out():
    body = sitemap(entry(), entry(loc="https://quay.example/long/address"))
    feed = read(body[: body.index(b"/address")])
    assert len(feed.items) == 1
    assert "cut_off" in feed.warnings
    assert feed.bad == 1


def test_of_too_many_entries_the_newest_are_kept():
    many = [
        entry(loc=f"https://quay.example/{day}", date=f"2023-04-{day:02}T00:00:00Z")
        for day in range(1, 21)
    ]
    feed = read(sitemap(*many), max_items=3)
    assert [item.link[-2:] for item in feed.items] == ["18", "19", "20"]
    assert feed.dropped == 17


def test_a_sitemap_in_another_charset_is_read():
    body = sitemap(entry(title="Ôrvale")).decode().replace("UTF-8", "ISO-8859-1")
    assert read(body.encode("latin-1")).items[0].title == "Ôrvale"


def test_a_declared_entity_is_never_expanded():
    bomb = b'<!DOCTYPE urlset [<!ENTITY boom SYSTEM "file:///etc/passwd">]>'
    body = sitemap(entry(title="Before &boom; after")).replace(b"?>\n", b"?>\n" + bomb)
    assert "root:" not in read(body).items[0].title


@pytest.mark.parametrize(
    "tail",
    ["<url>" * 5000, "&" * 60_000, "<url " + 'a="1" ' * 9000 + ">", "<![CDATA[" * 60_000],
    ids=["depth", "ampersands", "attributes", "open sections"],
)
def test_markup_made_to_hurt_costs_no_entry_before_it(tail):
    feed = read(sitemap(entry(), entry(loc="https://quay.example/2"), tail, closing=""))
    assert feed.items[0].title == "A crane was moved"


def test_comments_without_an_end_are_no_sitemap():
    with pytest.raises(NotAFeed):
        read(b"<!--" * 60_000)


def test_a_plain_sitemap_is_said_to_have_no_news():
    plain = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://quay.example/</loc></url></urlset>'
    assert refusal(plain).detail == "a sitemap without news entries"


def test_a_sitemap_that_declares_news_but_lists_none_is_said_to_have_no_news():
    body = sitemap("<url><loc>https://quay.example/about</loc></url>")
    assert refusal(body).detail == "a sitemap without news entries"


def test_a_list_of_sitemaps_leads_to_them_those_of_news_first():
    body = (
        b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        b"<sitemap><loc>https://quay.example/pages.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
        b"<sitemap><loc>https://quay.example/2023.xml</loc><lastmod>2023-04-17</lastmod></sitemap>"
        b"<sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"
    )
    refused = refusal(body)
    assert refused.detail == "a list of sitemaps"
    assert refused.alternates == (
        "https://quay.example/news.xml",
        "https://quay.example/2023.xml",
        "https://quay.example/pages.xml",
    )


def test_a_feed_that_writes_about_sitemaps_stays_a_feed():
    body = (
        b'<rss version="2.0"><channel><title>T</title><item><title>On sitemaps</title>'
        b"<description><![CDATA[<urlset><url></url></urlset>]]></description></item></channel></rss>"
    )
    assert read(body).format == "rss20"
