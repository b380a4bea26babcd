"""What sources tells the rest of the site: one signal."""

from django.dispatch import Signal

# A version of an article was stored and committed. Sent once per finished piece of work, with
# `versions`: the primary keys of its new versions. A receiver that fails loses nothing: the sweep
# of the tracker looks at recent versions again.
version_stored = Signal()
