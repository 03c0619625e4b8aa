"""Claims: listed, written by the lead, shown to whom they concern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from praya.apps.awards.access import is_lead
from praya.apps.awards.queries import award_of
from praya.apps.billing.access import check_is_lead, may_bill, may_see_of_award
from praya.apps.billing.commands import (
    add_claim_line,
    begin_claim,
    remove_claim_line,
    submit_claim,
)
from praya.apps.billing.commands.claiming import Cost
from praya.apps.billing.queries import (
    also_claimed,
    check_state,
    claim_of,
    claim_sums,
    claims_in,
    claims_of_award,
    evidence_of,
    undoings_of,
)
from praya.apps.billing.rules import ClaimState, ClaimStep
from praya.apps.programmes.queries import programme_of, rules_of
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, Refusal
from praya.web.actors import actor
from praya.web.badges import Confirm, Link
from praya.web.billing.badges import claim_badge
from praya.web.billing.forms import CostForm
from praya.web.guards import signed_in
from praya.web.once import once
from praya.web.reports.why_behind import add_refusal
from praya.web.tables import Column, Filter, Table
from praya.words.billing import CLAIM_STATES, CLAIM_UNDOINGS
from praya.words.clock import now
from praya.words.languages import in_readers_language, name_in_readers_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from praya.apps.billing.models import Claim, ClaimLine
    from praya.apps.billing.queries import SameEvidence
    from praya.core.programme.money import Claims


@signed_in
def of_programme(request: HttpRequest, code: str) -> HttpResponse:
    """Every claim of a programme that was submitted."""
    by = actor(request)
    rows = claims_in(code, by)
    table = Table(
        request,
        name="claims",
        caption=_("Claims"),
        rows=rows,
        columns=_columns(),
        fields=_FIELDS,
        search=(
            "code__icontains",
            "award__code__icontains",
            "award__organisation__name__icontains",
            "award__organisation__name_zh__icontains",
        ),
        filters=(
            Filter(
                "state",
                _("State"),
                [
                    (state.value, str(CLAIM_STATES[state]))
                    for state in ClaimState
                    if state is not ClaimState.DRAFT
                ],
                lookup="state",
            ),
        ),
        sort="-code",
        empty=_("Nothing has been claimed yet."),
    )
    return table.answer("web/billing/claims.html", {"programme": programme_of(code)})


@signed_in
def of_award(request: HttpRequest, code: str) -> HttpResponse:
    """The claims of an award; the lead begins one here."""
    by = actor(request)
    award = award_of(code, by)
    if not may_see_of_award(by, award):
        raise NotAllowed(action="claim.see", needs="lead")
    if request.method == "POST":
        claim = begin_claim(award_code=code, by=by, now=now())
        return redirect("web:claim", claim.code)
    rows = claims_of_award(code)
    if not is_lead(by, award):
        rows = rows.exclude(state=ClaimState.DRAFT.value)
    table = Table(
        request,
        name="claims",
        caption=_("Claims"),
        rows=rows,
        columns=_columns(),
        fields=_FIELDS,
        sort="-code",
        empty=_("Nothing has been claimed yet."),
    )
    claims_here = rules_of(award.rule_version).claims is not None
    context = {"award": award, "may_begin": claims_here and is_lead(by, award)}
    return table.answer("web/billing/award_claims.html", context)


@signed_in
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One claim with its lines, and what may be done with it."""
    by = actor(request)
    claim = claim_of(code, by)
    sums = claim_sums(claim)
    rules = rules_of(claim.award.rule_version).claims
    assert rules is not None, claim
    is_draft = claim.state == ClaimState.DRAFT.value
    bills = may_bill(by, claim.programme.code) and claim.claimed_by_id != by.person_id
    is_theirs = is_lead(by, claim.award)
    also = also_claimed(claim, by)
    context = {
        "claim": claim,
        "badge": claim_badge(claim.state),
        "facts": [
            (_("Award"), Link(claim.award.code, reverse("web:award", args=[claim.award.code]))),
            (_("Organisation"), name_in_readers_language(claim.award.organisation)),
            (_("Claimed by"), str(claim.claimed_by)),
            (_("Costs"), sums.cost),
            (_("Share of them"), sums.share),
            (_("Accepted"), sums.accepted),
            *([(_("Decided by"), str(claim.decided_by))] if claim.decided_by else []),
            *([(_("Reason"), claim.reason)] if claim.reason else []),
            *([(_("Paid on"), claim.paid_on)] if claim.paid_on else []),
        ],
        "lines": [
            _line(line, claim, rules, also.get(line.number, ()))
            for line in claim.lines.select_related("assessed_by")
        ],
        "undoings": [
            (CLAIM_UNDOINGS[ClaimStep(one.step)], Money(one.amount_minor, claim.currency), one)
            for one in undoings_of(claim)
        ],
        "may_write": is_draft and is_theirs,
        "may_answer": bills and claim.state == ClaimState.SUBMITTED.value,
        "may_pay": bills and claim.state == ClaimState.APPROVED.value,
        "may_undo_approval": bills
        and claim.state == ClaimState.APPROVED.value
        and claim.decided_by_id != by.person_id,
        "may_undo_payment": bills
        and claim.state == ClaimState.PAID.value
        and claim.paid_by_id != by.person_id,
    }
    return TemplateResponse(request, "web/billing/claim.html", context)


@signed_in
@once
def add_line(request: HttpRequest, code: str) -> HttpResponse:
    """Add a cost with its evidence."""
    by = actor(request)
    claim = claim_of(code, by)
    check_is_lead(by, claim.award, action="claim.add_line")
    check_state(claim, ClaimState.DRAFT)
    rules = rules_of(claim.award.rule_version).claims
    assert rules is not None, claim
    form = CostForm(
        request.POST or None,
        request.FILES or None,
        currency=claim.currency,
        costs=[(cost.code, in_readers_language(cost.name)) for cost in rules.costs],
        origins=list({row.origin: in_readers_language(row.name) for row in rules.shares}.items()),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        cost = Cost(
            cost_code=given["cost"],
            origin=given["origin"],
            supplier=given["supplier"],
            paid_on=given["paid_on"],
            amount=given["amount"],
        )
        try:
            add_claim_line(
                claim_code=code,
                cost=cost,
                file_name=given["file"].name,
                content=given["file"],
                by=by,
                now=now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            return redirect("web:claim", code)
    context = {"claim": claim, "form": form}
    return TemplateResponse(request, "web/billing/claim_line_new.html", context)


@require_POST
@signed_in
def remove_line(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take a line out of a draft."""
    remove_claim_line(claim_code=code, number=number, by=actor(request), now=now())
    return redirect("web:claim", code)


@require_safe
@cache_control(private=True, no_store=True)
@signed_in
def evidence(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Hand the evidence of a line out as a file to keep, with nothing a browser would run."""
    line, path = evidence_of(code, number, actor(request))
    response = HttpResponse(path.read_bytes(), content_type=line.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=line.file_name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@signed_in
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Ask, then hand the claim in."""
    by = actor(request)
    claim = claim_of(code, by)
    check_is_lead(by, claim.award, action="claim.submit")
    check_state(claim, ClaimState.DRAFT)
    if request.method == "POST":
        submit_claim(claim_code=code, by=by, now=now())
        messages.info(request, _("Submitted. Finance answers each line; you are told by mail."))
        return redirect("web:claim", code)
    sums = claim_sums(claim)
    confirm = Confirm(
        title=_("Submit %s") % code,
        what=_("From here on the lines cannot be changed."),
        button=_("Submit"),
        cancel_url=reverse("web:claim", args=[code]),
        facts=((_("Costs"), sums.cost), (_("Share of them"), sums.share)),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


_FIELDS = (
    "code",
    "state",
    "currency",
    "submitted_at",
    "award__code",
    "award__organisation__name",
    "award__organisation__name_zh",
)


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            "code",
            _("Claim"),
            lambda row: Link(row.code, reverse("web:claim", args=[row.code])),
            sort="number",
        ),
        Column("state", _("State"), lambda row: claim_badge(row.state), sort="state"),
        Column("award", _("Award"), lambda row: row.award.code, sort="award__code"),
        Column(
            "organisation",
            _("Organisation"),
            lambda row: name_in_readers_language(row.award.organisation),
        ),
        Column("submitted_at", _("Submitted"), sort="submitted_at"),
        Column(
            "share",
            _("Share of the costs"),
            lambda row: Money(row.share_minor, row.currency),
            sort="share_minor",
            align="end",
        ),
        Column(
            "accepted",
            _("Accepted"),
            lambda row: Money(row.accepted_minor, row.currency),
            sort="accepted_minor",
            align="end",
        ),
    )


def _line(
    line: ClaimLine, claim: Claim, rules: Claims, also: Sequence[SameEvidence]
) -> dict[str, object]:
    costs = {cost.code: in_readers_language(cost.name) for cost in rules.costs}
    origins = {row.origin: in_readers_language(row.name) for row in rules.shares}
    accepted = line.accepted_minor
    return {
        "row": line,
        "cost": costs.get(line.cost_code, line.cost_code),
        "origin": origins.get(line.origin, line.origin),
        "amount": Money(line.cost_minor, claim.currency),
        "share": Money(line.share_minor, claim.currency),
        "accepted": None if accepted is None else Money(accepted, claim.currency),
        "also": [
            _("also in %(line)s (%(state)s)") % {"line": one, "state": CLAIM_STATES[one.state]}
            for one in also
        ],
    }
