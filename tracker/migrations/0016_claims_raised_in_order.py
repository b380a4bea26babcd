"""Claims are raised once for each statement, in the order of their keys.

Row by row, two batches that met the same claims in different orders waited for each other.
"""

from importlib import import_module

from django.db import migrations

OF_ROWS = """
CREATE FUNCTION tracker_claims_of_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM tracker_raise_claims(
            ARRAY(SELECT claim_id FROM changed UNION SELECT claim_id FROM earlier));
    ELSE
        PERFORM tracker_raise_claims(ARRAY(SELECT DISTINCT claim_id FROM changed));
    END IF;
    RETURN NULL;
END $$;
"""
FOUND = """
CREATE FUNCTION tracker_claims_of_{name}s() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tracker_raise_claims(ARRAY(SELECT DISTINCT e.claim_id FROM changed one {found}));
    RETURN NULL;
END $$;
"""

# what else evidence is counted by: where its claims are found from the rows that changed
FOUND_BY = {
    "anchor": "JOIN tracker_evidence e ON e.id = one.evidence_id",
    "origin": (
        "JOIN earlier was ON was.id = one.id AND was.* IS DISTINCT FROM one.*"
        " JOIN tracker_evidence e ON e.origin_id = one.id"
    ),
    "article": (
        "JOIN earlier was ON was.id = one.id AND (was.cluster_id, was.sort_at, was.source_id)"
        " IS DISTINCT FROM (one.cluster_id, one.sort_at, one.source_id)"
        " JOIN sources_version v ON v.article_id = one.id"
        " JOIN tracker_evidence e ON e.version_id = v.id"
    ),
    "speaker": (
        "JOIN earlier was ON was.id = one.id AND was.name IS DISTINCT FROM one.name"
        " JOIN tracker_origin o ON o.speaker_id = one.id"
        " JOIN tracker_evidence e ON e.origin_id = o.id"
    ),
    "source": (
        "JOIN earlier was ON was.id = one.id AND was.name IS DISTINCT FROM one.name"
        " CROSS JOIN LATERAL ("
        "  SELECT e.claim_id FROM sources_article a"
        "  JOIN sources_version v ON v.article_id = a.id"
        "  JOIN tracker_evidence e ON e.version_id = v.id WHERE a.source_id = one.id"
        "  UNION SELECT e.claim_id FROM tracker_origin o"
        "  JOIN tracker_evidence e ON e.origin_id = o.id WHERE o.source_id = one.id"
        " ) e"
    ),
    "sourcetag": (
        "JOIN sources_article a ON a.source_id = one.source_id"
        " JOIN sources_version v ON v.article_id = a.id"
        " JOIN tracker_evidence e ON e.version_id = v.id"
    ),
}
ANY = ("INSERT", "UPDATE", "DELETE")
TABLES = {"INSERT": "NEW TABLE AS changed", "DELETE": "OLD TABLE AS changed"}
TABLES["UPDATE"] = "OLD TABLE AS earlier NEW TABLE AS changed"
# table, function, when
TRIGGERS = [
    ("tracker_evidence", "rows", ANY),
    ("tracker_statuschange", "rows", ANY),
    ("tracker_claim_parties", "rows", ANY),
    ("tracker_anchor", "anchors", ANY),
    ("tracker_origin", "origins", ("UPDATE",)),
    ("tracker_speaker", "speakers", ("UPDATE",)),
    ("sources_source", "sources", ("UPDATE",)),
    ("sources_sourcetag", "sourcetags", ANY),
    ("sources_article", "articles", ("UPDATE",)),
]


def _made():
    return [
        *(f"DROP TRIGGER raises_claims ON {table};" for table, *_ in TRIGGERS),
        *(f"DROP FUNCTION {name}();" for name in _by_row()),
        OF_ROWS,
        *(FOUND.format(name=name, found=found) for name, found in FOUND_BY.items()),
        *(
            f"CREATE TRIGGER raises_claims_{what.lower()} AFTER {what} ON {table}"
            f" REFERENCING {TABLES[what]} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION tracker_claims_of_{name}();"
            for table, name, whats in TRIGGERS
            for what in whats
        ),
    ]


def _dropped():
    return [
        *(
            f"DROP TRIGGER raises_claims_{what.lower()} ON {table};"
            for table, _, whats in TRIGGERS
            for what in whats
        ),
        *(f"DROP FUNCTION tracker_claims_of_{name}s();" for name in ("row", *FOUND_BY)),
        *import_module("tracker.migrations.0006_claim_revisions")._made()[1:],
    ]


def _by_row():
    return ["tracker_claim_of_row", *(f"tracker_claims_of_{name}" for name in FOUND_BY)]


class Migration(migrations.Migration):
    dependencies = [("tracker", "0015_removals"), ("sources", "0013_search_by_language")]
    operations = [migrations.RunSQL(_made(), _dropped())]
