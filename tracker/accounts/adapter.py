"""How this newsroom answers allauth: nobody registers, who was invited joins."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tracker.accounts import invitations
from tracker.models import Invitation, User

_NOT_IT = _("This is not your password.")
_PATIENCE = _("Too many attempts. Wait five minutes, then try again.")
_MISMATCH = _("That name and password do not match. Check both, or ask your desk’s administrator.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Passwords: no one signs up, and what is refused is said in the words of the house."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _MISMATCH,
        "email_password_mismatch": _MISMATCH,
        "enter_current_password": _NOT_IT,
        "incorrect_password": _NOT_IT,
        "too_many_login_attempts": _PATIENCE,
        "rate_limited": _PATIENCE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address attempts are counted by; one for all where a socket tells none."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return "0.0.0.0"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The codes of an app: what is refused is said in the words of the house."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not the code. An app shows another one every half minute."),
    }


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: who is known by their proven address, or was invited there, gets in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return _invitation(sociallogin) is not None

    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: object = None
    ) -> User:
        """A new person is stored by accepting the invitation to their address."""
        invitation = _invitation(sociallogin)
        if invitation is None:
            raise PermissionDenied
        user: User = super().save_user(request, sociallogin, form)
        return invitations.accept(invitation, user)


def _invitation(sociallogin: SocialLogin) -> Invitation | None:
    """The open invitation to an address the provider vouches for."""
    proven = (one.email for one in sociallogin.email_addresses if one.verified)
    return next(filter(None, map(invitations.waiting_for, proven)), None)
