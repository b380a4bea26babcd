"""Articles by pasted address: one field, and the articles they became."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from sources import tasks
from sources.ingest.paste import open_run, take_in_address, usable
from sources.ingest.subscribe import UnusableAddressError
from sources.models import Article

MOST = 50  # addresses at once; longer lists are for the command line


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
            raise forms.ValidationError(
                ngettext(
                    "This is no publisher’s address on the public web: %(lines)s",
                    "These are no publishers’ addresses on the public web: %(lines)s",
                    len(wrong),
                )
                % {"lines": ", ".join(line[:200] for line in wrong[:10])}
            )
        if len(lines) > MOST:
            raise forms.ValidationError(
                _("At most %(most)d at once: longer lists are for add_article.") % {"most": MOST}
            )
        return list(dict.fromkeys(lines))


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
    context = {"form": form, "articles": _named(request)}
    if request.method != "POST":
        return render(request, "tracker/add.html", context)
    if not form.is_valid():
        return render(request, "tracker/add.html", context, status=422)
    taken = _take_in(request, form.cleaned_data["addresses"])
    if tasks.ring(("page",)):
        messages.success(request, _("Taken in. The page is fetched in the background."))
    else:
        messages.warning(request, _("Taken in. It is fetched once the broker is back."))
    if len(taken) == 1:
        return redirect("article", taken[0].pk)
    listed = "&".join(f"taken={article.pk}" for article in taken)
    return redirect(f"{request.path}?{listed}")


@transaction.atomic
def _take_in(request: HttpRequest, addresses: list[str]) -> list[Article]:
    """The articles of these addresses, each once, all in one run that says who asked."""
    assert request.user.is_authenticated
    run = open_run(" ".join(addresses), request.user)
    taken = [take_in_address(address, request.user, run=run) for address in addresses]
    return list({article.pk: article for article in taken}.values())


def _named(request: HttpRequest) -> list[Article]:
    """The articles that were just taken in, as the address of the page names them."""
    asked = request.GET.getlist("taken")[:MOST]
    taken = [int(pk) for pk in asked if pk.isdecimal() and len(pk) < 19]  # 64 bits hold it
    return list(Article.objects.filter(pk__in=taken).select_related("source").order_by("pk"))
