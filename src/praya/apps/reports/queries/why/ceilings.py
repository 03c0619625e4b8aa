"""Why so much is left under a ceiling on subsidy: the ceiling, less everything that counts."""

from __future__ import annotations

from datetime import datetime

from praya.apps.awards.queries import ceiling_on_case
from praya.apps.awards.rules.caps import Cap
from praya.apps.reports.queries.why import chain
from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode, paged
from praya.core.actor import Actor
from praya.core.refusal import NotFound

CEILINGS = tuple(cap.value for cap in Cap)


def why_ceiling(
    application_code: str,
    ceiling: str,
    actor: Actor,
    now: datetime,
    *,
    window: chain.Window | None = None,
) -> Why:
    """What is left under a ceiling for a case, without what is granted to the case itself.

    Its parts are the ceiling, and below zero what was decided and is held, and awards, the largest
    first. What is held is one sum: who decides this case may have no part in another. For those who
    see the case as one to decide. At most nine queries.

    Raises:
        NotFound: there is no such application or ceiling, or the actor may not know of it.
        Recused, OwnOrganisation: who takes no part sees nothing of the case.

    """
    if ceiling not in CEILINGS:
        raise NotFound(kind="ceiling", key=ceiling)
    found = ceiling_on_case(application_code, Cap(ceiling), actor, now)
    headroom, counted = found.counted.headroom, found.counted
    unit = headroom.ceiling.currency
    programme = found.application.programme.code
    head = [Why(WhyCode.AT_MOST, unit, headroom.ceiling.minor)]
    if counted.held:
        held = -sum(one.subsidy.minor for one in counted.held)
        head.append(Why(WhyCode.HELD, unit, held, {"count": len(counted.held)}))
    window = window or chain.Window()
    first, last = (max(at - len(head), 0) for at in (window.offset, window.offset + window.limit))
    awards = counted.awards.values_list("code", "subsidy_minor")
    granted = [
        Why(WhyCode.GRANTED, unit, -minor, {"award": code}) for code, minor in awards[first:last]
    ]
    facts = {"application": application_code, "cap": ceiling, "years": headroom.years}
    rules = {"programme": programme, "number": found.version.number}
    return paged(
        WhyCode.CEILING,
        unit=unit,
        amount=headroom.left.minor,
        facts=facts,
        parts=[*head[window.slice], *granted],
        count=len(head) + counted.awards.count(),
        window=window,
        grounds=(Ground(GroundKind.RULES, rules),),
    )
