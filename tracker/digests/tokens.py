"""The signed words in addresses that work without signing in: unsubscribing, and feeds."""

from __future__ import annotations

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from tracker.models import Digest, Follow, Rate, User
from tracker.models.follow import FollowQuerySet
from tracker.models.typed import key

_STOP = "claimline.unsubscribe"
_FEED = "claimline.feed"


def stop(digest: Digest) -> str:
    """What lets its holder end the mails of this person and rate, and nothing else."""
    return signing.Signer(salt=_STOP).sign_object([digest.user_id, digest.rate])


def stopped(token: str) -> tuple[str, FollowQuerySet] | None:
    """The rate and the follows whose mails a token ends; None for one that is not ours."""
    try:
        user, rate = signing.Signer(salt=_STOP).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if not isinstance(user, int) or rate not in Rate.values:
        return None
    return rate, Follow.objects.filter(user=user, rate=rate)


def feed(user: User) -> str:
    """The secret in the addresses of this person's feeds; renewing it ends the one before."""
    return f"{user.pk}-{_secret(user)}"


def feed_reader(token: str) -> User | None:
    """Whose feed it is; None for a token that was renewed, or of somebody who left."""
    number, _, secret = token.partition("-")
    user = User.objects.filter(pk=key(number) or 0, is_active=True).first()
    known = user is not None and constant_time_compare(secret, _secret(user))
    return user if known else None


def _secret(user: User) -> str:
    return salted_hmac(_FEED, f"{user.pk}:{user.feed_number}", algorithm="sha256").hexdigest()[:40]
