"""The pages on which amounts are proposed, members recuse themselves, and cases are decided."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.applications.rules import Recused
from praya.apps.awards.access import may_propose, may_recuse
from praya.apps.awards.commands import decide, propose_amounts, recuse
from praya.apps.awards.queries import CaseToDecide, case_to_decide, released_decision
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.refusals import OwnOrganisation
from praya.core.actor import Role
from praya.core.refusal import NotAllowed, NotFound, Refusal
from praya.web.actors import actor
from praya.web.awards.badges import outcome_badge
from praya.web.awards.forms import (
    AmountsForm,
    DecideForm,
    RecuseForm,
    initial_amounts,
    outcome_of,
)
from praya.web.badges import Confirm
from praya.web.guards import signed_in
from praya.web.once import once
from praya.web.reports.why_behind import add_refusal
from praya.web.reviews.badges import result_badge
from praya.words import clock
from praya.words.awards import OUTCOMES
from praya.words.billing import cap_in_words
from praya.words.devices import device_names, device_names_in
from praya.words.languages import in_readers_language, name_in_readers_language
from praya.words.quantities import percent
from praya.words.refusals import sentence_for
from praya.words.reviews import amount, in_percent, mean_mark

if TYPE_CHECKING:
    from praya.apps.awards.models import DecisionLine


@signed_in
@once
def decide_page(request: HttpRequest, code: str) -> HttpResponse:
    """A case to decide, with the amounts side by side; or the word that one takes no part."""
    reader = actor(request)
    now = clock.now()
    try:
        case = case_to_decide(code, reader, now)
    except (Recused, OwnOrganisation) as refusal:
        context = {"code": code, "sentence": sentence_for(refusal)}
        return TemplateResponse(request, "web/awards/aside.html", context)
    form = DecideForm(request.POST or None, case.lines, device_names_in(case.rules), _initial(case))
    if request.method == "POST" and form.is_valid():
        try:
            decision = decide(
                application_code=code,
                outcome=outcome_of(form),
                lines=form.amounts,
                rate_bp=form.rate_bp,
                rate_reason=form.cleaned_data["rate_reason"],
                reasons=form.cleaned_data["reasons"],
                conditions=form.cleaned_data["conditions"],
                before_start=form.cleaned_data["before_start"],
                by=reader,
                now=now,
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.success(
                request,
                _(
                    "Decision %(number)s on %(code)s is taken, and held until somebody else "
                    "releases it."
                )
                % {"number": decision.number, "code": code},
            )
            return redirect(
                "web:committee-round", case.application.programme.code, decision.round_id
            )
    return TemplateResponse(request, "web/awards/decide.html", _shown(case, form))


@signed_in
def decision(request: HttpRequest, code: str) -> HttpResponse:
    """The released decision, as the applicant reads it: reviewers' comments without their names."""
    found = released_decision(code, actor(request))
    taken = found.decision
    devices = device_names()
    context = {
        "application": taken.application,
        "found": found,
        "badge": outcome_badge(taken.outcome),
        "facts": [
            (_("Outcome"), str(OUTCOMES[Outcome(taken.outcome)])),
            (_("Released"), taken.released_at),
            (_("Rules, version"), taken.rule_version.number),
            *([(_("Subsidy rate"), percent(taken.rate_bp))] if taken.rate_bp else []),
        ],
        "lines": [
            {
                "line": line,
                "device": devices.get(line.device_model_code, line.device_model_code),
                "requested": amount(line.requested),
                "recommended": amount(line.recommended),
                "proposed": amount(line.proposed),
                "awarded": amount(line.awarded),
            }
            for line in found.lines
        ],
    }
    return TemplateResponse(request, "web/awards/decision.html", context)


@signed_in
def recuse_page(request: HttpRequest, code: str) -> HttpResponse:
    """Take no part in a case, after asking."""
    form = RecuseForm(request.POST or None)
    case = case_to_decide(code, actor(request), clock.now())
    if not may_recuse(actor(request), case.application.programme.code):
        raise NotAllowed(action="award.recuse", needs=Role.COMMITTEE.value)
    if request.method == "POST" and form.is_valid():
        try:
            recuse(
                application_code=code,
                reason=form.cleaned_data["reason"],
                by=actor(request),
                now=clock.now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(
                request, _("You take no part in %s. The others go on without you.") % code
            )
            return redirect("web:decide", code)
    confirm = Confirm(
        title=_("Take no part in %s") % code,
        what=_(
            "You will neither see the case nor decide it. That is kept with the case for good and "
            "cannot be taken back."
        ),
        button=_("Take no part"),
        cancel_url=reverse("web:decide", args=[code]),
        facts=((_("Organisation"), name_in_readers_language(case.application.organisation)),),
        is_grave=True,
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm, "form": form})


@signed_in
def amounts(request: HttpRequest, code: str) -> HttpResponse:
    """The desk proposes an amount on each line."""
    reader = actor(request)
    case = case_to_decide(code, reader, clock.now())
    if not may_propose(reader, case.application):
        raise NotFound(kind="application", key=code)
    form = AmountsForm(
        request.POST or None,
        case.lines,
        device_names_in(case.rules),
        initial_amounts(case.lines),
    )
    if request.method == "POST" and form.is_valid():
        try:
            propose_amounts(application_code=code, lines=form.amounts, by=reader, now=clock.now())
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.success(request, _("The amounts stand before the committee."))
            return redirect("web:decide", code)
    context = {"application": case.application, "form": form}
    return TemplateResponse(request, "web/awards/amounts.html", context)


def _initial(case: CaseToDecide) -> dict[str, object]:
    """What stands in the form first: the decision that is held, or the desk's best amounts."""
    latest = case.decisions[0] if case.decisions and case.is_open else None
    rate_bp = latest.rate_bp if latest and latest.rate_bp else case.ordinary_bp
    initial = initial_amounts(case.lines) | {"rate": Decimal(rate_bp) / 100}
    if latest is not None:
        initial |= {
            "outcome": latest.outcome,
            "rate_reason": latest.rate_reason,
            "reasons": latest.reasons,
            "conditions": latest.conditions,
            "before_start": "\n".join(latest.before_start),
        }
    return initial


def _shown(case: CaseToDecide, form: DecideForm) -> dict[str, object]:
    result, envelope = case.result, case.envelope
    scoring = case.rules.scoring
    names = {one.code: in_readers_language(one.name) for one in scoring.criteria}
    latest = case.decisions[0] if case.decisions else None
    return {
        "case": case,
        "application": case.application,
        "form": form,
        "may_decide": case.is_open and case.hand is not None,
        "decided_by_officer": case.decided_by == "officer",
        "held": latest if latest is not None and case.is_open and not latest.released_at else None,
        "result_facts": [
            (_("Weighted mark"), in_percent(result.mark)),
            *((names.get(code, code), mean_mark(mean)) for code, mean in result.means.items()),
            (_("Reviewers apart"), in_percent(result.spread)),
            (_("Result"), result_badge(result)),
        ],
        "money_facts": [
            (_("Free in the book"), envelope.free),
            (_("Promised, not accepted yet"), envelope.promised),
            (_("Left"), envelope.left),
            (_("Ordinary subsidy rate"), percent(case.ordinary_bp)),
            (_("Rules, version"), case.version.number),
        ],
        "headrooms": [
            (
                cap_in_words(each.cap, each.years),
                each.ceiling,
                each.granted,
                each.left,
                reverse("web:why-ceiling", args=[case.application.code, each.cap.value]),
            )
            for each in case.headrooms
        ],
        "decisions": [
            {
                "decision": one,
                "badge": outcome_badge(one.outcome),
                "rate": percent(one.rate_bp),
                "amounts": [_four_amounts(line) for line in one.lines.all()],
            }
            for one in case.decisions
        ],
        "reviews": [one for one in case.reviews if one.review.submitted_at],
    }


def _four_amounts(line: DecisionLine) -> str:
    return _(
        "Line %(number)s: %(awarded)s (requested %(requested)s, recommended %(recommended)s, "
        "proposed %(proposed)s)."
    ) % {
        "number": line.number,
        "awarded": amount(line.awarded),
        "requested": amount(line.requested),
        "recommended": amount(line.recommended),
        "proposed": amount(line.proposed),
    }
