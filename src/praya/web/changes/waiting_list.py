"""The waiting list of a programme, and the offer to the next case on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from praya.apps.awards.queries import Envelope
from praya.apps.changes.commands import offer_to_waiting
from praya.apps.changes.queries import WaitingList, waiting_list
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.forms import ReasonForm
from praya.web.badges import Badge, Confirm, Link, Tone
from praya.web.guards import signed_in
from praya.web.reports.why_behind import add_refusal
from praya.web.tables import Column, Table
from praya.words import clock
from praya.words.devices import device_names
from praya.words.languages import (
    in_readers_language,
    name_in_readers_language,
    title_in_readers_language,
)
from praya.words.quantities import card_hours_of, money, number


class OfferForm(ReasonForm):
    """Why; and out of which purpose, where something came back to another than the paying one."""

    def __init__(self, listed: WaitingList, given: QueryDict | None) -> None:
        super().__init__(given)
        if not _others(listed):
            return
        names = _names(listed)
        choices = [
            (
                one.pool,
                _("%(purpose)s: %(left)s left to offer")
                % {"purpose": names[one.pool], "left": money(one.left)},
            )
            for one in sorted(listed.envelopes, key=lambda one: not one.pays_subsidy)
        ]
        label = _("Paid out of")
        self.fields["pool"] = forms.ChoiceField(label=label, choices=choices, required=False)


@signed_in
def cases(request: HttpRequest, code: str) -> HttpResponse:
    """The cases that wait, best first, beside what the pool has left."""
    listed = waiting_list(code, actor(request), clock.now())
    devices, names = device_names(), _names(listed)
    table = Table(
        request,
        name="waiting",
        caption=_("Waiting list"),
        rows=listed.cases,
        columns=(
            Column("rank", _("Rank"), lambda row: number(row.rank), sort="rank", align="end"),
            Column("application", _("Application"), lambda row: _case_link(row, listed.may_offer)),
            Column("title", _("Title"), lambda row: title_in_readers_language(row.application)),
            Column(
                "organisation",
                _("Organisation"),
                lambda row: name_in_readers_language(row.application.organisation),
            ),
            Column(
                "time",
                _("Would be offered"),
                lambda row: "; ".join(card_hours_of(one, devices) for one in row.worth.times),
            ),
            Column("subsidy", _("Subsidy"), lambda row: row.worth.subsidy, align="end"),
            Column("standing", _("Standing"), lambda row: _standing(row, names)),
        ),
        search=("cells",),
        sort="rank",
        empty=_("No case is on the waiting list."),
    )
    context = {
        "programme": listed.programme,
        "facts": [
            (_("Free in the pool"), listed.envelope.free),
            (_("Promised, not accepted yet"), listed.envelope.promised),
            (_("Left to offer"), listed.envelope.left),
            *(
                (_("Came back to “%s”, left to offer") % names[one.pool], one.left)
                for one in _others(listed)
            ),
        ],
    }
    return table.answer("web/changes/waiting.html", context)


@signed_in
def offer(request: HttpRequest, code: str, application_code: str) -> HttpResponse:
    """Offer a case of the list what it waits for, after asking for the reason."""
    reader = actor(request)
    listed = waiting_list(code, reader, clock.now())
    case = next((one for one in listed.cases if one.application.code == application_code), None)
    if case is None or not listed.may_offer:
        raise NotFound(kind="application", key=application_code)
    form = OfferForm(listed, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            award = offer_to_waiting(
                application_code=application_code,
                reason=form.cleaned_data["reason"],
                pool=form.cleaned_data.get("pool", ""),
                by=reader,
                now=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("%s is offered; the lead is told.") % award.code)
            return redirect("web:waiting-list", code)
    confirm = Confirm(
        title=_("Offer an award to %s") % application_code,
        what=_(
            "The lead is offered what stands here, for the days left, and accepts the agreement as "
            "ever. The means are promised from now on."
        ),
        button=_("Offer"),
        cancel_url=reverse("web:waiting-list", args=[code]),
        facts=(
            (_("Title"), title_in_readers_language(case.application)),
            (_("Rank"), number(case.rank)),
            (_("Subsidy"), case.worth.subsidy),
            (_("Standing"), _standing(case, _names(listed))),
        ),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


def _case_link(row: Any, may_offer: bool) -> Link:  # noqa: ANN401, FBT001 -- a row of the list
    code = row.application.code
    if may_offer:
        return Link(code, reverse("web:waiting-offer", args=[row.application.programme.code, code]))
    return Link(code, reverse("web:case", args=[code]))


def _names(listed: WaitingList) -> dict[str, str]:
    return {one.code: in_readers_language(one.name) for one in listed.rules.envelope.purposes}


def _others(listed: WaitingList) -> list[Envelope]:
    """Purposes that pay no subsidy, to which something came back."""
    return [one for one in listed.envelopes if one.free and not one.pays_subsidy]


def _standing(row: Any, names: Mapping[str, str]) -> Badge:  # noqa: ANN401 -- a row of the list
    if row.is_next:
        return Badge(pgettext("on the waiting list", "Next"), Tone.GOOD)
    if row.next_from:
        purposes = " · ".join(names[pool] for pool in row.next_from)
        return Badge(_("Next, out of “%s”") % purposes, Tone.GOOD)
    if row.is_payable:
        return Badge(_("Waits for those before"), Tone.ACTIVE)
    if not row.lines:
        return Badge(_("Its days are over"), Tone.PLAIN)
    return Badge(_("More than the pool has"), Tone.WARN)
