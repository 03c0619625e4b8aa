"""Statements of an award: the list of months, one month on screen, as CSV and as PDF."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from praya.apps.awards.queries import award_of
from praya.apps.billing.access import may_see_of_award
from praya.apps.reports.queries import Statement, StatementLine, months_of, statement
from praya.apps.usage.queries import job_codes_seen
from praya.core.programme.months import MONTH_PATTERN
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotFound
from praya.web.actors import actor
from praya.web.badges import Link
from praya.web.guards import signed_in
from praya.web.tables import Column, Table
from praya.words import quantities
from praya.words.devices import device_names
from praya.words.paper.statement import statement_pdf
from praya.words.why import SUMS

_MONTH = re.compile(MONTH_PATTERN)


@signed_in
def months(request: HttpRequest, code: str) -> HttpResponse:
    """The months in which an award was charged."""
    award = award_of(code, actor(request))
    currency = award.programme.currency
    table = Table(
        request,
        name="statements",
        caption=_("Statements"),
        rows=months_of(code),
        columns=(
            Column(
                "month",
                _("Month"),
                lambda row: Link(
                    quantities.month(row["month"]),
                    reverse("web:statement", args=[code, row["month"]]),
                ),
                sort="month",
                in_file=lambda row: row["month"],
            ),
            Column("charges", _("Charges"), sort="charges", align="end"),
            *_money_columns(currency),
        ),
        search=("month__contains",),
        sort="-month",
        empty=_(
            "Nothing has been charged yet. "
            "A charge appears when a job ends or a day of a lease is over."
        ),
    )
    context = {"award": award, "sees_billing": may_see_of_award(actor(request), award)}
    return table.answer("web/reports/statements.html", context)


def _money_columns(currency: str) -> tuple[Column, ...]:
    def money(key: str, label: str) -> Column:
        return Column(key, label, lambda row: Money(row[key], currency), sort=key, align="end")

    return (
        money("list_minor", _("List price")),
        money("subsidy_minor", _("Subsidy")),
        money("own_minor", _("Own share")),
    )


@signed_in
def page(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """The statement of a month; its list of charges is the CSV file."""
    award = award_of(code, actor(request))
    made = _statement(code, month)
    devices = device_names()
    seen: set[str] = set()

    def fetch(lines: Sequence[StatementLine]) -> None:
        jobs = {line.what for line in lines if line.what.startswith("J-")}
        seen.update(job_codes_seen(jobs, actor(request)))

    table = Table(
        request,
        name=f"statement-{code}-{month}",
        caption=_("Charges"),
        rows=list(made.lines),
        columns=_columns(made, devices, seen),
        prepare=fetch,
        search=("what",),
        sort="-ended_at",
        empty=_("Nothing was charged in this month."),
    )
    context = {
        "award": award,
        "statement": made,
        "why": _why(made, devices),
        "facts": _facts(made, devices),
    }
    return table.answer("web/reports/statement.html", context)


def _columns(
    made: Statement, devices: Mapping[str, str], jobs_seen: set[str]
) -> tuple[Column, ...]:
    """What stands of each charge; jobs that the reader may see lead to their pages."""
    return (
        Column("ended_at", _("Until"), sort="ended_at"),
        Column(
            "what",
            _("What"),
            lambda line: _what(line.what, jobs_seen),
            sort="what",
            in_file=lambda line: line.what,
        ),
        Column(
            "model",
            _("Device model"),
            lambda line: devices.get(line.time.device_model, line.time.device_model),
            in_file=lambda line: line.time.device_model,
        ),
        Column("cards", _("Cards"), sort="cards", align="end"),
        Column("time", _("Accelerator time"), align="end"),
        Column(
            "price",
            _("Price a card-hour"),
            lambda line: (
                _("free use")
                if line.is_free_use
                else quantities.price_in_class(line.price, line.service_class)
            ),
            align="end",
            in_file=lambda line: line.price,
        ),
        Column("service_class", _("Class of service"), only_in_file=True),
        Column("list_price", _("List price"), align="end"),
        Column("subsidy", _("Subsidy"), align="end"),
        Column("own", _("Own share"), align="end"),
        Column("rate", _("Rate"), lambda line: quantities.percent(line.rate_bp), align="end"),
        Column("late", _("Late from"), lambda line: _late(line.late_from)),
        Column("rules", _("Rules"), lambda line: _rules(made, line.rule_version)),
        Column(
            "why",
            _("Why?"),
            lambda line: Link(_("Why?"), reverse("web:why-charge", args=[line.usage_key])),
            in_file=lambda line: line.usage_key,
        ),
        Column(
            "entry",
            _("Entry in the book"),
            lambda line: format_html('<span class="code">{}</span>', line.entry_key),
            in_file=lambda line: line.entry_key,
        ),
    )


def _facts(made: Statement, devices: Mapping[str, str]) -> list[tuple[str, object]]:
    """The sums of a month."""
    return [
        (_("List price"), made.list_price),
        (_("Subsidy, borne by the programme"), made.subsidy),
        (_("Own share"), made.own),
        *(
            (
                devices.get(time.device_model, time.device_model),
                CardTime(time.seconds, time.device_model),
            )
            for time in made.time_by_model.values()
        ),
        *(
            (
                _("Of it free use, not charged: %(device)s")
                % {"device": devices.get(model, model)},
                time,
            )
            for model, time in made.free_use_by_model.items()
        ),
    ]


@signed_in
def pdf(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """The statement of a month on paper."""
    award_of(code, actor(request))
    content = statement_pdf(_statement(code, month))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{code}-{month}.pdf"'
    return response


def _statement(code: str, month: str) -> Statement:
    if not _MONTH.fullmatch(month):
        raise NotFound(kind="statement", key=month)
    return statement(code, month)


def _why(made: Statement, devices: Mapping[str, str]) -> list[Link]:
    """Where each sum of a statement is explained."""
    url = reverse("web:why-statement", args=[made.award_code, made.month])
    sums = [Link(str(SUMS[of]), f"{url}?of={of}") for of in ("list", "subsidy", "own")]
    times = [
        Link(devices.get(model, model), f"{url}?{urlencode({'of': 'time', 'device_model': model})}")
        for model in made.time_by_model
    ]
    return sums + times


def _late(late_from: str) -> str:
    """The closed month in which the use was; nothing for use that came in time."""
    return quantities.month(late_from) if late_from else ""


def _what(what: str, jobs_seen: set[str]) -> Link | str:
    return Link(what, reverse("web:job", args=[what])) if what in jobs_seen else what


def _rules(made: Statement, number: int) -> Link:
    return Link(
        _("version %s") % number,
        reverse("web:rule-version", args=[made.programme_code, number]),
    )
