"""The first hour of a newsroom: what there is to do until the first passage is linked."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from sources.models import Feed, Run
from tracker.models import Claim, Evidence, Story, User


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, why, where it is done, and whether it is.

    `may` says whether this person may take it; `post` that its address takes a press of a button.
    """

    title: str
    words: str
    verb: str
    address: str
    done: bool
    may: bool
    post: bool = False


def steps(story: Story | None, user: User | AnonymousUser) -> list[Step]:
    """All steps in their order, each with whether it is done; none where the last one is."""
    if story and Evidence.objects.visible_to(user).filter(claim__story=story).exists():
        return []
    found = [_name(story, user), _sources(user), _fetch(user)]
    if story is not None:
        found += [_claim(story, user), _link(story, user)]
    return found


def _name(story: Story | None, user: User | AnonymousUser) -> Step:
    return Step(
        _("Name the story"),
        _("One line, and the words that tell which articles may concern it."),
        _("Name it"),
        reverse("new-story"),
        story is not None,
        user.has_perm("tracker.add_story"),
    )


def _sources(user: User | AnonymousUser) -> Step:
    return Step(
        _("Add the sources you read"),
        _("The address of a site or of a feed; feeds are found for you."),
        _("Add sources"),
        reverse("new-source"),
        Feed.objects.exists(),
        user.has_perm("sources.add_source"),
    )


def _fetch(user: User | AnonymousUser) -> Step:
    return Step(
        _("Fetch now"),
        _("Or wait: every feed is asked each night."),
        _("Fetch now"),
        reverse("start-run"),
        Run.objects.exclude(finished_at=None).exists(),
        user.has_perm("sources.start_run") and Feed.objects.exists(),
        post=True,
    )


def _claim(story: Story, user: User | AnonymousUser) -> Step:
    return Step(
        _("Write the first claim"),
        _("One sentence that could turn out true or false."),
        _("Write one"),
        reverse("new-claim", args=[story.slug]),
        Claim.objects.visible_to(user).filter(story=story).exists(),
        user.has_perm("tracker.add_claim"),
    )


def _link(story: Story, user: User | AnonymousUser) -> Step:
    return Step(
        _("Link the first passage"),
        _("The inbox proposes passages; in an article, select any words and link them."),
        _("Open the inbox"),
        f"{reverse('inbox')}?story={story.slug}",
        False,
        user.has_perm("tracker.decide_suggestion"),
    )
