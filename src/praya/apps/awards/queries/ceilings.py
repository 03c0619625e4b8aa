"""A ceiling on subsidy as it holds for a case, for those who decide it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from praya.apps.applications.models import Application
from praya.apps.awards.queries.caps import Counted, counted_under
from praya.apps.awards.queries.cases import submission_to_decide
from praya.apps.awards.rules.caps import Cap
from praya.apps.programmes.models import RuleVersion
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.core.actor import Actor
from praya.core.refusal import NotFound


@dataclass(frozen=True, slots=True)
class CeilingOnCase:
    """A ceiling as it holds for a case, and the rules that set it."""

    application: Application
    version: RuleVersion
    counted: Counted


def ceiling_on_case(application_code: str, cap: Cap, actor: Actor, now: datetime) -> CeilingOnCase:
    """A ceiling on subsidy that holds for a case, with what counts under it. Six queries.

    Raises:
        NotFound: there is no such application or ceiling, or the actor may not know of it.
        Recused, OwnOrganisation: as for the case.

    """
    submission, _ = submission_to_decide(application_code, actor)
    application = submission.application
    today = today_in(application.programme, now)
    version = version_in_force(application.programme.code, today)
    counted = counted_under(application, rules_of(version), cap, today)
    if counted is None:
        raise NotFound(kind="ceiling", key=cap.value)
    return CeilingOnCase(application, version, counted)
