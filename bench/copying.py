"""Stores many rows of a model at once, by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

BATCH = 5000


def copy(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Store rows, given by column; a column no row of a batch names has its field's default."""
    from django.db import connection

    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        fields = list(_fields(model, set().union(*batch)))
        spare = {f.attname: f.get_db_prep_save(f.get_default(), connection) for f in fields}
        names = ", ".join(f'"{field.column}"' for field in fields)
        into = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
        with connection.cursor() as cursor, cursor.copy(into) as target:
            for row in batch:
                target.write_row([row.get(name, spare[name]) for name in spare])


def _fields(model: Any, named: set[str]) -> Iterator[Any]:
    """The columns to write: those named, and those for which the database has no default."""
    from django.db.models import NOT_PROVIDED

    for field in model._meta.local_concrete_fields:
        left_open = field.generated or field.primary_key or field.db_default is not NOT_PROVIDED
        if field.attname in named or not left_open:
            yield field
