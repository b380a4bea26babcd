"""What sources tells the rest of the site: two signals."""

from django.dispatch import Signal

# Versions of articles are stored and committed. Sent with `versions`, their primary keys, by jobs
# that are finished only when every receiver took them: one may come twice, it is never lost.
versions_stored = Signal()

# A source was merged into another or split, or that was taken back. Sent within the transaction,
# with the `move` that notes what changed hands, and `back`, whether it is being undone.
source_moved = Signal()
