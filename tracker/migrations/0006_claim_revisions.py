"""The database raises a claim's revision whenever something changes that its figures rest on."""

from django.db import migrations

# One update at a time for each claim, so that whoever reads a revision sees at least the rows it
# speaks of: a fold kept under a revision can be too new, never stale.
RAISE = """
CREATE FUNCTION tracker_raise_claims(claims bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE tracker_claim SET revision = revision + 1
    WHERE id IN (SELECT id FROM tracker_claim WHERE id = ANY (claims)
                 ORDER BY id FOR NO KEY UPDATE)
$$;
"""

OF_ROW = """
CREATE FUNCTION tracker_claim_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM tracker_raise_claims(ARRAY[NEW.claim_id]);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM tracker_raise_claims(ARRAY[OLD.claim_id]);
    ELSE
        PERFORM tracker_raise_claims(ARRAY[OLD.claim_id, NEW.claim_id]);
    END IF;
    RETURN NULL;
END $$;
"""

# what else evidence is counted by: where its claims are found from the row that changed
FINDERS = {
    "anchor": "SELECT e.claim_id FROM tracker_evidence e WHERE e.id = one.evidence_id",
    "origin": "SELECT e.claim_id FROM tracker_evidence e WHERE e.origin_id = one.id",
    "article": (
        "SELECT e.claim_id FROM tracker_evidence e"
        " JOIN sources_version v ON v.id = e.version_id WHERE v.article_id = one.id"
    ),
    "speaker": (
        "SELECT e.claim_id FROM tracker_evidence e"
        " JOIN tracker_origin o ON o.id = e.origin_id WHERE o.speaker_id = one.id"
    ),
    "source": (
        "SELECT e.claim_id FROM tracker_evidence e"
        " JOIN sources_version v ON v.id = e.version_id"
        " JOIN sources_article a ON a.id = v.article_id"
        " LEFT JOIN tracker_origin o ON o.id = e.origin_id"
        " WHERE a.source_id = one.id OR o.source_id = one.id"
    ),
    "sourcetag": (
        "SELECT e.claim_id FROM tracker_evidence e"
        " JOIN sources_version v ON v.id = e.version_id"
        " JOIN sources_article a ON a.id = v.article_id WHERE a.source_id = one.source_id"
    ),
}

FOUND = """
CREATE FUNCTION tracker_claims_of_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one {table}%ROWTYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN one := OLD; ELSE one := NEW; END IF;
    PERFORM tracker_raise_claims(ARRAY({finder}));
    RETURN NULL;
END $$;
"""

# table, function, when
TRIGGERS = [
    ("tracker_evidence", "tracker_claim_of_row", "INSERT OR UPDATE OR DELETE", ""),
    ("tracker_statuschange", "tracker_claim_of_row", "INSERT OR UPDATE OR DELETE", ""),
    ("tracker_claim_parties", "tracker_claim_of_row", "INSERT OR UPDATE OR DELETE", ""),
    ("tracker_anchor", "tracker_claims_of_anchor", "INSERT OR UPDATE OR DELETE", ""),
    ("tracker_origin", "tracker_claims_of_origin", "UPDATE", "WHEN (OLD.* IS DISTINCT FROM NEW.*)"),
    (
        "tracker_speaker",
        "tracker_claims_of_speaker",
        "UPDATE",
        "WHEN (OLD.name IS DISTINCT FROM NEW.name)",
    ),
    (
        "sources_source",
        "tracker_claims_of_source",
        "UPDATE",
        "WHEN (OLD.name IS DISTINCT FROM NEW.name)",
    ),
    ("sources_sourcetag", "tracker_claims_of_sourcetag", "INSERT OR UPDATE OR DELETE", ""),
    (
        "sources_article",
        "tracker_claims_of_article",
        "UPDATE",
        "WHEN ((OLD.cluster_id, OLD.sort_at, OLD.source_id)"
        " IS DISTINCT FROM (NEW.cluster_id, NEW.sort_at, NEW.source_id))",
    ),
]
TABLES = {"article": "sources_article", "source": "sources_source", "sourcetag": "sources_sourcetag"}


def _made():
    functions = [
        FOUND.format(name=name, table=TABLES.get(name, f"tracker_{name}"), finder=finder)
        for name, finder in FINDERS.items()
    ]
    triggers = [
        f"CREATE TRIGGER raises_claims AFTER {what} ON {table}"
        f" FOR EACH ROW {when} EXECUTE FUNCTION {function}();"
        for table, function, what, when in TRIGGERS
    ]
    return [RAISE, OF_ROW, *functions, *triggers]


def _dropped():
    triggers = [f"DROP TRIGGER raises_claims ON {table};" for table, *_ in TRIGGERS]
    names = [f"tracker_claims_of_{name}()" for name in FINDERS]
    names += ["tracker_claim_of_row()", "tracker_raise_claims(bigint[])"]
    return [*triggers, *(f"DROP FUNCTION {name};" for name in names)]


class Migration(migrations.Migration):
    dependencies = [("tracker", "0005_claim_relations_and_merges"), ("sources", "0002_what_comes_in")]
    operations = [migrations.RunSQL(_made(), _dropped())]
