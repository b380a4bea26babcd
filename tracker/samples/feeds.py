"""The feeds of the sample outlets: RSS 2.0, Atom 1.0 (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tracker.samples.content import STAMP, Outlet, SampleArticle

TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def feed(outlet: Outlet, night: int, root: str) -> str:
    """The outlet's feed on a night, in the outlet's format; `root` is its address."""
    write = {"rss": _rss, "atom": _atom, "json": _json}[outlet.feed]
    return write(outlet, night, root)


def _summary(article: SampleArticle) -> str:
    # as first sent: feeds are seldom written again after a silent edit of the page
    return article.paragraphs[0]


def _rss(outlet: Outlet, night: int, root: str) -> str:
    items = "".join(
        f"""    <item>
      <title>{escape(article.title)}</title>
      <link>{root}{article.path}</link>
      <guid isPermaLink="true">{root}{article.path}</guid>
      <pubDate>{format_datetime(article.published)}</pubDate>
      <dc:creator>{escape(article.byline)}</dc:creator>
      <category>{escape(article.section)}</category>
      <description>{escape(_summary(article))}</description>
    </item>
"""
        for article in outlet.published(night)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
  <channel>
    <title>{STAMP} {escape(outlet.name)}</title>
    <link>{root}/</link>
    <atom:link rel="self" type="application/rss+xml" href="{root}{outlet.feed_path}"/>
    <description>{escape(outlet.tagline)}</description>
    <language>{outlet.language}</language>
    <lastBuildDate>{format_datetime(outlet.modified(night))}</lastBuildDate>
{items}  </channel>
</rss>
"""  # noqa: E501


def _atom(outlet: Outlet, night: int, root: str) -> str:
    entries = "".join(
        f"""  <entry>
    <title>{escape(article.title)}</title>
    <id>tag:{outlet.slug}.example,{article.published:%Y-%m-%d}:{article.path}</id>
    <link rel="alternate" type="text/html" href="{root}{article.path}"/>
    <published>{article.published.isoformat()}</published>
    <updated>{article.published.isoformat()}</updated>
    <author><name>{escape(article.byline)}</name></author>
    <category term="{escape(article.section)}"/>
    <summary>{escape(_summary(article))}</summary>
  </entry>
"""
        for article in outlet.published(night)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">
  <title>{STAMP} {escape(outlet.name)}</title>
  <subtitle>{escape(outlet.tagline)}</subtitle>
  <id>tag:{outlet.slug}.example,2022:feed</id>
  <link rel="self" href="{root}{outlet.feed_path}"/>
  <link rel="alternate" type="text/html" href="{root}/"/>
  <updated>{outlet.modified(night).isoformat()}</updated>
{entries}</feed>
"""


def _json(outlet: Outlet, night: int, root: str) -> str:
    items = [
        {
            "id": root + article.path,
            "url": root + article.path,
            "title": article.title,
            "summary": _summary(article),
            "content_text": _summary(article),
            "date_published": article.published.isoformat(),
            "authors": [{"name": article.byline}],
            "tags": [article.section],
            "language": outlet.language,
        }
        for article in outlet.published(night)
    ]
    page = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{STAMP} {outlet.name}",
        "home_page_url": f"{root}/",
        "feed_url": root + outlet.feed_path,
        "description": outlet.tagline,
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(page, ensure_ascii=False, indent=1)
