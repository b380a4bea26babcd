"""Which tables keep recorded states, whose page asks for each, and who may know of them."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from tracker.history import people
from tracker.models import Claim, Speaker, Story, User

# The tables of recorded states, in the order in which acts of one moment are shown.
TABLES = {
    "story": "tracker.StoryEvent",
    "member": "tracker.StoryMemberEvent",
    "claim": "tracker.ClaimEvent",
    "party": "tracker.ClaimPartyEvent",
    "relation": "tracker.ClaimRelationEvent",
    "status": "tracker.StatusChangeEvent",
    "evidence": "tracker.EvidenceEvent",
    "speaker": "tracker.SpeakerEvent",
    "source": "sources.SourceEvent",
    "tag": "sources.SourceTagEvent",
    "word": "sources.TagEvent",
    "note": "sources.ReliabilityNoteEvent",
    "feed": "sources.FeedEvent",
    "text": "sources.ClusterEvent",
    "pair": "sources.TextPairEvent",
    "person": "tracker.UserEvent",
    "role": "tracker.RoleEvent",
    "invitation": "tracker.InvitationEvent",
    "publication": "tracker.PublicationEvent",
    "comment": "tracker.CommentRequestEvent",
    "protected": "tracker.ProtectedNameEvent",
}
DECISION = "decision"  # the inbox keeps its own record, which can be taken back
REMOVAL = "removal"  # what goes by order keeps its own, and no word of what it said
KINDS = (*TABLES, DECISION, REMOVAL)
OF_PUBLISHING = ("comment", "protected")
# How an event of each kind names the object whose page asks for its history.
OF: dict[str, dict[str, str | tuple[str, ...]]] = {
    "story": {"story": "pgh_obj_id", "member": "story_id", "protected": "story_id"},
    "claim": {
        "claim": "pgh_obj_id",
        "party": "claim_id",
        "relation": ("claim_id", "other_id"),
        "status": "claim_id",
        "evidence": "claim_id",
        "publication": "claim_id",
        "comment": "claim_id",
    },
    "evidence": {"evidence": "pgh_obj_id"},
    "source": {
        "source": "pgh_obj_id",
        "tag": "source_id",
        "note": "source_id",
        "feed": "source_id",
    },
    "text": {"text": "pgh_obj_id"},
    "speaker": {"speaker": "pgh_obj_id", "party": "speaker_id", "comment": "subject_id"},
    "feed": {"feed": "pgh_obj_id"},
}


def names_it(kind: str, named: str, key: int) -> Q:
    """The condition that an event is about the object whose history is asked for."""
    columns = OF[named][kind]
    columns = (columns,) if isinstance(columns, str) else columns
    return reduce(or_, (Q(**{column: key}) for column in columns))


def visible(kind: str, user: User | AnonymousUser) -> Q:
    """What a story owns is known to those who may know the story; people to who manages them.

    Whom to protect and who was asked are told to those who publish, as their page does.
    """
    stories = Story.objects.visible_to(user).values("pk")
    claims = Claim.objects.visible_to(user).values("pk")
    if kind in people.KINDS and not user.has_perm("tracker.change_user"):
        return Q(pk__in=[])
    if kind in OF_PUBLISHING and not user.has_perm("tracker.publish_claim"):
        return Q(pk__in=[])
    return {
        "story": Q(pgh_obj_id__in=stories),
        "member": Q(story_id__in=stories),
        "claim": Q(story_id__in=stories),
        "party": Q(claim_id__in=claims),
        "relation": Q(claim_id__in=claims, other_id__in=claims),
        "status": Q(claim_id__in=claims),
        "evidence": Q(claim_id__in=claims),
        "speaker": Q(pgh_obj_id__in=Speaker.objects.visible_to(user).values("pk")),
        "publication": Q(claim_id__in=claims),
        "comment": Q(claim_id__in=claims),
        "protected": Q(story_id__in=stories),
        "note": Q() if user.has_perm("sources.view_reliabilitynote") else Q(pk__in=[]),
    }.get(kind, Q())
