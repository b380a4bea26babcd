"""Search finds one Chinese character, Chinese within an English text, and short texts of any kind.

A run of characters ends in its last character alone: so one character is found wherever it stands,
and two runs with a comma between them are no phrase.
"""

from django.db import migrations

CHARACTERS = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
BIGRAMS = """
CREATE OR REPLACE FUNCTION public.claimline_bigrams(body text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT coalesce(string_agg(substr(run.m[1], i, 2), ' ' ORDER BY run.n, i), '')
  FROM regexp_matches(body, '{characters}{{{least},}}', 'g') WITH ORDINALITY AS run(m, n),
       generate_series(1, length(run.m[1]) - {spare}) AS i
$$;
"""
VECTOR = """
CREATE OR REPLACE FUNCTION public.claimline_tsvector(language text, title text, body text)
RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN language LIKE 'fr%' THEN
      setweight(to_tsvector('public.claimline_fr'::regconfig, public.claimline_plain(title)), 'A')
      || to_tsvector('public.claimline_fr'::regconfig, public.claimline_plain(body))
    WHEN language = '' OR language LIKE 'en%' THEN
      setweight(to_tsvector('public.claimline_en'::regconfig, public.claimline_plain(title)), 'A')
      || to_tsvector('public.claimline_en'::regconfig, public.claimline_plain(body))
    ELSE
      setweight(
        to_tsvector('public.claimline_simple'::regconfig, public.claimline_plain(title)), 'A')
      || to_tsvector('public.claimline_simple'::regconfig, public.claimline_plain(body))
  END || CASE WHEN title || body ~ '{characters}' THEN
    setweight(
      to_tsvector('public.claimline_simple'::regconfig, public.claimline_bigrams(title)), 'A')
    || to_tsvector('public.claimline_simple'::regconfig, public.claimline_bigrams(body))
  ELSE ''::tsvector END
$$;
"""
# as sources 0003 has it
OLD_VECTOR = """
CREATE OR REPLACE FUNCTION public.claimline_tsvector(language text, title text, body text)
RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN language LIKE 'fr%' THEN
      setweight(to_tsvector('public.claimline_fr'::regconfig, public.claimline_plain(title)), 'A')
      || to_tsvector('public.claimline_fr'::regconfig, public.claimline_plain(body))
    WHEN language = '' OR language LIKE 'en%' THEN
      setweight(to_tsvector('public.claimline_en'::regconfig, public.claimline_plain(title)), 'A')
      || to_tsvector('public.claimline_en'::regconfig, public.claimline_plain(body))
    WHEN title || body ~ '{characters}' THEN
      to_tsvector('public.claimline_simple'::regconfig, public.claimline_plain(title) || ' '
        || public.claimline_plain(body) || ' ' || public.claimline_bigrams(title || ' ' || body))
    ELSE
      setweight(
        to_tsvector('public.claimline_simple'::regconfig, public.claimline_plain(title)), 'A')
      || to_tsvector('public.claimline_simple'::regconfig, public.claimline_plain(body))
  END
$$;
"""
# A claim or a passage may be in any language: it is indexed in each, and asked in each. The cost
# keeps the planner from reading it row by row where the index has it.
WORDS = """
CREATE FUNCTION public.claimline_words(VARIADIC said text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
  SELECT to_tsvector('public.claimline_en'::regconfig, plain)
    || to_tsvector('public.claimline_fr'::regconfig, plain)
    || to_tsvector('public.claimline_simple'::regconfig,
         plain || ' ' || public.claimline_bigrams(plain))
  FROM (SELECT public.claimline_plain(array_to_string(said, ' ')) AS plain) AS once
$$;
"""
AGAIN = f"UPDATE sources_version SET seq = seq WHERE title || text ~ '{CHARACTERS}'"


class Migration(migrations.Migration):
    dependencies = [("sources", "0006_failed_fetches")]

    operations = [
        migrations.RunSQL(
            [
                BIGRAMS.format(characters=CHARACTERS, least=1, spare=0),
                VECTOR.format(characters=CHARACTERS),
                AGAIN,
                WORDS,
            ],
            [
                "DROP FUNCTION public.claimline_words",
                BIGRAMS.format(characters=CHARACTERS, least=2, spare=1),
                OLD_VECTOR.format(characters=CHARACTERS),
                AGAIN,
            ],
        )
    ]
