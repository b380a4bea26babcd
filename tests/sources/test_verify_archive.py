"""What the archive check finds: every kind of loss, and nothing where there is none."""

import io
import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources.ingest import raw
from sources.ingest.identify import text_hash
from sources.models import Fetch, Version
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """A folder of its own for the raw files."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def kept():
    """The hash of an article's page, stored as the ingest stores it."""
    digest = raw.keep(b"<p>The crane was moved.</p>")
    version = make_article("The crane was moved.").current_version
    Version.objects.filter(pk=version.pk).update(
        raw_sha256=digest, text_sha256=text_hash("The crane was moved.")
    )
    return digest


def check(**options):
    """The lines printed, and whether the command said that something was lost."""
    out = io.StringIO()
    try:
        call_command("verify_archive", stdout=out, **options)
    except CommandError as error:
        return out.getvalue().splitlines(), error.returncode == 1
    return out.getvalue().splitlines(), False


def overwrite(digest, data):
    default_storage.delete(raw.path_of(digest))
    default_storage.save(raw.path_of(digest), ContentFile(data))


def test_a_sound_archive_is_said_to_be_sound(kept):
    assert check(orphans_older_than=0) == (["1 files, 1 texts: all sound."], False)


def test_an_archive_without_any_file_is_sound():
    assert check() == (["0 files, 0 texts: all sound."], False)


def test_a_file_that_is_gone_is_missing_and_its_version_is_named(kept):
    default_storage.delete(raw.path_of(kept))
    lines, lost = check()
    article = Version.objects.get().article_id
    assert lines[0] == f"missing: {raw.path_of(kept)} (article {article} version 1)"
    assert lost


def test_a_file_of_another_content_is_damaged(kept):
    other = raw.keep(b"<p>The crane was stolen.</p>")
    with default_storage.open(raw.path_of(other)) as file:
        overwrite(kept, file.read())
    lines, lost = check()
    assert lines[0].startswith(f"damaged: {raw.path_of(kept)}")
    assert lost


def test_a_file_cut_short_is_damaged(kept):
    with default_storage.open(raw.path_of(kept)) as file:
        half = file.read()[:-5]
    overwrite(kept, half)
    assert check()[0][0].startswith("damaged: ")


def test_a_text_changed_in_its_row_is_altered(kept):
    Version.objects.update(text="The crane was never moved.")
    lines, lost = check()
    article = Version.objects.get().article_id
    assert lines[0] == f"altered: text of article {article} version 1"
    assert lost


def test_a_file_named_by_a_fetch_alone_is_checked_too():
    fetch = Fetch.objects.create(outcome="ok", url="https://quay.example/", raw_sha256="ab" * 32)
    lines, lost = check()
    assert lines[0] == f"missing: {raw.path_of('ab' * 32)} (fetch {fetch.pk})"
    assert lost


def test_a_file_no_row_names_is_an_orphan_and_no_loss(kept):
    orphan = raw.keep(b"a page whose worker died")
    lines, lost = check(orphans_older_than=0)
    assert lines[0] == f"orphan: {raw.path_of(orphan)}"
    assert not lost


def test_a_young_file_is_no_orphan_yet(kept):
    raw.keep(b"a page that is just being written")
    assert check() == (["1 files, 1 texts: all sound."], False)


def test_an_old_file_is_an_orphan_by_default(kept, storage):
    orphan = raw.keep(b"a page whose worker died long ago")
    long_ago = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(storage / raw.path_of(orphan), (long_ago, long_ago))
    assert check()[0][0] == f"orphan: {raw.path_of(orphan)}"


def test_every_finding_has_a_line_of_its_own(kept):
    default_storage.delete(raw.path_of(kept))
    Version.objects.update(text="The crane was never moved.")
    raw.keep(b"a page whose worker died")
    lines, _ = check(orphans_older_than=0)
    assert [line.split(":")[0] for line in lines[:-1]] == ["missing", "altered", "orphan"]
    assert lines[-1] == "1 files, 1 texts: 1 altered, 1 missing, 1 orphan."


def test_the_check_changes_nothing(kept):
    orphan = raw.keep(b"a page whose worker died")
    check(orphans_older_than=0)
    assert default_storage.exists(raw.path_of(orphan))
    assert default_storage.exists(raw.path_of(kept))
