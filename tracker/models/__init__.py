"""What the newsroom says about what came in: stories, claims, evidence, suggestions, people."""

from tracker.models.anchor import Anchor
from tracker.models.chain import ChainLink, Origin
from tracker.models.claim import (
    Claim,
    Status,
    StatusChange,
)
from tracker.models.claimtext import ClaimText, ClaimWord
from tracker.models.decision import Decision
from tracker.models.edit import Announced, Edit, EditClass, Omission
from tracker.models.evidence import Evidence, Stance
from tracker.models.follow import Digest, Follow, Rate
from tracker.models.invitation import Invitation
from tracker.models.publication import CommentRequest, ProtectedName, Publication
from tracker.models.relation import ClaimRelation
from tracker.models.removal import Removal
from tracker.models.savedfilter import SavedFilter
from tracker.models.speaker import Speaker
from tracker.models.story import Story, StoryArticle
from tracker.models.suggestion import Suggestion
from tracker.models.taken import BundleTaken
from tracker.models.trawl import Trawl
from tracker.models.user import Role, User
from tracker.models.visit import Visit

__all__ = [
    "Anchor",
    "Announced",
    "BundleTaken",
    "ChainLink",
    "Claim",
    "ClaimRelation",
    "ClaimText",
    "ClaimWord",
    "CommentRequest",
    "Decision",
    "Digest",
    "Edit",
    "EditClass",
    "Evidence",
    "Follow",
    "Invitation",
    "Omission",
    "Origin",
    "ProtectedName",
    "Publication",
    "Rate",
    "Removal",
    "Role",
    "SavedFilter",
    "Speaker",
    "Stance",
    "Status",
    "StatusChange",
    "Story",
    "StoryArticle",
    "Suggestion",
    "Trawl",
    "User",
    "Visit",
]
