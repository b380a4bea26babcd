"""What a page shows to the eye: without the words that only screen readers say."""

import re

_HEARD = re.compile(r'<span class="vh"[^>]*>[^<]*</span>')


def to_the_eye(html):
    """The markup without words that are visually hidden."""
    return _HEARD.sub("", html)
