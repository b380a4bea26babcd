"""Middleware: the person's language and role, and what is said where nothing is any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import translation

from tracker.removing import acts as removals

OWN = frozenset(["account", "end-session", "preferences", "sign-out"])  # of a person, not a role
Handler = Callable[[HttpRequest], HttpResponse]
Asked = TypeVar("Asked", bound=QueryDict)


class NulMiddleware:
    """Leaves NUL out of what is asked: a copied text may bring one, and PostgreSQL stores none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = _storable(request.GET)
        if request.method == "POST":
            request.POST = _storable(request.POST)
        return self.get_response(request)


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


class RoleMiddleware:
    """Shows a person whom nobody gave a role their own account, and nothing of the newsroom."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> None:
        """Refuse before the view is asked; what needs no signing in needs no role."""
        match = request.resolver_match
        own = match is not None and (
            match.url_name in OWN or view.__module__.startswith("allauth.")
        )
        if own or not getattr(view, "login_required", True):
            return
        if request.user.is_authenticated and not request.user.has_perm("tracker.view_story"):
            raise PermissionDenied


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


class PageOfVerbMiddleware:
    """Leads a browser that opens the address of a verb, such as accepting, to the verb's page.

    Whoever decides after the session ended is sent to sign-in, and from there by GET to the
    address of the decision, which takes POST only. Nothing is done on the way; programs, which
    do not ask for HTML, get the 405 of RFC 9110 section 15.5.6 as ever.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        asks_for_page = "text/html" in request.headers.get("Accept", "")
        if response.status_code == 405 and request.method == "GET" and asks_for_page:
            return redirect(page_of(request.path_info))
        return response


class RemovedMiddleware:
    """Says where an article or passage stood that it was removed, when, by whom and by what order.

    RFC 9110, section 15.5.11: gone, and not to come back. It looks only where nothing was found.
    """

    NAMED = ("articles/<int:pk>/", "evidence/<int:pk>/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or match is None:
            return response
        named = next((one for one in self.NAMED if one in match.route), None)
        if named is None:
            return response
        what = "article" if named.startswith("articles") else "evidence"
        found = removals.tombstone(request.user, what, match.kwargs["pk"])
        if found is None:
            return response
        return render(request, "tracker/removed.html", {"removal": found}, status=410)


def _storable(asked: Asked) -> Asked:
    if not any("\0" in value for _, values in asked.lists() for value in values):
        return asked
    return type(asked)(asked.urlencode().replace("%00", ""))


def page_of(path: str) -> str:
    """The page an address that takes POST only belongs to.

    Args:
        path: the address without host and query; it has to be one of ours.
    """
    verb = resolve(path)
    if verb.url_name == "decide":
        return f"{reverse('inbox')}?at={verb.kwargs['pk']}"
    if verb.url_name == "pause-feed" or path.startswith("/sources/desk/"):
        return reverse("sources")
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if _resolved(path):
            return path
    return path


def _resolved(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None
