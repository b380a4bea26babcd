"""What templates need for taking away: the files there are, and a claim as data in its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from tracker.exports import footnotes, jsonld
from tracker.exports.passages import archived, site
from tracker.exports.values import ClaimRow, StatusRow, Work
from tracker.models import Claim, Story
from tracker.passages.lines import Line
from tracker.templatetags.claimline import alleged_title
from tracker.timeline.dating import effective
from tracker.timeline.origins import OUTSIDE_THE_COUNTS

register = template.Library()


@register.filter
def files(story: Story) -> list[tuple[str, str]]:
    """The addresses of the files a timeline can be taken away as, and what each is."""
    tables = [
        ("evidence", gettext("Passages (CSV)")),
        ("claims", gettext("Claims with their figures (CSV)")),
        ("status_history", gettext("History of statuses (CSV)")),
        ("edits", gettext("Edits of quoted passages (CSV)")),
    ]
    forms = [
        ("json", gettext("Everything (JSON)")),
        ("timelinejs", gettext("For TimelineJS (JSON)")),
        ("markdown", gettext("Text with footnotes (Markdown)")),
    ]
    return [
        *((reverse("take-table", args=[story.slug, name]), label) for name, label in tables),
        *((reverse("take", args=[story.slug, name]), label) for name, label in forms),
    ]


@register.simple_tag(takes_context=True)
def claim_jsonld(context: Any) -> SafeString:
    """The claim of a page as a block of data, of what the page has read; its file has it all.

    A block of data is not run, so the policy against inline scripts has nothing to say of it.
    """
    claim, story = context["claim"], context["story"]
    leads = [card.lead for card in context["cards"].values()]
    node = jsonld.claim(
        _row(claim, context["figures"]),
        (_work(one) for one in leads if one.stance not in OUTSIDE_THE_COUNTS),
        story=(story.heading, site(reverse("story", args=[story.slug]))),
        publisher=("Claimline", settings.SITE_ADDRESS),
        figures=footnotes.figures(context["figures"]),
        sample=gettext("Sample") if story.sample else "",
    )
    data = mark_safe(jsonld.write(node))  # it holds no sign that could end the element
    return format_html(
        '<link rel="alternate" type="application/ld+json" href="{}">'
        '<script type="application/ld+json">{}</script>',
        reverse("claim-jsonld", args=[story.slug, claim.number]),
        data,
    )


def _work(one: Line) -> Work:
    """The article of a passage."""
    return Work(
        article=one.article,
        outlet=one.outlet,
        title=one.title or one.url,
        url=one.url,
        language=one.language,
        published=one.published_at,
        archived=archived(one.article, one.version),
    )


def _row(claim: Claim, figures: Any) -> ClaimRow:
    """What the page knows of the claim; the dates that it does not read are left out."""
    return ClaimRow(
        pk=claim.pk,
        number=claim.number,
        title=claim.short,
        text=claim.sentence,
        heading=alleged_title(claim),
        language=get_language() or settings.LANGUAGE_CODE,
        status=_status(claim),
        figures=figures,
        by_stance={},
        first=None,
        first_on=None,
        last_change_at=None,
        permalink=site(reverse("claim", args=[claim.story.slug, claim.number])),
    )


def _status(claim: Claim) -> StatusRow | None:
    change = claim.status
    if change is None:
        return None
    return StatusRow(
        number=change.pk,
        claim=claim.pk,
        came_from="",
        word=change.status.label,
        subject="",
        by=change.by_name,
        on=change.effective_on,
        precision=change.precision,
        since=effective(change),
        recorded_at=change.recorded_at,
        why=change.why,
        evidence=(),
    )
