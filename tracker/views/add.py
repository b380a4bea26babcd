"""Articles by pasted address: one field, and the articles they became."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from sources import tasks
from sources.ingest.identify import is_aggregator, url_key
from sources.ingest.paste import forget_if_idle, open_run, take_in_address, usable
from sources.ingest.store import articles
from sources.ingest.subscribe import UnusableAddressError
from sources.models import Article, Job, Run
from tracker.models.typed import key

NAMED = 10  # articles and lines in a message
MOST = 500  # addresses at once; longer lists are for the command line


class AddressesForm(forms.Form):
    """Addresses, one a line."""

    addresses = forms.CharField(
        label=gettext_lazy("Addresses"),
        help_text=gettext_lazy("One a line, as the publisher has it."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "inp", "spellcheck": "false"}),
    )

    def clean_addresses(self) -> list[str]:
        """Every address can be asked for; the lines that can't are all named."""
        lines = self.cleaned_data["addresses"].split()
        wrong = [line for line in lines if not _is_usable(line)]
        if wrong:
            raise forms.ValidationError(_refusals(wrong))
        gone = articles.barred(lines)
        if gone:
            here = [line for line in lines if url_key(line) in gone]
            said = _("Removed by order, and never taken in again: %(lines)s")
            raise forms.ValidationError(said % {"lines": _named(here)})
        if len(lines) > MOST:
            raise forms.ValidationError(
                _("At most %(most)d at once: longer lists are for add_article.") % {"most": MOST}
            )
        return list(dict.fromkeys(lines))


def _refusals(wrong: list[str]) -> list[str]:
    """Why these lines can't be taken in, each reason with the lines it holds for."""
    indirect = [line for line in wrong if is_aggregator(line)]
    other = [line for line in wrong if line not in indirect]
    said = []
    if indirect:
        words = _("Paste the publisher’s own address; this leads through an aggregator: %(lines)s")
        said.append(words % {"lines": _named(indirect)})
    if other:
        words = ngettext(
            "This is no publisher’s address on the public web: %(lines)s",
            "These are no publishers’ addresses on the public web: %(lines)s",
            len(other),
        )
        said.append(words % {"lines": _named(other)})
    return said


def _named(lines: list[str]) -> str:
    return ", ".join(line[:200] for line in lines[:NAMED])


def _is_usable(address: str) -> bool:
    try:
        return bool(usable(address))
    except UnusableAddressError:
        return False


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("sources.start_run", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """The form; once sent, the article of the one address or the list of all of them."""
    form = AddressesForm(request.POST if request.method == "POST" else None, label_suffix="")
    context: dict[str, Any] = {"form": form} | _progress(request)
    if "HX-Request" in request.headers and request.method == "GET" and "run" in context:
        return render(request, "tracker/_backfill.html", context)
    if request.method != "POST":
        return render(request, "tracker/add.html", context)
    if not form.is_valid():
        return render(request, "tracker/add.html", context, status=422)
    run, taken, held = _take_in(request, form.cleaned_data["addresses"])
    _say(request, taken, held)
    if len(taken) == 1:
        return redirect("article", taken[0].pk)
    return redirect(f"{request.path}?run={run.pk}" if run else request.path)


def _say(request: HttpRequest, taken: list[Article], held: list[Article]) -> None:
    """What becomes of the articles: those with a text are held, the others are asked for."""
    if len(taken) == 1 and held:
        messages.info(request, _("We hold this article already."))
    elif held:
        words = ngettext(
            "%(n)d article is held already, and is not fetched anew.",
            "%(n)d articles are held already, and are not fetched anew.",
            len(held),
        )
        links = ((reverse("article", args=[one.pk]), one.title or one.url) for one in held[:NAMED])
        named = format_html_join(", ", '<a href="{}">{}</a>', links)
        messages.info(request, format_html("{} {}", words % {"n": len(held)}, named))
    if len(held) == len(taken):
        return
    if tasks.ring(("page",)):
        messages.success(request, _("Taken in. The page is fetched in the background."))
    else:
        messages.warning(request, _("Taken in. It is fetched once the broker is back."))


@transaction.atomic
def _take_in(
    request: HttpRequest, addresses: list[str]
) -> tuple[Run | None, list[Article], list[Article]]:
    """The articles of these addresses, each once, all in one run that says who asked; and those of
    them that are held already. No run where all are."""
    assert request.user.is_authenticated
    run = open_run(" ".join(addresses), request.user)
    taken = [take_in_address(address, request.user, run=run) for address in addresses]
    taken = list({article.pk: article for article in taken}.values())
    asked = set(Job.objects.filter(run=run).values_list("article", flat=True))
    held = [article for article in taken if article.pk not in asked]
    return None if forget_if_idle(run) else run, taken, held


def _progress(request: HttpRequest) -> dict[str, Any]:
    """The articles of the run that the address names, and how many of them still wait."""
    run = key(request.GET.get("run", ""))
    if run is None:
        return {}
    found = Article.objects.filter(Q(job__run=run) | Q(fetches__run=run)).distinct()
    articles = list(found.select_related("source").order_by("pk")[:MOST])
    waiting = Job.objects.filter(run=run, article__isnull=False).count()
    number = len(articles)
    return {
        "run": run,
        "articles": articles,
        "waiting": waiting,
        "number": number,
        "done": max(number - waiting, 0),
        "without": sum(one.text_state not in ("ok", "pending") for one in articles),
    }
