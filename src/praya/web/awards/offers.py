"""The agreement, and the lead's answer to an offer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.awards.commands import accept_award, decline_award
from praya.apps.awards.queries import agreement_of, award_standing
from praya.apps.awards.rules import AwardState
from praya.apps.changes.queries import borne_by
from praya.core.actor import Role
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.badges import state_badge
from praya.web.awards.forms import AcceptForm, ReasonForm
from praya.web.badges import Confirm
from praya.web.guards import signed_in
from praya.web.reports.why_behind import add_refusal
from praya.words import clock
from praya.words.bearing import bearing_on_offer
from praya.words.dates import day
from praya.words.devices import device_names
from praya.words.languages import in_readers_language, title_in_readers_language
from praya.words.quantities import percent
from praya.words.roles import ROLES

if TYPE_CHECKING:
    from praya.apps.awards.models import Agreement


@signed_in
def agreement(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version of an award's agreement, as it was made."""
    found = agreement_of(code, number, actor(request))
    return TemplateResponse(request, "web/awards/agreement.html", shown(found))


@signed_in
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """The offer with its agreement; the lead accepts it here."""
    reader = actor(request)
    standing = award_standing(code, reader)
    if not standing.is_lead:
        raise NotFound(kind="award", key=code)
    if standing.award.state in {AwardState.ACTIVE.value, AwardState.WAITING.value}:
        return redirect("web:award", code)
    standing.agreement.award = standing.award
    form = AcceptForm(request.POST or None, initial={"number": standing.agreement.number})
    if request.method == "POST" and form.is_valid():
        try:
            accepted = accept_award(
                code=code,
                agreement_number=form.cleaned_data["number"],
                by=reader,
                now=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            if accepted.state == AwardState.WAITING.value:
                messages.info(
                    request,
                    _("%s is signed. It can be used once what is open here is confirmed.") % code,
                )
                return redirect("web:award-conditions", code)
            messages.success(request, _("%s is yours. Add members, then run jobs under it.") % code)
            return redirect("web:award", code)
    is_offer = standing.award.state == AwardState.OFFERED.value
    bears = borne_by(standing.award, reader, clock.now()) if is_offer else []
    context = shown(standing.agreement) | {
        "form": form,
        "is_offer": is_offer,
        "bears": [bearing_on_offer(one) for one in bears if one.waiver is None],
    }
    return TemplateResponse(request, "web/awards/accept.html", context)


@signed_in
def decline(request: HttpRequest, code: str) -> HttpResponse:
    """Say no to an offer, after asking for the reason."""
    reader = actor(request)
    standing = award_standing(code, reader)
    if not standing.is_lead:
        raise NotFound(kind="award", key=code)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decline_award(code=code, reason=form.cleaned_data["reason"], by=reader, now=clock.now())
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("%s is declined; its means are free for others.") % code)
            return redirect("web:award", code)
    confirm = Confirm(
        title=_("Decline %s") % code,
        what=_("The offer ends for good. To get compute later you would apply again."),
        button=_("Decline the offer"),
        cancel_url=reverse("web:award-accept", args=[code]),
        facts=(
            (_("Title"), title_in_readers_language(standing.award)),
            (_("Subsidy"), Money(standing.award.subsidy_minor, standing.award.programme.currency)),
        ),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


def shown(found: Agreement) -> dict[str, object]:
    """An agreement as a page shows it."""
    text = found.text
    currency = text["currency"]
    devices = device_names()
    return {
        "award": found.award,
        "agreement": found,
        "badge": state_badge(found.award.state),
        "terms": in_readers_language(text["terms"]),
        "conditions": text["conditions"],
        "before_start": [
            (in_readers_language(one["text"]), ROLES[Role(one["confirmed_by"])])
            for one in text.get("before_start", [])
        ],
        "facts": [
            (_("Award"), found.award.code),
            (_("Title"), text["title"] or text["title_zh"]),
            (_("Organisation"), text["organisation"]),
            (_("Subsidy rate"), percent(text["rate_bp"])),
            (_("List value"), Money(text["list_minor"], currency)),
            (_("Subsidy"), Money(text["subsidy_minor"], currency)),
            (_("Rules, version"), text["rule_version"]),
        ],
        "lines": [
            line
            | {
                "device": devices.get(line["device_model"], line["device_model"]),
                "first_on": day(date.fromisoformat(line["first_on"])),
                "last_on": day(date.fromisoformat(line["last_on"])),
                "time": CardTime(line["card_seconds"], line["device_model"]),
                "list_price": Money(line["list_minor"], currency),
                "subsidy": Money(line["subsidy_minor"], currency),
            }
            for line in text["lines"]
        ],
    }
