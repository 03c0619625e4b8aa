"""Pages for finance: pools, funding between two people, and what every award was charged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.billing.access import may_read_billing
from praya.apps.books.access import (
    check_may_decide_funding,
    check_may_see_funding,
    may_read_book,
    may_see_funding,
)
from praya.apps.books.commands import approve_funding, ask_funding, refuse_funding
from praya.apps.books.queries import funding_request_of, funding_requests, pool_numbers
from praya.apps.notices.access import may_see_hooks
from praya.apps.programmes.queries import (
    latest_version,
    programme_of,
    programmes_in_force,
    today_in,
    version_in_force,
)
from praya.apps.programmes.queries import rules_of as rules_of_version
from praya.apps.reports.queries import months_of_programme
from praya.apps.reports.queries.why import ALL_COMMITTED
from praya.core.actor import Actor, Role
from praya.core.ledger import Part, pool_account, vote_account
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Link, Tone
from praya.web.guards import signed_in
from praya.web.once import once
from praya.web.reports.answering import answered
from praya.web.reports.why import account_url
from praya.web.reports.why_behind import add_refusal
from praya.web.tables import Column, Table
from praya.words import quantities
from praya.words.clock import now
from praya.words.languages import in_readers_language, in_readers_script

if TYPE_CHECKING:
    from praya.apps.books.queries import PoolNumbers
    from praya.apps.programmes.models import Programme

_READERS = (Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.COMMITTEE)
_STATES = {
    "asked": (gettext_lazy("Waits for finance"), Tone.ACTIVE),
    "approved": (gettext_lazy("Approved"), Tone.GOOD),
    "refused": (gettext_lazy("Refused"), Tone.BAD),
}


def _check_may_read(by: Actor, code: str) -> None:
    if not may_read_book(by, code):
        raise NotAllowed(action="book.read", needs=Role.FINANCE.value)


@signed_in
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes whose money the reader may see."""
    by = actor(request)
    codes = by.programmes_as(*_READERS)
    if not codes:
        raise NotAllowed(action="book.read", needs=Role.FINANCE.value)
    if len(codes) == 1:
        return redirect("web:finance", next(iter(codes)))
    found = [one.programme for one in programmes_in_force(now()) if one.programme.code in codes]
    context = {"programmes": found}
    return TemplateResponse(request, "web/reports/finance_programmes.html", context)


@signed_in
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Pools, funding, and the charges of every award by month."""
    by = actor(request)
    programme = programme_of(code)
    _check_may_read(by, code)
    sees_funding = may_see_funding(by, code)

    purposes = _purposes(code)
    context = {
        "programme": programme,
        "pool_heads": (_("Purpose"), _("Funded"), _("Committed"), _("Settled"), _("Free")),
        "pools": [
            (
                purposes.get(one.pool, one.pool),
                *_explained(code, one),
            )
            for one in pool_numbers(code)
        ],
        "requests": [
            {
                "row": row,
                "purpose": purposes.get(row.pool, row.pool),
                "amount": row.amount,
                "state": Badge(str(_STATES[row.state][0]), _STATES[row.state][1]),
                "may_decide": row.state == "asked" and by.holds(code, Role.FINANCE),
            }
            for row in (funding_requests(code) if sees_funding else ())
        ],
        "sees_funding": sees_funding,
        "may_ask": by.holds(code, Role.OFFICER),
        "may_bill_see": may_read_billing(by, code),
        "sees_hooks": may_see_hooks(by, code),
        "may_audit": by.is_admin or by.holds(code, Role.AUDITOR),
    }
    return _charges(request, programme).answer("web/reports/finance.html", context)


def _explained(code: str, pool: PoolNumbers) -> Iterator[Link]:
    """The numbers of a pool, each leading to what it is made of."""
    for amount, account, is_on_lines in (
        (pool.funded, vote_account(pool.pool), False),
        (pool.committed, ALL_COMMITTED, True),
        (pool.settled, f"award/*/{Part.USED.value}", True),
        (pool.free, pool_account(pool.pool), False),
    ):
        of = pool.pool if is_on_lines else ""
        url = account_url(code, account, commodity=pool.commodity, pool=of)
        yield Link(quantities.money(Money(amount, pool.commodity)), url)


def _charges(request: HttpRequest, programme: Programme) -> Table:
    """The charges of every award by month."""

    def money(key: str, label: str) -> Column:
        return Column(
            key, label, lambda row: Money(row[key], programme.currency), sort=key, align="end"
        )

    return Table(
        request,
        name="charges",
        caption=_("Charges by month and award"),
        rows=months_of_programme(programme.code),
        columns=(
            Column(
                "month",
                _("Month"),
                lambda row: Link(
                    quantities.month(row["month"]),
                    reverse("web:statement", args=[row["award__code"], row["month"]]),
                ),
                sort="month",
                in_file=lambda row: row["month"],
            ),
            Column("award", _("Award"), lambda row: row["award__code"], sort="award__code"),
            Column(
                "organisation",
                _("Organisation"),
                lambda row: in_readers_script(
                    row["award__organisation__name"], row["award__organisation__name_zh"]
                ),
            ),
            Column("charges", _("Charges"), sort="charges", align="end"),
            money("list_minor", _("List price")),
            money("subsidy_minor", _("Subsidy")),
            money("own_minor", _("Own share")),
        ),
        search=(
            "award__code__icontains",
            "award__organisation__name__icontains",
            "award__organisation__name_zh__icontains",
            "month__contains",
        ),
        sort="-month",
        empty=_("Nothing has been charged yet."),
    )


def _purposes(code: str) -> dict[str, str]:
    """The names of the envelope's purposes by their codes, as the latest rules have them."""
    version = latest_version(code)
    assert version is not None, code
    rules = rules_of_version(version)
    return {each.code: in_readers_language(each.name) for each in rules.envelope.purposes}


class FundingForm(forms.Form):
    """How much goes into which pool, and why."""

    pool = forms.ChoiceField(label=gettext_lazy("Purpose"))
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=30,
        help_text=gettext_lazy("In the programme's currency, as 1,000,000.00."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: object, currency: str, pools: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self._currency = currency
        pool = self.fields["pool"]
        assert isinstance(pool, forms.ChoiceField)
        pool.choices = pools

    def clean_amount(self) -> Money:
        """The amount as money."""
        text = str(self.cleaned_data["amount"])
        try:
            return Money.parse(text, self._currency)
        except ValueError:
            raise forms.ValidationError(
                _("«%s» is no amount of money. Write it as 1,000,000.00.") % text
            ) from None


@signed_in
@once
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """An officer asks that a pool be funded; finance decides."""
    by = actor(request)
    programme = programme_of(code)
    if not by.holds(code, Role.OFFICER):
        raise NotAllowed(action="funding.ask", needs=Role.OFFICER.value)
    rules = rules_of_version(version_in_force(code, today_in(programme, now())))
    pools = [
        (
            each.code,
            (
                f"{in_readers_language(each.name)} "
                f"({quantities.money_in_short(rules.money(each.amount))})"
            ),
        )
        for each in rules.envelope.purposes
    ]
    form = FundingForm(request.POST or None, currency=programme.currency, pools=pools)
    if request.method == "POST" and form.is_valid():
        try:
            ask_funding(
                programme_code=code,
                pool=form.cleaned_data["pool"],
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                by=by,
                now=now(),
            )
        except Refusal as refusal:
            add_refusal(form, refusal, request)
        else:
            messages.info(
                request, _("Asked. Somebody of finance decides; you cannot do that yourself.")
            )
            return redirect("web:finance", code)
    context = {"form": form, "programme": programme}
    return TemplateResponse(request, "web/reports/funding_new.html", context)


@signed_in
def decide(request: HttpRequest, code: str, request_id: int) -> HttpResponse:
    """Somebody of finance approves or refuses what somebody else asked for."""
    by = actor(request)
    check_may_see_funding(by, code)
    asked = funding_request_of(code, request_id)
    sentence = ""
    if request.method == "POST":
        check_may_decide_funding(by, code)
        sentence = answered(
            request,
            approve=lambda: approve_funding(request_id=request_id, by=by, now=now()),
            refuse=lambda reason: refuse_funding(
                request_id=request_id, reason=reason, by=by, now=now()
            ),
        )
        if not sentence:
            messages.info(request, _("Decided. The book and the trail show it."))
            return redirect("web:finance", code)
    context = {
        "asked": asked,
        "sentence": sentence,
        "reason": request.POST.get("reason", ""),
        "programme": programme_of(code),
        "may_decide": asked.state == "asked" and by.holds(code, Role.FINANCE),
        "state": Badge(str(_STATES[asked.state][0]), _STATES[asked.state][1]),
        "facts": [
            (_("Purpose"), _purposes(code).get(asked.pool, asked.pool)),
            (_("Amount"), asked.amount),
            (_("Reason"), asked.reason),
            (_("Asked by"), str(asked.asked_by)),
            (_("Asked at"), asked.asked_at),
        ],
    }
    return TemplateResponse(request, "web/reports/funding.html", context)
