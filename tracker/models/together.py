"""Reads rows of several kinds in one query: small tables that a page needs together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

Row = dict[str, Any]
Made = TypeVar("Made", bound=Model)


def read(**wanted: QuerySet[Any, Any]) -> dict[str, list[Row]]:
    """The rows of each of these querysets of `values()`, in their order.

    Dates come as JSON has them, in text.
    """
    kinds, statements = list(wanted), []
    parameters: list[Any] = []
    for number, rows in enumerate(wanted.values()):
        try:
            sql, own = rows.query.sql_with_params()
        except EmptyResultSet:  # known to be none without asking
            continue
        statements.append(f"SELECT {number}, to_jsonb(found) FROM ({sql}) found")
        parameters += own
    found: dict[str, list[Row]] = {kind: [] for kind in kinds}
    if not statements:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), parameters)
        for number, row in cursor.fetchall():
            found[kinds[number]].append(json.loads(row))
    return found


def columns(model: type[Model], path: str = "", leave: Iterable[str] = ()) -> list[str]:
    """What `values()` has to be asked for to make rows of a model of.

    Args:
        path: from the model that is read to this one, such as "status__".
        leave: the columns to leave in the database until somebody asks.
    """
    names = (field.attname for field in model._meta.concrete_fields)
    return [path + name for name in names if name not in leave]


def made(model: type[Made], row: Mapping[str, Any], path: str = "") -> Made | None:
    """The row of a model that `columns` were read of; None where the way to it ended."""
    if row[f"{path}{model._meta.pk.attname}"] is None:
        return None
    fields = [one for one in model._meta.concrete_fields if path + one.attname in row]
    values = [one.to_python(row[path + one.attname]) for one in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [one.attname for one in fields], values)
