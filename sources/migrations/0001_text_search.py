"""Text search: accents ignored before stemming, one configuration per language, Chinese by bigrams."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION public.claimline_{name} (COPY = pg_catalog.{base});
ALTER TEXT SEARCH CONFIGURATION public.claimline_{name}
  ALTER MAPPING FOR hword, hword_part, word, asciihword, hword_asciipart, asciiword
  WITH public.unaccent, pg_catalog.{stem};
"""

# Chinese has no spaces: a run of characters becomes its overlapping pairs, and a phrase of pairs
# finds any word of two characters or more.
FUNCTIONS = """
CREATE FUNCTION public.claimline_bigrams(body text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT coalesce(string_agg(substr(run.m[1], i, 2), ' ' ORDER BY run.n, i), '')
  FROM regexp_matches(body, '[\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af]{2,}', 'g')
         WITH ORDINALITY AS run(m, n),
       generate_series(1, length(run.m[1]) - 1) AS i
$$;

CREATE FUNCTION public.claimline_tsvector(language text, title text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN language LIKE 'fr%' THEN
      setweight(to_tsvector('public.claimline_fr'::regconfig, title), 'A')
      || to_tsvector('public.claimline_fr'::regconfig, body)
    WHEN language = '' OR language LIKE 'en%' THEN
      setweight(to_tsvector('public.claimline_en'::regconfig, title), 'A')
      || to_tsvector('public.claimline_en'::regconfig, body)
    WHEN title || body ~ '[\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af]' THEN
      to_tsvector('public.claimline_simple'::regconfig,
        title || ' ' || body || ' ' || public.claimline_bigrams(title || ' ' || body))
    ELSE
      setweight(to_tsvector('public.claimline_simple'::regconfig, title), 'A')
      || to_tsvector('public.claimline_simple'::regconfig, body)
  END
$$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        *[
            migrations.RunSQL(
                CONFIGURATIONS.format(name=name, base=base, stem=stem),
                f"DROP TEXT SEARCH CONFIGURATION public.claimline_{name}",
            )
            for name, base, stem in (
                ("en", "english", "english_stem"),
                ("fr", "french", "french_stem"),
                ("simple", "simple", "simple"),
            )
        ],
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION public.claimline_tsvector; DROP FUNCTION public.claimline_bigrams",
        ),
    ]
