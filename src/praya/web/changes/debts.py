"""Debts of a programme, with age and owner; payments and another owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.changes.access import may_keep_debts
from praya.apps.changes.commands import (
    assign_debt,
    record_debt_payment,
    take_back_debt_payment,
)
from praya.apps.changes.queries import (
    bearings_in,
    debt_of,
    debt_standing,
    debts_of,
    interest_to_come,
    owed_by_age,
    recovery_in_force,
    set_offs_of,
)
from praya.apps.programmes.queries import programme_of, today_in
from praya.core.actor import Actor, Role
from praya.core.ledger import debt_account
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, Refusal
from praya.web.actors import actor
from praya.web.acts import pressed
from praya.web.badges import Link
from praya.web.changes.badges import age_badge
from praya.web.changes.bearing import shown
from praya.web.changes.forms import OwnerForm, PaymentForm, TakeBackForm
from praya.web.guards import signed_in
from praya.web.reports.why import account_url, age_url
from praya.web.reports.why_behind import add_refusal
from praya.web.tables import Column, Table
from praya.words import clock
from praya.words.bearing import bearing_amount
from praya.words.changes import AGES, CAUSES
from praya.words.languages import name_in_readers_language
from praya.words.quantities import money, number


@signed_in
def debts(request: HttpRequest, code: str) -> HttpResponse:
    """What holders of the programme's awards have to pay back."""
    now = clock.now()
    rows = debts_of(code, actor(request))
    table = Table(
        request,
        name="debts",
        caption=_("Debts"),
        rows=rows,
        columns=(
            Column(
                "award",
                _("Award"),
                lambda row: Link(row.award.code, reverse("web:debt", args=[row.pk])),
                sort="award__code",
            ),
            Column(
                "organisation",
                _("Organisation"),
                lambda row: name_in_readers_language(row.award.organisation),
                sort="award__organisation__name",
            ),
            Column("cause", _("Cause"), lambda row: str(CAUSES[row.cause])),
            Column(
                "amount",
                _("Claimed"),
                lambda row: Money(row.amount_minor, row.currency),
                sort="amount_minor",
                align="end",
            ),
            Column("owed", _("Owed"), lambda row: row.owed, align="end"),
            Column("age", _("Age"), lambda row: age_badge(debt_standing(row, now)), sort="made_at"),
            Column("due_on", _("Due on"), sort="due_on"),
            Column("owner", _("Followed up by"), lambda row: str(row.owner), sort="owner__name"),
        ),
        fields=(
            *("cause", "currency"),
            *("amount_minor", "paid_minor", "written_off_minor"),
            *("interest_minor", "interest_rest", "interest_until"),
            *("made_at", "due_on", "award__code"),
            *(f"award__programme__{name}" for name in ("code", "time_zone")),
            *(f"award__organisation__{name}" for name in ("name", "name_zh")),
            *(f"owner__{name}" for name in ("name", "name_zh", "email")),
        ),
        search=(
            "award__code__icontains",
            *(f"award__organisation__{name}__icontains" for name in ("name", "name_zh")),
            *(f"owner__{name}__icontains" for name in ("name", "name_zh")),
        ),
        sort="age",
        empty=_("Nobody owes this programme anything."),
    )
    programme = programme_of(code)
    context = {
        "programme": programme,
        "facts": [
            (
                str(AGES[age]).capitalize(),
                Link(money(owed), age_url(code, age, of="debts")) if owed else owed,
            )
            for age, owed in owed_by_age(programme, actor(request), now).items()
        ],
        "ahead": shown(bearings_in(code, actor(request), now), actor(request)),
    }
    return table.answer("web/changes/debts.html", context)


@signed_in
def debt(request: HttpRequest, debt_id: int) -> HttpResponse:
    """One debt, what came in on it, and what finance can do."""
    reader, now = actor(request), clock.now()
    found = debt_of(debt_id, reader)
    code = found.award.programme.code
    keeps = may_keep_debts(reader, code)
    payments = list(found.payments.select_related("recorded_by", "taken_back_by"))
    today = today_in(found.award.programme, now)
    act = pressed(request, {"pay", "assign", "take-back"})
    initial: dict[str, object] = {"number": len(payments) + 1, "paid_on": today}
    given = request.POST or None
    pay = PaymentForm(given if act == "pay" else None, found.currency, initial)
    owner = OwnerForm(given if act == "assign" else None)
    back = TakeBackForm(given if act == "take-back" else None)
    forms: dict[str, PaymentForm | OwnerForm | TakeBackForm]
    forms = {"assign": owner, "take-back": back}
    form = forms.get(act, pay)
    if request.method == "POST" and not keeps:
        raise NotAllowed(action="debt.pay", needs=Role.FINANCE.value)
    if request.method == "POST" and form.is_valid():
        try:
            _act(found, form, by=reader, now=now)
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(request, _("Done. The book and the trail show it."))
            return redirect("web:debt", debt_id)
    standing = debt_standing(found, now)
    offers = [_taking_back(one, back, reader) if keeps else None for one in payments]
    # What was sent for a payment that nobody may take back any more is told above the list.
    refused = [] if back in offers else [said for of in back.errors.values() for said in of]
    to_come = interest_to_come(found, recovery_in_force(found.award.programme, now), now)
    award_url = reverse("web:award", args=[found.award.code])
    account = debt_account(found.award.code)
    context = {
        "debt": found,
        "programme": found.award.programme,
        "badge": age_badge(standing),
        "facts": [
            (_("Award"), Link(found.award.code, award_url)),
            (_("Organisation"), name_in_readers_language(found.award.organisation)),
            (_("Cause"), str(CAUSES[found.cause])),
            (_("Reason"), found.change.reason),
            (_("Claimed"), Money(found.amount_minor, found.currency)),
            (_("Paid"), Money(found.paid_minor, found.currency)),
            (_("Of that set off against newer awards"), _set_off(found)),
            (_("Written off"), Money(found.written_off_minor, found.currency)),
            (_("Interest"), Money(found.interest_minor, found.currency)),
            (_("Owed"), found.owed),
            (_("In the book"), Link(account, account_url(code, account))),
            (_("Interest until yesterday, not entered yet"), to_come),
            (_("Age in days"), number(standing.age_days)),
            (_("Due on"), found.due_on),
            (_("Followed up by"), found.owner),
            *((_("To be set off"), bearing_amount(one)) for one in set_offs_of(found, now)),
        ],
        "payments": [
            (one, Money(one.amount_minor, found.currency), offer)
            for one, offer in zip(payments, offers, strict=True)
        ],
        "refused": refused,
        "keeps": keeps and bool(found.owed),
        "pay": pay,
        "owner": owner,
    }
    return TemplateResponse(request, "web/changes/debt.html", context)


def _taking_back(
    payment: Any,  # noqa: ANN401 -- a DebtPayment
    given: TakeBackForm,
    reader: Actor,
) -> TakeBackForm | None:
    """The form that takes a payment back, with what was sent for it, for who may do that."""
    if payment.taken_back_at or payment.recorded_by_id == reader.person_id:
        return None
    if given.is_bound and given["number"].value() == str(payment.number):
        form = given
    else:
        form = TakeBackForm(initial={"number": payment.number})
    form.auto_id = f"id_back_{payment.number}_%s"
    return form


def _set_off(debt: Any) -> Link | Money:  # noqa: ANN401 -- a Debt
    """What was set off; if it was anything, with the page that says why."""
    amount = Money(debt.set_off_minor, debt.currency)
    if not amount:
        return amount
    return Link(money(amount), reverse("web:why-set-off", args=[debt.pk]))


def _act(
    found: Any,  # noqa: ANN401 -- a Debt
    form: PaymentForm | OwnerForm | TakeBackForm,
    *,
    by: Actor,
    now: datetime,
) -> None:
    given = form.cleaned_data
    if isinstance(form, TakeBackForm):
        take_back_debt_payment(debt_id=found.pk, **given, by=by, now=now)
        return
    if isinstance(form, OwnerForm):
        assign_debt(debt_id=found.pk, email=given["email"], by=by, now=now)
        return
    record_debt_payment(
        debt_id=found.pk,
        number=given["number"],
        amount_minor=given["amount"],
        paid_on=given["paid_on"],
        reference=given["reference"],
        by=by,
        now=now,
    )
