"""Invitations: written, sent as a signed link, accepted once and in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.models import Invitation, Story, User

_SIGNER = signing.Signer(salt="claimline.invitation")


class UnusableError(Exception):
    """The link is not ours, was used, was withdrawn or has expired; nobody is told which."""


def invite(email: str, role: str, stories: Iterable[Story], by: User) -> Invitation:
    """Write an invitation down, then send it; one to the same address before it ends.

    Raises:
        OSError: the mail could not be handed over, and nothing was written.
    """
    now = timezone.now()
    with transaction.atomic():
        before = Invitation.objects.open(now).filter(email__iexact=email)
        before.update(withdrawn_at=now)
        made = Invitation.objects.create(
            email=email,
            role=role,
            invited_by=by,
            expires_at=now + timedelta(days=settings.INVITATION_DAYS),
        )
        made.stories.set(stories)
        _message(made).send()
    return made


def token(invitation: Invitation) -> str:
    """The signed words of the link."""
    return _SIGNER.sign_object([invitation.pk, invitation.email])


def link(invitation: Invitation) -> str:
    """The path the mail leads to, for who invited to hand over."""
    return reverse("invited", args=[token(invitation)])


def named(words: str) -> Invitation:
    """The invitation a link means.

    Raises:
        UnusableError: it can't be accepted, or no longer.
    """
    try:
        pk, email = _SIGNER.unsign_object(words)
    except (signing.BadSignature, ValueError, TypeError):
        raise UnusableError from None
    found = Invitation.objects.open(timezone.now()).filter(pk=pk, email=email).first()
    if found is None:
        raise UnusableError
    return found


def waiting_for(email: str) -> Invitation | None:
    """The open invitation to an address that somebody proved to be theirs."""
    return Invitation.objects.open(timezone.now()).filter(email__iexact=email).first()


@transaction.atomic
def accept(invitation: Invitation, user: User) -> User:
    """Store a new person with the role and the stories of the invitation.

    Args:
        user: not saved yet, the password set.

    Raises:
        UnusableError: somebody accepted it meanwhile.
    """
    now = timezone.now()
    held = Invitation.objects.select_for_update().open(now).filter(pk=invitation.pk).first()
    if held is None:
        raise UnusableError
    user.email = held.email
    user.save()
    set_role(user, held.role)
    # what the one who invited may no longer see is not theirs to show
    user.confidential_stories.set(held.stories.filter(pk__in=_shown_by(held)))
    EmailAddress.objects.update_or_create(
        user=user, email=held.email, defaults={"verified": True, "primary": True}
    )
    held.accepted_at, held.accepted_by = now, user
    held.save(update_fields=["accepted_at", "accepted_by"])
    return user


def set_role(user: User, role: str) -> None:
    """Give a person this role and no other; administrators get the back door to the rows too."""
    user.groups.set([Group.objects.get(name=role)] if role else [])
    staff = role == "administrator" or user.is_superuser
    if user.is_staff != staff:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])


def _shown_by(invitation: Invitation) -> list[int]:
    visible = Story.objects.visible_to(invitation.invited_by)
    return list(visible.values_list("pk", flat=True))


def _message(invitation: Invitation) -> EmailMessage:
    """The mail: it names no story, for mail travels far."""
    address = settings.SITE_ADDRESS + link(invitation)
    context = {"invitation": invitation, "address": address, "site": settings.SITE_ADDRESS}
    text = render_to_string("tracker/mail/invitation.txt", context).strip() + "\n"
    return EmailMessage(_("Claimline: you are invited"), text, to=[invitation.email])
