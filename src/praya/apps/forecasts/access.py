"""Who may see forecasts, and who may ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Forecast

SEES_FORECASTS = (Role.OFFICER, Role.COMMITTEE, Role.OPERATOR, Role.AUDITOR)
ASKS_FORECASTS = (Role.OFFICER, Role.COMMITTEE, Role.OPERATOR)
# What a round's cases are proposed is for those who decide, or look into it.
SEES_ROUNDS = (Role.OFFICER, Role.COMMITTEE, Role.AUDITOR)


def sees_forecasts(actor: Actor) -> bool:
    """Whether the actor sees the forecasts of any programme."""
    return bool(actor.programmes_as(*SEES_FORECASTS))


def may_ask(actor: Actor, programme_code: str) -> bool:
    """Officer, committee and operator; Praya for itself."""
    return actor.is_praya or actor.holds(programme_code, *ASKS_FORECASTS)


def may_ask_about_rounds(actor: Actor, programme_code: str) -> bool:
    """Officer and committee, who see what is proposed."""
    return actor.holds(programme_code, Role.OFFICER, Role.COMMITTEE)


def may_change(actor: Actor, forecast: Forecast) -> bool:
    """Who may ask may cancel, keep and forget; of a round's, who sees rounds."""
    code = forecast.programme.code
    if forecast.round_id is not None:
        return may_ask_about_rounds(actor, code)
    return may_ask(actor, code)


def check_may_see(actor: Actor, programme_code: str) -> None:
    """Refuse to show how forecasts did; raises ``NotAllowed``."""
    if not actor.holds(programme_code, *SEES_FORECASTS):
        raise NotAllowed(action="forecast.see", needs="officer")


def check_may_ask(actor: Actor, programme_code: str, *, about_round: bool) -> None:
    """Refuse a question; raises ``NotAllowed``."""
    may = may_ask_about_rounds if about_round else may_ask
    if not may(actor, programme_code):
        raise NotAllowed(action="forecast.ask", needs="officer")


def check_may_change(actor: Actor, forecast: Forecast) -> None:
    """Refuse to cancel, keep or forget; raises ``NotAllowed``."""
    if not may_change(actor, forecast):
        raise NotAllowed(action="forecast.change", needs="officer")
