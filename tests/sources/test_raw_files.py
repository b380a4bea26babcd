"""What publishers sent, on disk: whole or not there at all."""

import pytest
from django.core.files.base import ContentFile

from sources.ingest import raw


class Torn(ContentFile):
    """Content that cannot be read to its end, as on a full disk or under a killed worker."""

    def chunks(self, chunk_size=None):
        yield b"half of it"
        raise OSError("the disk is full")


@pytest.fixture
def folder(tmp_path):
    return raw.WholeFiles(location=tmp_path)


def test_a_file_is_stored_under_its_name(folder):
    folder.save("ab/abc.zst", ContentFile(b"all of it"))
    with folder.open("ab/abc.zst") as file:
        assert file.read() == b"all of it"


def test_a_file_that_was_not_finished_has_no_name(folder, tmp_path):
    with pytest.raises(OSError, match="full"):
        folder.save("ab/abc.zst", Torn(b""))
    assert not folder.exists("ab/abc.zst")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_two_write_at_once_keeps_its_one_name(folder):
    names = [folder.save("ab/abc.zst", ContentFile(b"all of it")) for _ in range(2)]
    assert names == ["ab/abc.zst"] * 2
    assert folder.listdir("ab") == ([], ["abc.zst"])
