"""What stands on an invoice beside its number and days, reckoned from the month's charges.

The charges of a closed month do not change, so reckoning it again gives the same.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award
from praya.apps.billing.queries.carrying import carried_into
from praya.apps.billing.rules.ahead import part_of
from praya.apps.programmes.queries import HEAVY, rules_of
from praya.apps.usage.models import Charge
from praya.core.quantity import HOUR_S


def award_to_bill(award_id: int) -> Award:
    """An award with what its invoice says of it."""
    related = ("organisation", "lead", "rule_version", "programme")
    awards = Award.objects.select_related(*related)
    return awards.defer(*(f"rule_version__{one}" for one in HEAVY)).get(pk=award_id)


def content_of(award: Award, month: str) -> dict[str, Any]:
    """The parties, and a row for each device model, price, class of service and rate.

    Rows add up to the charges. Earlier months below nothing, which the invoice takes off, are
    ``carried``.
    """
    models = _models(award)
    alike = ("line__device_model_code", "price_minor_per_hour", "service_class", "rate_bp")
    charges = (
        Charge.objects.filter(award=award, month=month)
        .order_by(*alike)
        .values(*alike)
        .annotate(
            seconds=Sum("card_seconds"),
            listed=Sum("list_minor"),
            subsidy=Sum("subsidy_minor"),
            own=Sum("own_minor"),
        )
    )
    earlier = carried_into(month, award=award).get(award.pk, [])
    carried = [{"month": of, "own_minor": own} for of, own in earlier]
    return {
        **_parties(award),
        "rows": [
            {
                "device_model": models[row["line__device_model_code"]],
                "card_seconds": row["seconds"],
                "price_minor_per_hour": row["price_minor_per_hour"],
                **({"service_class": named} if (named := row["service_class"]) else {}),
                "rate_bp": row["rate_bp"],
                "list_minor": row["listed"],
                "subsidy_minor": row["subsidy"],
                "own_minor": row["own"],
            }
            for row in charges
        ],
        **({"carried": carried} if carried else {}),
    }


def content_ahead(award: Award, *, part: int, parts: int) -> dict[str, Any]:
    """The parties, and a row for each line in card-hours: its share of the part, before use.

    The parts of a line add up to what it has.
    """
    models = _models(award)
    share = partial(part_of, part=part, parts=parts)
    rows = []
    # What was moved away altogether has no price an hour, and nothing to ask for.
    lines = award.lines.filter(shape=LineShape.CARD_HOURS.value, card_seconds__gt=0)
    for line in lines.order_by("number"):
        listed, own = share(line.list_minor), share(line.list_minor - line.subsidy_minor)
        rows.append(
            {
                "device_model": models[line.device_model_code],
                "card_seconds": share(line.card_seconds),
                "price_minor_per_hour": line.list_minor * HOUR_S // line.card_seconds,
                **({"service_class": line.service_class} if line.service_class else {}),
                "rate_bp": award.rate_bp,
                "list_minor": listed,
                "subsidy_minor": listed - own,
                "own_minor": own,
            }
        )
    return {**_parties(award), "ahead": {"part": part, "parts": parts}, "rows": rows}


def _models(award: Award) -> dict[str, str]:
    """What device models are called, by code."""
    models = rules_of(award.rule_version).device_models
    return {model.code: f"{model.vendor} {model.name}" for model in models}


def _parties(award: Award) -> dict[str, Any]:
    """Who asks whom, and for which award."""
    rules = rules_of(award.rule_version)
    pay_to = rules.invoicing.pay_to if rules.invoicing else None
    return {
        "programme": rules.name.model_dump(),
        "operator": rules.operator.model_dump(),
        "organisation": award.organisation.name,
        "organisation_zh": award.organisation.name_zh,
        "lead": award.lead.name,
        "lead_zh": award.lead.name_zh,
        "award": award.code,
        "title": award.title,
        "title_zh": award.title_zh,
        "rule_version": award.rule_version.number,
        "pay_to": pay_to.model_dump() if pay_to else None,
    }
