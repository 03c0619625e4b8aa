"""An officer asks what more machines would change; the worker answers while people look on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from praya.apps.forecasts.commands import ask_forecast
from praya.apps.forecasts.queries import choices_for
from praya.apps.forecasts.rules import WhatIf, WhatIfKind
from praya.demo.stage import Stage

CARDS, DAYS, RUNS = 16, 90, 10


def ask(stage: Stage, now: datetime) -> str:
    """Ask a small forecast, and answer its code."""
    officer = stage.who("officer", now)
    models = choices_for(stage.programme_code, officer, now).device_models
    bought = WhatIf(
        WhatIfKind.BUY_CARDS,
        device_model=models[0][0],
        cards=CARDS,
        first_on=(now + timedelta(days=14)).date(),
    )
    made = ask_forecast(
        programme_code=stage.programme_code,
        changes=[bought],
        name=_("If sixteen more cards came in two weeks"),
        seeds=RUNS,
        days=DAYS,
        by=officer,
        now=now,
    )
    return made.code
