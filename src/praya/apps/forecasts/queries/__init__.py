"""What can be asked about forecasts, and the site as a forecast's question."""

from praya.apps.forecasts.queries.base import base_of, site_of
from praya.apps.forecasts.queries.cases import cases_asked, leased_in, stands_aside, with_cases
from praya.apps.forecasts.queries.expected import (
    expected_run_outs,
    run_outs_of,
    start_expected,
)
from praya.apps.forecasts.queries.forecasts import (
    HEAVY,
    Choices,
    Work,
    answer_of,
    choices_for,
    curve_of,
    due_expectations,
    forecast_for_update,
    forecast_of,
    forecasts_visible_to,
    next_to_answer,
    number_waiting,
    pieces_of,
    question_of,
    schedules_known,
    scores_of,
    scores_seen,
)
from praya.apps.forecasts.queries.lines import programmes_with_new_jobs, programmes_without_daily
from praya.apps.forecasts.queries.truth import truths_of

__all__ = [
    "HEAVY",
    "Choices",
    "Work",
    "answer_of",
    "base_of",
    "cases_asked",
    "choices_for",
    "curve_of",
    "due_expectations",
    "expected_run_outs",
    "forecast_for_update",
    "forecast_of",
    "forecasts_visible_to",
    "leased_in",
    "next_to_answer",
    "number_waiting",
    "pieces_of",
    "programmes_with_new_jobs",
    "programmes_without_daily",
    "question_of",
    "run_outs_of",
    "schedules_known",
    "scores_of",
    "scores_seen",
    "site_of",
    "stands_aside",
    "start_expected",
    "truths_of",
    "with_cases",
]
