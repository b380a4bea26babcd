"""What was removed by order: addresses that are never asked again, files that are being deleted."""

from django.db import models
from django.db.models.functions import Now


class RemovedAddress(models.Model):
    """An address of a removed article, as its hash alone: nothing at it is taken in again."""

    url_key = models.BinaryField(max_length=32, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return bytes(self.url_key).hex()


class RemovedFile(models.Model):
    """A raw file that has to go. The row goes with it, so that a lost worker leaves no file."""

    sha256 = models.CharField(primary_key=True)

    def __str__(self) -> str:
        return self.sha256
