"""What sources tells the rest of the site: one signal."""

from django.dispatch import Signal

# Versions of articles are stored and committed. Sent with `versions`, their primary keys, by jobs
# that are finished only when every receiver took them: one may come twice, it is never lost.
versions_stored = Signal()
