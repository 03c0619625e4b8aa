"""Every statement of a data directory, as it stands and made anew; prints what it saw in JSON.

Made anew: charges and monthly sums are thrown away, and rated again from the usage records, the
price list of the award's rule version and the award's rate; then the paper is written again. All of
it in one transaction, which is taken back.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256

import django

django.setup()

from django.db import connection, transaction

from praya.apps.append_only import unguarding
from praya.apps.billing.models import PeriodClose
from praya.apps.billing.rules.months import last_of
from praya.apps.reports.queries.statement import statement
from praya.apps.usage.commands.charging import store_charges
from praya.apps.usage.models import Charge, ChargeMonth, UsageRecord
from praya.apps.usage.queries import price_of, zone_of
from praya.apps.usage.rules import UsageKind, open_month
from praya.core.metering import Lease, Rating, lease_days, rate
from praya.core.quantity import CardTime, Money
from praya.words.paper.statement import statement_pdf


def papers() -> dict[str, str]:
    """The hash of the paper of every statement, by award and month."""
    months = ChargeMonth.objects.order_by("award__code", "month")
    return {
        f"{award} {month}": sha256(statement_pdf(statement(award, month))).hexdigest()
        for award, month in months.values_list("award__code", "month")
    }


def sums() -> list[list[object]]:
    fields = ("charges", "card_seconds", "list_minor", "subsidy_minor", "own_minor")
    rows = ChargeMonth.objects.order_by("award__code", "month")
    return [list(row) for row in rows.values_list("award__code", "month", *fields)]


def charge_anew(old: Charge) -> Charge:
    """The charge of a usage record; of the old one only what the book's entry is called."""
    usage = old.usage
    line = usage.line
    award = line.award
    zone = zone_of(award)
    if usage.kind == UsageKind.LEASE.value:
        used_on = usage.began_at.astimezone(zone).date()
        priced_on = used_on
    else:
        used_on = usage.ended_at.astimezone(zone).date()
        priced_on = usage.job.submitted_at.astimezone(zone).date()
    price = price_of(line, priced_on)
    service_class = (usage.job or line).service_class
    per_hour = _per_hour(line, service_class, priced_on)
    if usage.kind == UsageKind.FREE_USE.value:
        per_hour = Money(0, per_hour.currency)
    rating = _rating(usage, priced_on, per_hour)
    return Charge(
        id=old.pk,
        usage=usage,
        award=award,
        line=line,
        month=open_month(f"{used_on:%Y-%m}", _closed_when(old)),
        rule_version_id=price.rule_version_id,
        price_minor_per_hour=per_hour.minor,
        price_from=price.row.valid_from,
        service_class=service_class,
        rate_bp=award.rate_bp,
        card_seconds=rating.time.seconds,
        list_minor=rating.list_price.minor,
        subsidy_minor=rating.subsidy.minor,
        own_minor=rating.own.minor,
        entry_key=old.entry_key,
        charged_at=old.charged_at,
    )


def _closed_when(old: Charge) -> date | None:
    """To which day the book was closed when a charge was made: closing is an event too."""
    closes = PeriodClose.objects.filter(
        programme=old.award.programme, closed_at__lte=old.charged_at
    )
    return max((last_of(month) for month in closes.values_list("month", flat=True)), default=None)


def _rating(usage: UsageRecord, day: date, per_hour: Money) -> Rating:
    line = usage.line
    if usage.kind != UsageKind.LEASE.value:
        time = CardTime(usage.card_seconds, usage.device_model_code)
        return rate(time, per_hour=per_hour, rate_bp=line.award.rate_bp)
    lease = Lease(line.device_model_code, line.cards, line.first_on, line.award.rate_bp)
    price_on = partial(_per_hour, line, line.service_class)
    [one] = lease_days(lease, from_on=day, to_on=day, price_on=price_on)
    assert usage.ended_at - usage.began_at == timedelta(days=1)
    return one.rating


def _per_hour(line, service_class: str, day: date) -> Money:
    """The price of the day times the factor of the class, by hand."""
    price = price_of(line, day)
    assert price is not None, (line, day)
    over, under = price.row.factors.get(service_class, "1/1").split("/")
    by_hand = Decimal(price.row.per_card_hour) * int(over) / int(under)
    return Money.parse(f"{by_hand:f}", line.award.programme.currency)


def main() -> None:
    seen = {"papers": papers(), "sums": sums()}
    related = (
        "usage__line__award__programme",
        "usage__line__award__rule_version",
        "usage__job",
        "award__programme",
    )
    with transaction.atomic():
        anew = [charge_anew(old) for old in Charge.objects.select_related(*related).order_by("id")]
        with connection.cursor() as cursor:
            for statement_of_guard in unguarding(connection.vendor, "usage_charge"):
                cursor.execute(statement_of_guard)
            cursor.execute("UPDATE books_book SET closed_until = NULL, open_from = NULL")
            cursor.execute("DELETE FROM usage_charge")
            cursor.execute("DELETE FROM usage_chargemonth")
        store_charges(anew)
        seen |= {"papers_anew": papers(), "sums_anew": sums(), "charges": len(anew)}
        transaction.set_rollback(True)
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main()
