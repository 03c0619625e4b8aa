"""Where a forecast stands, as a badge."""

from __future__ import annotations

from praya.apps.forecasts.rules import ForecastState
from praya.web.badges import Badge, Tone
from praya.words.forecasts import STATE_WORDS

_TONES = {
    ForecastState.ASKED: Tone.PLAIN,
    ForecastState.RUNNING: Tone.ACTIVE,
    ForecastState.DONE: Tone.GOOD,
    ForecastState.FAILED: Tone.BAD,
    ForecastState.CANCELLED: Tone.PLAIN,
    ForecastState.FORGOTTEN: Tone.PLAIN,
}


def forecast_badge(state: str) -> Badge:
    """Where a forecast stands."""
    return Badge(str(STATE_WORDS[state]), _TONES[ForecastState(state)])
