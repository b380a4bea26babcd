"""Joining by the link of an invitation, and the page for who has none."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tracker.accounts import invitations
from tracker.accounts.invitations import UnusableError
from tracker.forms.people import JoinForm


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The form that makes an account; sending it once is all a link is good for."""
    try:
        invitation = invitations.named(token)
    except UnusableError:
        return closed(request)
    form = JoinForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "invitation": invitation}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "tracker/invited.html", context, status=status)
    try:
        user = invitations.accept(invitation, form.person())
    except UnusableError:
        return closed(request)
    answer: HttpResponse = perform_login(request, user)
    return answer


@login_not_required
@never_cache
def closed(request: HttpRequest) -> HttpResponse:
    """Say that one joins by invitation only; why a link leads here is told to nobody."""
    return render(request, "tracker/uninvited.html", status=404)
