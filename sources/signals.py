"""What sources tells the rest of the site: one signal."""

from django.dispatch import Signal

# A version of an article is stored and committed. Sent with `version`, its primary key, by a job
# that is finished only when every receiver took it: it may come twice, it is never lost.
version_stored = Signal()
