"""Search finds a word beside a curly quote mark.

In a database of the C locale the parser takes every character beyond ASCII for a letter, so “force”
was indexed with its marks, and L’ambassade as one word.
"""

from django.db import migrations

# In the order of the two strings: apostrophes become the plain one, every other mark a space.
PLAIN = """
CREATE FUNCTION public.claimline_plain(body text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT translate(body, '’‘ʼ“”„«»‹›–—…•·\u00a0\u202f', '''''''              ')
$$;
"""
FUNCTION = """
CREATE OR REPLACE FUNCTION public.claimline_tsvector(language text, title text, body text)
RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN language LIKE 'fr%' THEN
      setweight(to_tsvector('public.claimline_fr'::regconfig, {title}), 'A')
      || to_tsvector('public.claimline_fr'::regconfig, {body})
    WHEN language = '' OR language LIKE 'en%' THEN
      setweight(to_tsvector('public.claimline_en'::regconfig, {title}), 'A')
      || to_tsvector('public.claimline_en'::regconfig, {body})
    WHEN title || body ~ '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]' THEN
      to_tsvector('public.claimline_simple'::regconfig,
        {title} || ' ' || {body} || ' ' || public.claimline_bigrams(title || ' ' || body))
    ELSE
      setweight(to_tsvector('public.claimline_simple'::regconfig, {title}), 'A')
      || to_tsvector('public.claimline_simple'::regconfig, {body})
  END
$$;
"""
NEW = FUNCTION.format(title="public.claimline_plain(title)", body="public.claimline_plain(body)")
OLD = FUNCTION.format(title="title", body="body")
# The column is generated from the row: writing a row computes it again.
AGAIN = (
    "UPDATE sources_version SET seq = seq WHERE title || text ~ '[’‘ʼ“”„«»‹›–—…•·\u00a0\u202f]'"
)


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_what_comes_in")]

    operations = [
        migrations.RunSQL(
            [PLAIN, NEW, AGAIN], [OLD, AGAIN, "DROP FUNCTION public.claimline_plain"]
        )
    ]
