"""The people of the newsroom: inviting, roles, memberships, and who left."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.accounts import invitations
from tracker.forms.people import InviteForm, PersonForm
from tracker.models import Invitation, Story, User

managing = permission_required("tracker.change_user", raise_exception=True)


@require_safe
@managing
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, what they may do and see, and who is asked to join."""
    own = Story.objects.visible_to(request.user).filter(confidential=True)
    members = Prefetch("confidential_stories", own.order_by("title"), to_attr="shown_stories")
    everybody = User.objects.prefetch_related("groups", members)
    waiting = Invitation.objects.visible_to(request.user).open(timezone.now())
    asked = list(waiting.select_related("invited_by"))
    context = {
        "people": everybody.order_by("-is_active", "username"),
        "invitations": [(one, _link(request, one)) for one in asked],
        "site": settings.SITE_ADDRESS,
    }
    return render(request, "tracker/people.html", context)


def _link(request: HttpRequest, invitation: Invitation) -> str:
    """The link, for who sent it alone: it opens stories that others may not know of."""
    own = invitation.invited_by == request.user and request.user.has_perm("tracker.add_user")
    return invitations.link(invitation) if own else ""


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("tracker.add_user", raise_exception=True)
def invite(request: HttpRequest) -> HttpResponse:
    """Ask somebody to join: a link goes to their address."""
    assert request.user.is_authenticated
    form = InviteForm(request.POST if request.method == "POST" else None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitations.invite(data["email"], data["role"], data.get("stories") or [], request.user)
        except OSError:
            form.add_error(None, _("The mail server did not take the mail. Nobody was invited."))
        else:
            messages.success(request, _where_it_went(data["email"]))
            return redirect("people")
    context = {"form": form, "title": _("Invite somebody"), "send": _("Send the invitation")}
    status = 422 if form.errors else 200
    return render(request, "tracker/person.html", context, status=status)


def _where_it_went(email: str) -> str:
    if "console" in settings.EMAIL_BACKEND:
        said = _(
            "Invited: %(email)s. This installation sends no mail: it was printed where Claimline "
            "runs. Hand over the link below."
        )
    else:
        said = _("An e-mail with the link went to %(email)s. The link stands below, too.")
    return said % {"email": email}


@require_POST
@permission_required("tracker.add_user", raise_exception=True)
def uninvite(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back: its link leads nowhere any more."""
    waiting = Invitation.objects.visible_to(request.user).open(timezone.now())
    found = get_object_or_404(waiting, pk=pk)
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    messages.success(request, _("The invitation is taken back."))
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
@managing
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's role, and the confidential stories they are a member of."""
    assert request.user.is_authenticated
    found = _other(request, pk)
    own = Story.objects.visible_to(request.user).filter(confidential=True)
    held = list(own.filter(members=found))
    before = {"role": found.role, "stories": held}
    data = request.POST if request.method == "POST" else None
    form = PersonForm(data, initial=before, by=request.user)
    if request.method == "POST" and form.is_valid():
        _save(found, form, set(held))
        messages.success(request, _("Saved."))
        return redirect("people")
    context = {"form": form, "person": found, "title": found.get_username(), "send": _("Save")}
    return render(request, "tracker/person.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _save(found: User, form: PersonForm, before: set[Story]) -> None:
    """Set the role, and the memberships among the stories this administrator may see."""
    invitations.set_role(found, form.cleaned_data["role"])
    if "stories" in form.cleaned_data:
        chosen = set(form.cleaned_data["stories"])
        found.confidential_stories.remove(*before - chosen)
        found.confidential_stories.add(*chosen - before)


def _other(request: HttpRequest, pk: int) -> User:
    """Somebody else; nobody takes their own role away, and only their like touch the superusers."""
    others = User.objects.exclude(username=request.user.get_username())
    if not request.user.is_superuser:
        others = others.filter(is_superuser=False)
    return get_object_or_404(others, pk=pk)


@require_POST
@managing
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in no more, and sign them out everywhere. What they did stays theirs."""
    found = _other(request, pk)
    _activate(found, False)
    for session in UserSession.objects.filter(user=found):
        session.end()
    said = _("%(name)s can no longer sign in.") % {"name": found.get_username()}
    messages.success(request, said, extra_tags=reverse("activate", args=[pk]))
    return redirect("people")


@require_POST
@managing
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in again, as what they were."""
    found = _other(request, pk)
    _activate(found, True)
    said = _("%(name)s can sign in again.") % {"name": found.get_username()}
    messages.success(request, said)
    return redirect("people")


def _activate(found: User, active: bool) -> None:
    found.is_active = active
    found.save(update_fields=["is_active"])
