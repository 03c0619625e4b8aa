"""Accounts that others made on a cluster: listed, looked at as an award's, and asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.clusters.access import check_may_change
from praya.apps.enforcement.commands import accounts_of_others, ask_mapping, plan_mapping
from praya.apps.enforcement.queries import link_of
from praya.core.quantity import CardTime
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.clusters.drift import posted
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock, quantities
from praya.words.enforcement import obstacle_sentence, step_sentence
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from praya.apps.enforcement.commands import Mappable


class MappingForm(forms.Form):
    """An account, and the award whose it is to become."""

    account = forms.CharField(label=gettext_lazy("Account on the cluster"), max_length=100)
    award = forms.CharField(label=gettext_lazy("Award"), max_length=20)


@signed_in
def cluster_accounts(request: HttpRequest, code: str) -> HttpResponse:
    """List the accounts that are not Praya's, each with the award that is probably its."""
    try:
        found = accounts_of_others(code=code, by=actor(request))
    except Refusal as refusal:
        return _turned_away(request, code, refusal)
    table = Table(
        request,
        name="accounts",
        caption=_("Accounts made by others"),
        rows=found,
        columns=(
            Column("account", _("Account"), lambda row: row.account.name),
            Column("parent", _("Below"), lambda row: row.account.parent),
            Column("owner", _("Organisation there"), lambda row: row.account.owner),
            Column("members", _("Users"), lambda row: ", ".join(sorted(row.account.members))),
            Column("counted", _("Counter"), lambda row: _counted(row.account.counted_s)),
            Column("award", _("Probably"), lambda row: row.award_code),
            Column("map", _("Map"), lambda row: _link(code, row)),
        ),
        search=("words",),
        filters=(
            Filter(
                "award",
                _("Probably"),
                [("1", _("an award's")), ("0", _("no award's"))],
                keeps=lambda row, chosen: bool(row.award_code) == (chosen == "1"),
            ),
        ),
        empty=_("Every account of this cluster is Praya's."),
    )
    return table.answer("web/clusters/accounts.html", {"code": code})


@signed_in
def cluster_mapping(request: HttpRequest, code: str) -> HttpResponse:
    """Show what would be done if an account became an award's; ask for it."""
    reader, now = actor(request), clock.now()
    check_may_change(reader)
    link_of(code)
    if request.method == "POST":
        account, award = posted(request, "account"), posted(request, "award")
        told = {"code": code, "account": account, "award_code": award}
        try:
            ask_mapping(**told, reason=posted(request, "reason"), by=reader, now=now)
        except Refusal as refusal:
            return _turned_away(request, code, refusal)
        messages.success(
            request, _("It is asked. Another operator or a site admin has to agree to it.")
        )
        return redirect("web:cluster-held", code)
    asked = {name: request.GET.get(name, "") for name in ("account", "award")}
    form = MappingForm(asked if all(asked.values()) else None, initial=asked)
    context: dict[str, object] = {"code": code, "form": form}
    if form.is_valid():
        told = {"account": form.cleaned_data["account"], "award_code": form.cleaned_data["award"]}
        try:
            found = plan_mapping(code=code, **told, by=reader, now=now)
        except Refusal as refusal:
            return _turned_away(request, code, refusal)
        steps = [(one, step_sentence(one.kind.value)) for one in found.difference.steps]
        obstacles = [(one, obstacle_sentence(one.kind.value)) for one in found.difference.obstacles]
        members = ", ".join(sorted(found.account.members))
        context |= {"found": found, "members": members, "counted": _counted(found.counted_s)}
        context |= {"steps": steps, "obstacles": obstacles}
    return TemplateResponse(request, "web/clusters/mapping.html", context)


def _turned_away(request: HttpRequest, code: str, refusal: Refusal) -> HttpResponse:
    """Say why not on the cluster's page; who may not be here at all is told so by the site."""
    if refusal.code.startswith("access.") or refusal.code == NotFound.code:
        raise refusal
    messages.error(request, sentence_for(refusal))
    return redirect("web:cluster-held", code)


def _counted(counted_s: Mapping[str, int]) -> str:
    times = (CardTime(seconds, model) for model, seconds in sorted(counted_s.items()) if model)
    return ", ".join(quantities.card_hours_of(time) for time in times if time.seconds)


def _link(code: str, row: Mappable) -> Link | str:
    if not row.is_passable:
        return _("Its name cannot be passed on.")
    if row.account.below:
        return _("Other accounts stand below it.")
    asked = urlencode({"account": row.account.name, "award": row.award_code})
    return Link(_("Map"), f"{reverse('web:cluster-mapping', args=[code])}?{asked}")
