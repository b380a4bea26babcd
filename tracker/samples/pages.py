"""The HTML of the sample outlets: articles, front pages and the page of a withdrawn article."""

from __future__ import annotations

import json
from html import escape

from tracker.samples.content import NOTICE, STAMP, Outlet, SampleArticle

_WORDS = {
    "en": {"home": "Front page", "about": "About", "more": "More from us", "by": "By"},
    "fr": {"home": "Accueil", "about": "À propos", "more": "À lire aussi", "by": "Par"},
    "zh": {"home": "首页", "about": "关于我们", "more": "相关报道", "by": "记者"},
}
_GONE = {
    "en": "This article is no longer available.",
    "fr": "Cet article n'est plus disponible.",
    "zh": "本文已撤下。",
}
_ABOUT = {
    "en": "is an invented outlet. It exists only in the sample newsroom.",
    "fr": "est un média inventé. Il n'existe que dans la rédaction d'exemple.",
    "zh": "是虚构媒体,仅用于示例。",
}
_STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 Georgia,serif}"
    "header,footer,nav,aside{font-family:sans-serif;font-size:.85rem}"
    "nav a{margin-right:1rem}aside{border-top:1px solid;margin-top:2rem}"
)


def article_page(outlet: Outlet, article: SampleArticle, night: int, root: str) -> str:
    """The page of an article as it stands on a night; `root` is the outlet's address."""
    body = "\n".join(f"        <p>{escape(text, quote=False)}</p>" for text in article.text(night))
    date = article.published.isoformat()
    words = _WORDS[outlet.language]
    content = f"""    <main>
      <article>
        <h1>{escape(article.title)}</h1>
        <p class="byline">{words["by"]} {escape(article.byline)} <time datetime="{date}">{date[:10]}</time></p>
        <div class="article-body">
{body}
        </div>
      </article>
      <aside class="sample-notice"><small>{NOTICE[outlet.language]}</small></aside>
    </main>
{_related(outlet, article, night)}"""  # noqa: E501
    return _page(outlet, article.title, content, _article_head(outlet, article, night, root))


def front_page(outlet: Outlet, night: int) -> str:
    """The front page: every article of the night, newest first, and the feed announced."""
    rows = "\n".join(
        f'      <li><a href="{escape(a.path)}">{escape(a.title)}</a>'
        f" <time>{a.published:%Y-%m-%d}</time></li>"
        for a in outlet.published(night)
    )
    content = f"    <main>\n    <h1>{STAMP} {outlet.name}</h1>\n    <ul>\n{rows}\n    </ul></main>"
    return _page(outlet, f"{STAMP} {outlet.name}", content)


def about_page(outlet: Outlet) -> str:
    """Who the outlet is: nobody."""
    content = f"    <main><p>{outlet.name} {_ABOUT[outlet.language]}</p></main>"
    return _page(outlet, f"{STAMP} {outlet.name}", content)


def gone_page(outlet: Outlet) -> str:
    """What stands where a withdrawn article was."""
    return _page(outlet, f"{STAMP} 410", f"    <main><p>{_GONE[outlet.language]}</p></main>")


def missing_page(outlet: Outlet) -> str:
    """What stands where nothing ever was."""
    return _page(outlet, f"{STAMP} 404", "    <main><p>404</p></main>")


def _page(outlet: Outlet, title: str, content: str, head: str = "") -> str:
    kind = {"rss": "application/rss+xml", "atom": "application/atom+xml"}.get(
        outlet.feed, "application/feed+json"
    )
    words = _WORDS[outlet.language]
    return f"""<!DOCTYPE html>
<html lang="{outlet.language}">
  <head>
    <meta charset="utf-8">
    <title>{escape(title)} | {escape(outlet.name)}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="alternate" type="{kind}" title="{STAMP} {escape(outlet.name)}" href="{outlet.feed_path}">
{head}    <style>{_STYLE}</style>
  </head>
  <body>
    <header><a href="/"><strong>{escape(outlet.name)}</strong></a> <em>{escape(outlet.tagline)}</em></header>
    <nav><a href="/">{words["home"]}</a><a href="/about">{words["about"]}</a></nav>
{content}
    <footer>{escape(outlet.name)} · {escape(outlet.tagline)} · <a href="{outlet.feed_path}">feed</a></footer>
  </body>
</html>
"""  # noqa: E501


def _article_head(outlet: Outlet, article: SampleArticle, night: int, root: str) -> str:
    url, date = root + article.path, article.published.isoformat()
    summary = escape(article.text(night)[0])
    linked = json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": article.title,
            # a silent edit leaves both dates as they were
            "datePublished": date,
            "dateModified": date,
            "inLanguage": outlet.language,
            "author": [{"@type": "Person", "name": article.byline}],
            "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name},
            "mainEntityOfPage": url,
        },
        ensure_ascii=False,
    ).replace("<", "\\u003c")
    return f"""    <link rel="canonical" href="{url}">
    <meta property="og:type" content="article">
    <meta property="og:title" content="{escape(article.title)}">
    <meta property="og:site_name" content="{escape(outlet.name)}">
    <meta property="og:url" content="{url}">
    <meta property="og:description" content="{summary}">
    <meta property="article:published_time" content="{date}">
    <meta property="article:section" content="{escape(article.section)}">
    <meta name="author" content="{escape(article.byline)}">
    <script type="application/ld+json">{linked}</script>
"""


def _related(outlet: Outlet, article: SampleArticle, night: int) -> str:
    others = [other for other in outlet.published(night) if other.path != article.path][:3]
    rows = "".join(f'<li><a href="{a.path}">{escape(a.title)}</a></li>' for a in others)
    heading = _WORDS[outlet.language]["more"]
    return f'    <section class="related"><h2>{heading}</h2><ul>{rows}</ul></section>'
