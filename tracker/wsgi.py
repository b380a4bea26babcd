"""The WSGI entry point for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

application = get_wsgi_application()

# What is loaded by now stays. Looking through it for what could go would halt a page for 0.2 s now
# and then, and would write to memory that processes forked from this one share.
gc.collect()
gc.freeze()
