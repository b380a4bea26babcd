"""Makes the newsroom the pages are measured on: one story, its claims and evidence, many articles.

    python bench/load.py [--articles 300000] [--evidence 20000] [--claims 300] [--sources 400]
        [--words 180] [--seed 1] [--var var-bench]

The same arguments make the same rows. They go into an embedded PostgreSQL of their own, whose data
stay in the folder `--var`; what is there already from the same arguments is left as it is. All
claims belong to one story, which is the worst case for its timeline: it weighs them all.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import rows

ROOT = Path(__file__).resolve().parent.parent
EDITION = 1  # of this script: a change in what it makes is another data set


def main() -> int:
    args = arguments()
    with opened(args.var) as postgres:
        from django.db import connection

        wanted = f"{EDITION} " + " ".join(f"{k}={v}" for k, v in sizes(args).items())
        if label(connection) == wanted:
            print(f"already there: {wanted}")
            return 0
        renew(postgres)
        started = time.monotonic()
        make(args)
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON DATABASE claimline IS '{wanted}'")
            cursor.execute("SELECT pg_size_pretty(pg_database_size('claimline'))")
            (size,) = cursor.fetchone()
        print(f"loaded in {time.monotonic() - started:.0f} s, {size}: {wanted}")
    return 0


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, value in (
        ("articles", 300_000),
        ("evidence", 20_000),
        ("claims", 300),
        ("sources", 400),
        ("words", 180),
        ("seed", 1),
    ):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--var", type=Path, default=ROOT / "var-bench")
    return parser.parse_args(words)


def sizes(args: argparse.Namespace) -> dict[str, int]:
    """The arguments the rows depend on."""
    return {name: value for name, value in sorted(vars(args).items()) if name != "var"}


@contextlib.contextmanager
def opened(var: Path) -> Iterator[Any]:
    """Set Django up on the engine of that folder, as in production, and start the engine."""
    os.environ |= {
        "CLAIMLINE_VAR": str(var),
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "SECRET_KEY": "a measurement's own",
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "LOG_LEVEL": "ERROR",
    }
    os.environ.pop("DATABASE_URL", None)
    sys.path.insert(0, str(ROOT))
    import django
    import psycopg

    from tracker.embedded import Postgres

    with Postgres(var) as postgres:
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname='claimline'").rowcount:
                connection.execute("CREATE DATABASE claimline")
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0, skip_checks=True)
        yield postgres

        connections.close_all()


def label(connection: Any) -> str:
    """What the database was loaded with, "" when nothing was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        )
        return cursor.fetchone()[0] or ""


def renew(postgres: Any) -> None:
    """An empty database with the product's tables."""
    import psycopg
    from django.core.management import call_command
    from django.db import connections

    connections.close_all()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE claimline WITH (FORCE)")
        connection.execute("CREATE DATABASE claimline")
    call_command("migrate", verbosity=0, skip_checks=True)


def make(args: argparse.Namespace) -> None:
    """All rows, then the indexes that are dear to build row by row, then the statistics."""
    from django.db import connection, transaction

    from sources.models import Version

    indexes = [one for one in Version._meta.indexes if one.name.startswith("version_search")]
    with connection.cursor() as cursor, connection.schema_editor() as schema:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET statement_timeout = 0")
        for index in indexes:
            schema.remove_index(Version, index)
    rng = random.Random(args.seed)
    with transaction.atomic(), connection.cursor() as cursor:
        # the rows are consistent by the way they are made; checking them takes as long again
        cursor.execute("SET LOCAL session_replication_role = replica")
        rows.people(rng, args.sources)
        cited = rows.articles(rng, args.articles, args.sources, args.words)
        rows.claims(rng, args.claims)
        rows.Evidence(rng, args.claims, args.sources).make(args.evidence, cited)
    with connection.schema_editor() as schema:
        for index in indexes:
            schema.add_index(Version, index)
    with connection.cursor() as cursor:
        _renumber(cursor)
        cursor.execute("VACUUM (ANALYZE)")


def _renumber(cursor: Any) -> None:
    """Let the sequences go on after the rows that were given their numbers."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    models = [
        *apps.get_app_config("sources").get_models(),
        *apps.get_app_config("tracker").get_models(),
    ]
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)


if __name__ == "__main__":
    sys.exit(main())
