"""The page that takes a list of names on the clusters: found there or pasted, tried, then said."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.enforcement.commands import NameGiven, match_names, name_people
from praya.apps.enforcement.queries import links
from praya.apps.people.access import check_may_name
from praya.core.actor import Actor
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.guards import signed_in
from praya.words import clock, quantities
from praya.words.refusals import sentence_for

ROWS_MAX = 5_000
_LENGTH_MAX = 500_000


class NamesForm(forms.Form):
    """Lines of e-mail address and user."""

    rows = forms.CharField(
        label=gettext_lazy("E-mail address and user, a line each"),
        max_length=_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("As CSV: mei@lab.example,mei. A first line of headings is skipped."),
    )

    def clean_rows(self) -> list[tuple[str, str]]:
        """The pairs."""
        try:
            read = list(csv.reader(self.cleaned_data["rows"].splitlines()))
        except csv.Error:  # as of a field that is too long
            read = []
        lines = [line for line in read if any(line)]
        lines = [line for at, line in enumerate(lines) if at or "@" in line[0]]
        if len(lines) > ROWS_MAX:
            raise forms.ValidationError(
                _("There are more than %s lines; take some at a time.")
                % quantities.number(ROWS_MAX)
            )
        wrong = [line for line in lines if len(line) < 2]  # noqa: PLR2004 -- address and user
        if wrong or not lines:
            raise forms.ValidationError(_("Write the address, a comma, and the user on each line."))
        return [(line[0], line[1]) for line in lines]


@signed_in
def cluster_names(request: HttpRequest) -> HttpResponse:
    """Find names on a cluster, try a list, and say it."""
    reader = actor(request)
    check_may_name(reader)
    rows = _found(request, reader) if request.method == "GET" else ""
    form = NamesForm(request.POST or None, initial={"rows": rows})
    tried: list[NameGiven] = []
    if request.method == "POST" and form.is_valid():
        is_trial = request.POST.get("act") != "say"
        given = form.cleaned_data["rows"]
        tried = name_people(rows=given, is_trial=is_trial, by=reader, now=clock.now())
        if not is_trial and not any(one.refusal for one in tried):
            number = sum(one.is_new for one in tried)
            told = ngettext("%s name is said.", "%s names are said.", number)
            messages.success(request, told % quantities.number(number))
            return redirect("web:cluster-users")
    context = {
        "form": form,
        "clusters": [link.cluster for link in links()],
        "tried": [(one, sentence_for(one.refusal) if one.refusal else "") for one in tried],
        "is_said": request.POST.get("act") == "say",
    }
    return TemplateResponse(request, "web/clusters/naming.html", context)


def _found(request: HttpRequest, reader: Actor) -> Any:  # noqa: ANN401 -- what a field begins with
    """What was found on the cluster that was asked for, as lines."""
    code = request.GET.get("cluster", "")
    if not code:
        return ""
    try:
        found = match_names(code=code, by=reader)
    except Refusal as refusal:
        if refusal.code.startswith("access."):
            raise
        messages.error(request, sentence_for(refusal))
        return ""
    if not found:
        messages.info(
            request, _("No user there is called as the address of a member without a name.")
        )
    return "\n".join(f"{email},{name}" for email, name in found)
