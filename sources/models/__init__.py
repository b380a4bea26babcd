"""What comes in: who publishes, where we listen, what was received, and the queue of work."""

from sources.models.article import Article, ArticleUrl, Version
from sources.models.copies import Cluster, Sketch, TextPair
from sources.models.feed import Feed, FeedItem
from sources.models.moves import SourceMove
from sources.models.queue import Fetch, Heartbeat, Host, Job, Run
from sources.models.removed import RemovedAddress, RemovedFile
from sources.models.source import ReliabilityNote, Source, SourceTag, Tag

__all__ = [
    "Article",
    "ArticleUrl",
    "Cluster",
    "Feed",
    "FeedItem",
    "Fetch",
    "Heartbeat",
    "Host",
    "Job",
    "ReliabilityNote",
    "RemovedAddress",
    "RemovedFile",
    "Run",
    "Sketch",
    "Source",
    "SourceMove",
    "SourceTag",
    "Tag",
    "TextPair",
    "Version",
]
