"""What templates show of the first hour."""

from __future__ import annotations

from typing import Any

from django import template

from tracker import firststeps
from tracker.models import Story

register = template.Library()


@register.inclusion_tag("tracker/_first_steps.html", takes_context=True)
def first_steps(context: Any, story: Story | None = None) -> dict[str, Any]:
    """The steps to a first linked passage, the next one foremost; nothing once there is one."""
    request = context["request"]
    found = firststeps.steps(story, request.user)
    following = next((step for step in found if step.may and not step.done), None)
    return {"steps": found, "next_step": following, "csrf_token": context.get("csrf_token")}
