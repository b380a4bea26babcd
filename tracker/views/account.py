"""One's own account: how one signs in, and where one is signed in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe


@require_safe
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Password, second factor, single sign-on, and every place where one is signed in."""
    assert request.user.is_authenticated
    totp = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP)
    sessions = UserSession.objects.purge_and_list(request.user)
    context = {
        "app": totp.first() if is_mfa_enabled(request.user) else None,
        "sso": SocialAccount.objects.filter(user=request.user),
        "sessions": sorted(sessions, key=lambda one: one.last_seen_at, reverse=True),
    }
    return render(request, "tracker/account.html", context)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out there; another person's session is not found."""
    assert request.user.is_authenticated
    get_object_or_404(UserSession, user=request.user, pk=pk).end()
    messages.success(request, _("Signed out there."))
    return redirect("account")
