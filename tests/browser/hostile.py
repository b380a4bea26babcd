"""Scripts put into every word of a newsroom, as a hostile publisher or colleague would."""

import re
from contextlib import suppress

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Concat

from tests.corpus.conftest import CORPUS

OWN = [
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=2>",
    "<svg/onload=window.ran=3>",
    "\"><script>window.ran=4</script>",
    "' onmouseover=window.ran=5 autofocus onfocus=window.ran=5 x='",
    '<a href="javascript:window.ran=6" id=clicked>x</a>',
    "<iframe src=javascript:window.ran=7></iframe>",
    "<math><mi//xlink:href=\"data:x,<script>window.ran=8</script>\">",
    "<style>@import'http://evil.example/x.css'</style>",
    "<object data=http://evil.example></object>",
    "<base href=http://evil.example/>",
    '<meta http-equiv=refresh content="0;url=http://evil.example">',
    "</textarea></title></select></script><script>window.ran=9</script>",
    "<link rel=stylesheet href=//evil.example/a.css>",
    "<div style=\"background:url(//evil.example/b.png)\" hx-get=//evil.example hx-trigger=load>",
    "{{7*7}}{% debug %}",
]  # fmt: skip
# what is read by our code, not by people: it would be no newsroom any more
LEFT_ALONE = re.compile(
    "slug|authority|sha256|guid|engine|identity|outcome|kind|tz|.*language.*|password|terms|filter|"
    "date_order|format|etag|last_modified|query|rate|published_from|published_precision|features|"
    "denied|scheme|verb|name_key|robots|id|last_login|pgh_.*|email|host|ip|extractor|fetch"
)


def payloads():
    """Ours, and those of the corpus where it lies beside us."""
    path = CORPUS / "malformed" / "feeds" / "xss-titles.xml"
    if not path.is_file():
        return OWN
    found = re.findall(r"<description><!\[CDATA\[(.*?)\]\]>", path.read_text(), re.DOTALL)
    return [*OWN, *found]


def columns():
    """Every column with words that people read."""
    for model in apps.get_models():
        if model._meta.app_label not in ("sources", "tracker") or model.__name__.endswith("Event"):
            continue
        for field in model._meta.concrete_fields:
            words = isinstance(field, CharField | TextField) and not field.choices
            unique = field.unique or field.primary_key
            if words and not unique and not LEFT_ALONE.fullmatch(field.name):
                yield model, field.name


def poison():
    """Append the payloads to every word. Returns how many columns took them."""
    said, taken = " ".join(payloads()), 0
    for model, name in columns():
        short = model._meta.get_field(name).max_length
        with suppress(IntegrityError), transaction.atomic():  # a rule keeps such words out
            rows = model._base_manager.update(
                **{name: Concat(F(name), Value(f" {OWN[0] if short else said}"))}
            )
            taken += bool(rows)
    return taken
