"""The monthly statement of an award, on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from praya.apps.reports.queries import Statement
from praya.core.quantity import Money
from praya.words import quantities
from praya.words.devices import device_names

if TYPE_CHECKING:
    from praya.words.paper.sheet import Sheet

_HUNDREDTH = Decimal("0.01")


def statement_pdf(statement: Statement) -> bytes:
    """The statement as PDF, in the reader's language; the same statement gives the same bytes."""
    from praya.words.paper.sheet import Sheet  # noqa: PLC0415 -- fonts are slow to load

    sheet = Sheet(
        title=_("Statement of %(award)s, %(month)s")
        % {"award": statement.award_code, "month": statement.month},
        foot=f"{statement.programme_code} · {statement.award_code} · {statement.month}",
        made_at=_first_instant(statement.month),
        landscape=True,
    )
    sheet.set_lang(get_language() or "en")
    organisation = " · ".join(
        name for name in (statement.organisation, statement.organisation_zh) if name
    )
    sheet.facts(
        [
            (_("Award"), f"{statement.award_code} · {statement.award_title}"),
            (_("Organisation"), organisation),
            (_("Subsidy"), quantities.percent(statement.rate_bp)),
            (_("Time zone"), statement.time_zone),
            *(
                (_("Accelerator time"), quantities.card_hours_of(time))
                for time in statement.time_by_model.values()
            ),
            *(
                (_("Of it free use, not charged"), quantities.card_hours_of(time))
                for time in statement.free_use_by_model.values()
            ),
        ]
    )
    _sums(sheet, statement)
    _charges(sheet, statement)
    sheet.paragraph(
        _(
            "Each amount is rounded down to the whole minor unit. List price less subsidy is the "
            "own share, on every line and in the sum."
        )
    )
    return sheet.as_bytes()


def _first_instant(month: str) -> datetime:
    year, number = month.split("-")
    return datetime(int(year), int(number), 1, tzinfo=UTC)


def _sums(sheet: Sheet, statement: Statement) -> None:
    sheet.heading(_("Sum of the month"))
    sheet.rows(
        [_("List price"), _("Subsidy, borne by the programme"), _("Own share")],
        [[_text(statement.list_price), _text(statement.subsidy), _text(statement.own)]],
        widths=(1, 1, 1),
        right=(0, 1, 2),
    )


def _charges(sheet: Sheet, statement: Statement) -> None:
    devices, zone = device_names(), ZoneInfo(statement.time_zone)
    sheet.heading(_("Charges"))
    heads = [
        _("Until"),
        _("What"),
        _("Device model"),
        _("Cards"),
        _("Card-hours"),
        _("Price a card-hour"),
        _("List price"),
        _("Subsidy"),
        _("Own share"),
        _("Rules"),
    ]
    rows = [
        [
            formats.date_format(line.ended_at.astimezone(zone), "Y-m-d H:i"),
            f"{line.what} ({line.late_from})" if line.late_from else line.what,
            devices.get(line.time.device_model, line.time.device_model),
            quantities.number(line.cards),
            quantities.number(line.time.hours.quantize(_HUNDREDTH), 2),
            _("free use")
            if line.is_free_use
            else quantities.price_in_class(line.price, line.service_class),
            _text(line.list_price),
            _text(line.subsidy),
            _text(line.own),
            _("version %s") % line.rule_version,
        ]
        for line in statement.lines
    ]
    if any(line.late_from for line in statement.lines):
        sheet.paragraph(_("A month in brackets was closed before its use became known."))
    if rows:
        sheet.rows(heads, rows, widths=(8, 8, 10, 3, 7, 10, 9, 9, 9, 5), right=range(3, 10))
    else:
        sheet.paragraph(_("Nothing was charged in this month."))


def _text(amount: Money) -> str:
    return quantities.money(amount)
