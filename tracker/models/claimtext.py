"""The words of claims, kept apart so that passages can be ranked against all of them in SQL."""

from __future__ import annotations

from django.db import models

from tracker.models.claim import Claim


class ClaimText(models.Model):
    """A claim's wording in one language, as it was last read into words."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="texts")
    language = models.CharField()
    fingerprint = models.BinaryField(max_length=32)
    length = models.PositiveIntegerField(help_text="How many words, each time one is said.")
    weight = models.FloatField(
        default=0, help_text="What its words weigh together; a rare word weighs more."
    )
    vector = models.BinaryField(
        null=True, help_text="What a similarity model makes of it, as 16 bit floats."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "language"], name="claim_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} ({self.language})"


class ClaimWord(models.Model):
    """How often a claim's wording has a word: the postings of the ranking."""

    pk = models.CompositePrimaryKey("word", "text")
    word = models.CharField()
    text = models.ForeignKey(ClaimText, models.CASCADE, related_name="words")
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word
