"""What changes forecasts: people ask, cancel, keep and forget; the worker answers and scores."""

from praya.apps.forecasts.commands.answering import (
    begin_forecast,
    fail_forecast,
    finish_forecast,
    note_runs,
)
from praya.apps.forecasts.commands.asking import ask_again, ask_daily, ask_forecast
from praya.apps.forecasts.commands.keeping import (
    cancel_forecast,
    forget_forecast,
    keep_forecast,
)
from praya.apps.forecasts.commands.scoring import score_forecasts

__all__ = [
    "ask_again",
    "ask_daily",
    "ask_forecast",
    "begin_forecast",
    "cancel_forecast",
    "fail_forecast",
    "finish_forecast",
    "forget_forecast",
    "keep_forecast",
    "note_runs",
    "score_forecasts",
]
