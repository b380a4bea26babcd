"""Words about people: their roles, and where they are signed in."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from tracker.models.invitation import ROLE_NAMES

register = template.Library()
# what a browser calls itself, the more particular names first: each claims to be its elders too
_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox/": "Firefox",
    "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
    "CrOS": "ChromeOS", "Mac OS X": "macOS", "Linux": "Linux",
}  # fmt: skip


@register.simple_tag
def role(name: str) -> str:
    """The word for a role in the reader's language."""
    return str(ROLE_NAMES[name]) if name in ROLE_NAMES else _("no role")


@register.simple_tag
def device(user_agent: str) -> str:
    """The browser and system of a session in a few words; as it calls itself where we know none."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or user_agent[:90]
