"""What stands on an invoice beside its number and days, reckoned from the month's charges.

The charges of a closed month do not change, so reckoning it again gives the same.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from praya.apps.awards.models import Award
from praya.apps.billing.queries.carrying import carried_into
from praya.apps.programmes.queries import HEAVY, rules_of
from praya.apps.usage.models import Charge


def award_to_bill(award_id: int) -> Award:
    """An award with what its invoice says of it."""
    related = ("organisation", "lead", "rule_version", "programme")
    awards = Award.objects.select_related(*related)
    return awards.defer(*(f"rule_version__{one}" for one in HEAVY)).get(pk=award_id)


def content_of(award: Award, month: str) -> dict[str, Any]:
    """The parties, and a row for each device model, price and rate. Rows add up to the charges.

    Earlier months below nothing, which the invoice takes off, are ``carried``.
    """
    rules = rules_of(award.rule_version)
    models = {model.code: f"{model.vendor} {model.name}" for model in rules.device_models}
    charges = (
        Charge.objects.filter(award=award, month=month)
        .order_by("line__device_model_code", "price_minor_per_hour", "rate_bp")
        .values("line__device_model_code", "price_minor_per_hour", "rate_bp")
        .annotate(
            seconds=Sum("card_seconds"),
            listed=Sum("list_minor"),
            subsidy=Sum("subsidy_minor"),
            own=Sum("own_minor"),
        )
    )
    earlier = carried_into(month, award=award).get(award.pk, [])
    carried = [{"month": of, "own_minor": own} for of, own in earlier]
    pay_to = rules.invoicing.pay_to if rules.invoicing else None
    return {
        "programme": rules.name.model_dump(),
        "operator": rules.operator.model_dump(),
        "organisation": award.organisation.name,
        "organisation_zh": award.organisation.name_zh,
        "lead": award.lead.name,
        "award": award.code,
        "title": award.title,
        "title_zh": award.title_zh,
        "rule_version": award.rule_version.number,
        "pay_to": pay_to.model_dump() if pay_to else None,
        "rows": [
            {
                "device_model": models[row["line__device_model_code"]],
                "card_seconds": row["seconds"],
                "price_minor_per_hour": row["price_minor_per_hour"],
                "rate_bp": row["rate_bp"],
                "list_minor": row["listed"],
                "subsidy_minor": row["subsidy"],
                "own_minor": row["own"],
            }
            for row in charges
        ],
        **({"carried": carried} if carried else {}),
    }
