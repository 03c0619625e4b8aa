"""Why so much of a line may be used by now: what is open of it, less what was used."""

from __future__ import annotations

from datetime import datetime

from praya.apps.life.queries import ceiling, line_life
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode
from praya.core.actor import Actor
from praya.core.quantity import commodity_of_time
from praya.core.refusal import NotFound


def why_open(line_code: str, actor: Actor, now: datetime) -> Why:
    """What a window, tranches or a payment leave of a line by now; below zero if more is used.

    Its parts are what is open of the grant, and below zero what is settled and in flight, which
    lead on to their entries. It rests on the rules, and on the reports that were accepted. At most
    nine queries.

    Raises:
        NotFound: there is no such line in card-hours of an award in force or suspended, all of it
            may be used, or the actor may not know of it.

    """
    life = line_life(line_code, actor)
    opened = ceiling(life, now)
    if opened is None:
        raise NotFound(kind="ceiling", key=line_code)
    award, unit = life.line.award, commodity_of_time(life.line.device_model_code)
    used = {"settled": life.time.settled, "in-flight": life.time.in_flight}
    facts = {"award": award.code, "line": line_code, "commodity": unit}
    by = {"opened_by": opened.opened_by.value, "opens_on": opened.opens_on}
    parts = [
        Why(WhyCode.OPENED, unit, opened.most, by),
        *(
            Why(WhyCode.BALANCE, unit, -amount, facts | {"number": number})
            for number, amount in used.items()
        ),
    ]
    rules = {"programme": award.programme.code, "number": award.rule_version.number}
    reports = [{"reason": f"{each.part_code}: {each.report}"} for each in life.opened]
    return Why(
        WhyCode.OPEN,
        unit,
        opened.most - sum(used.values()),
        facts,
        tuple(parts),
        (
            Ground(GroundKind.RULES, rules),
            *(Ground(GroundKind.REASON, report) for report in reports),
        ),
        len(parts),
    )
