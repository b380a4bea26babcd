"""What the newsroom says about what came in: stories, claims, evidence, suggestions, people."""

from tracker.models.claim import (
    Claim,
    ClaimRelation,
    Status,
    StatusChange,
)
from tracker.models.evidence import Anchor, ChainLink, Evidence, Origin, Stance
from tracker.models.speaker import Speaker
from tracker.models.story import Story, StoryArticle
from tracker.models.suggestion import Suggestion
from tracker.models.user import User

__all__ = [
    "Anchor",
    "ChainLink",
    "Claim",
    "ClaimRelation",
    "Evidence",
    "Origin",
    "Speaker",
    "Stance",
    "Status",
    "StatusChange",
    "Story",
    "StoryArticle",
    "Suggestion",
    "User",
]
