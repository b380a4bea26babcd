"""The way back from single sign-on: allauth's, with the signature of what comes always checked."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Lets in by a signed ID token alone.

    The specification lets a token that was asked for directly over TLS pass unchecked (OpenID
    Connect Core 3.1.3.7), and allauth does; we check it there too.
    """

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> SocialLogin:
        """Who signs in.

        Raises:
            OAuth2Error: no ID token came, its signature, issuer, audience or time is wrong, or
                the provider told of somebody else beside it.
        """
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no ID token")
        self.did_fetch_access_token = False  # by which allauth tells whether a signature counts
        login = super().complete_login(request, app, token, **kwargs)
        told = login.account.extra_data
        if told["userinfo"].get("sub") != told["id_token"]["sub"]:
            raise OAuth2Error("the ID token and the claims are of two people")
        return login


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Who comes back from the provider is let in, or told why not."""
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(
            CheckedAdapter(request, provider_id)
        )(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return answer
