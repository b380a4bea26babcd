"""Middleware: the person's language, and an answer to htmx when the session has ended."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponse]


class PreferencesMiddleware:
    """Shows the interface in the language the signed-in person chose."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or language
        return self.get_response(request)


class StaleSessionMiddleware:
    """Sends the whole page to sign-in when htmx asks after the session ended.

    Without it the sign-in page would be swapped into a table row.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        redirected = response.status_code == 302 and not request.user.is_authenticated
        if redirected and "HX-Request" in request.headers:
            return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
        return response
