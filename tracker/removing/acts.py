"""Asks for a removal, calls it off, carries it out; what is said where something stood."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sources.ingest import expunge
from sources.ingest.store import articles
from sources.models import Article
from tracker.models import Evidence, Removal, User
from tracker.removing import traces

PERMISSION = "tracker.expunge"


class UnremovableError(ValueError):
    """It can't be removed so; the message is for the administrator."""


def ask(found: Article | Evidence, order: str, because: str, by: User) -> Removal:
    """Ask for the removal of an article or of a passage; nothing goes by it.

    Raises:
        UnremovableError: it was asked for already.
    """
    if isinstance(found, Article):
        thing = {"what": Removal.What.ARTICLE, "key": found.pk, "source": found.source}
    else:
        thing = {"what": Removal.What.PASSAGE, "key": found.pk, "story": found.claim.story}
        thing["source"] = found.version.article.source
    try:
        with transaction.atomic():
            return Removal.objects.create(**thing, order=order, because=because, asked_by=by)
    except IntegrityError as error:
        raise UnremovableError(_("Its removal was asked for already.")) from error


def call_off(asked: Removal, by: User) -> None:
    """Let it stay after all; that its removal was asked for is kept."""
    rows = Removal.objects.waiting().filter(pk=asked.pk)
    rows.update(called_off_by=by, called_off_at=timezone.now())


@transaction.atomic
def confirm(asked: Removal, by: User) -> Removal:
    """Carry a removal out. It can't be undone.

    Raises:
        UnremovableError: the same person asked for it, who asked may ask no more, it was carried
            out or called off meanwhile, or a worker has the article in hand.
    """
    articles.lock_making()
    held = Removal.objects.waiting().select_for_update().filter(pk=asked.pk).first()
    if held is None:
        raise UnremovableError(_("It was carried out or called off meanwhile."))
    if held.asked_by == by:
        raise UnremovableError(_("Another administrator has to confirm it."))
    if not (held.asked_by.is_active and held.asked_by.has_perm(PERMISSION)):
        raise UnremovableError(_("Who asked for it is no administrator any more: ask anew."))
    remove = traces.of_article if held.what == Removal.What.ARTICLE else traces.of_passage
    held.confirmed_by, held.confirmed_at = by, timezone.now()
    try:
        held.counts = remove(held)
    except expunge.InHandError as error:
        said = _("It is being fetched or read just now: try again in a minute.")
        raise UnremovableError(said) from error
    held.save(update_fields=["confirmed_by", "confirmed_at", "counts"])
    return held


def tombstone(user: User | AnonymousUser, what: str, key: int) -> Removal | None:
    """What is said where something stood that was removed; None where nothing was."""
    rows = Removal.objects.visible_to(user).done().filter(what=what, key=key)
    return rows.select_related("source", "asked_by", "confirmed_by", "part_of").first()
