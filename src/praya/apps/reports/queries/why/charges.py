"""Why a charge is as it is: the usage record, the price, the rate, and the entry in the book."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from praya.apps.awards.access import visible_to
from praya.apps.awards.models import Award
from praya.apps.books.models import Entry
from praya.apps.programmes.queries import HEAVY, rules_of
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode
from praya.apps.usage.models import Charge
from praya.core.actor import Actor
from praya.core.quantity import HOUR_S, Money, commodity_of_time
from praya.core.refusal import NotFound

_RELATED = ("usage__job", "line", "rule_version", "award__programme", "award__rule_version")
_HEAVY = (
    *(f"rule_version__{one}" for one in HEAVY),
    *(f"award__rule_version__{one}" for one in HEAVY),
    *(f"usage__job__{one}" for one in ("argv", "script", "environment")),
)


def why_charge(usage_key: str, actor: Actor) -> Why:
    """Why a usage record was charged as it was; its list price is subsidy and own share.

    Raises:
        NotFound: there is no such charge, or the actor may not know of its award.

    """
    seen = Award.objects.filter(visible_to(actor))
    charge = charges().filter(usage__key=usage_key, award__in=seen).first()
    if charge is None:
        raise NotFound(kind="charge", key=usage_key)
    entries = Entry.objects.filter(programme_code=charge.award.programme.code)
    entry = entries.filter(key=charge.entry_key).first()
    back = entries.filter(reverses=entry.number).first() if entry else None
    return Why(
        WhyCode.CHARGE,
        charge.award.programme.currency,
        charge.list_minor,
        facts_of(charge),
        parts=shares_of(charge),
        grounds=(*grounds_of(charge), *(ground_of(one) for one in (entry, back) if one)),
    )


def charges() -> QuerySet[Charge]:
    """Charges with all that explains them, in one query."""
    return Charge.objects.select_related(*_RELATED).defer(*_HEAVY)


def shares_of(charge: Charge) -> tuple[Why, ...]:
    """What the programme and the organisation bear of a charge."""
    currency = charge.award.programme.currency
    facts = {"rate_bp": charge.rate_bp, "list_minor": charge.list_minor}
    return (
        Why(WhyCode.SUBSIDY, currency, charge.subsidy_minor, facts),
        Why(WhyCode.OWN, currency, charge.own_minor, facts),
    )


def facts_of(charge: Charge) -> dict[str, object]:
    """What a charge was reckoned from. ``carried_minor`` is rounding of a lease's earlier days."""
    usage = charge.usage
    by_the_hour = charge.card_seconds * charge.price_minor_per_hour // HOUR_S
    return {
        "usage": usage.key,
        "kind": usage.kind,
        "line": charge.line.code,
        "job": usage.job.code if usage.job else "",
        "device_model": usage.device_model_code,
        "cards": usage.cards,
        "began_at": usage.began_at,
        "ended_at": usage.ended_at,
        "card_seconds": charge.card_seconds,
        "price_minor_per_hour": charge.price_minor_per_hour,
        "currency": charge.award.programme.currency,
        "list_minor": charge.list_minor,
        "subsidy_minor": charge.subsidy_minor,
        "own_minor": charge.own_minor,
        "rate_bp": charge.rate_bp,
        "carried_minor": charge.list_minor - by_the_hour,
        "month": charge.month,
        "award": charge.award.code,
    }


def grounds_of(charge: Charge) -> Iterable[Ground]:
    """The records and rules behind a charge."""
    usage, programme = charge.usage, charge.award.programme.code
    if usage.job is not None:
        yield Ground(GroundKind.JOB, {"job": usage.job.code})
    yield Ground(
        GroundKind.USAGE,
        {
            "usage": usage.key,
            "cards": usage.cards,
            "began_at": usage.began_at,
            "ended_at": usage.ended_at,
            "received_at": usage.received_at,
        },
    )
    yield Ground(GroundKind.PRICE, _price_of(charge))
    rules = {"programme": programme, "number": charge.award.rule_version.number}
    yield Ground(GroundKind.RULES, rules | {"rate_bp": charge.rate_bp})


def _price_of(charge: Charge) -> dict[str, object]:
    """The row of the price list that a charge rests on, and its class of service if it has one."""
    currency, model = charge.award.programme.currency, charge.usage.device_model_code
    price: dict[str, object] = {
        "price_minor_per_hour": charge.price_minor_per_hour,
        "currency": currency,
        "device_model": model,
        "valid_from": charge.price_from,
    }
    if charge.rule_version_id != charge.award.rule_version_id:
        price["passed_on_by"] = charge.rule_version.number
    if not charge.service_class:
        return price
    row = rules_of(charge.rule_version).price_on(model, charge.price_from)
    assert row is not None, charge
    return price | {
        "service_class": charge.service_class,
        "factor": row.factor_of(charge.service_class),
        "ordinary_minor_per_hour": Money.parse(f"{row.per_card_hour:f}", currency).minor,
    }


def ground_of(entry: Entry) -> Ground:
    """An entry as what something rests on."""
    return Ground(
        GroundKind.ENTRY,
        {
            "programme": entry.programme_code,
            "number": entry.number,
            "kind": entry.kind,
            "at": entry.at,
            "sha256": entry.sha256,
        },
    )


def commodity_amount(charge: Charge, commodity: str) -> int:
    """What a charge takes of a commodity of its award."""
    if commodity == commodity_of_time(charge.usage.device_model_code):
        return charge.card_seconds
    return charge.subsidy_minor if commodity == charge.award.programme.currency else 0
