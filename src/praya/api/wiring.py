"""The whole API: every router at its place."""

from __future__ import annotations

from praya.api.ahead import router as ahead
from praya.api.appeals import router as appeals
from praya.api.applications import router as applications
from praya.api.attachments import router as attachments
from praya.api.awards import router as awards
from praya.api.bearing import router as bearing
from praya.api.billing import router as billing
from praya.api.cases import router as cases
from praya.api.changes import router as changes
from praya.api.claims import router as claims
from praya.api.cluster_jobs import router as cluster_jobs
from praya.api.clusters import router as clusters
from praya.api.completeness import router as completeness
from praya.api.conditions import router as conditions
from praya.api.corrections import router as corrections
from praya.api.debts import router as debts
from praya.api.deciding import router as deciding
from praya.api.decisions import router as decisions
from praya.api.drifts import router as drifts
from praya.api.enforcement import router as enforcement
from praya.api.exports import router as exports
from praya.api.forecast_answers import router as forecast_answers
from praya.api.forecasts import router as forecasts
from praya.api.hooks import router as hooks
from praya.api.jobs import router as jobs
from praya.api.leading import router as leading
from praya.api.life import router as life
from praya.api.mapping import router as mapping
from praya.api.money import router as money
from praya.api.notices import router as notices
from praya.api.people import router as people
from praya.api.programmes import router as programmes
from praya.api.records import router as records
from praya.api.reviews import router as reviews
from praya.api.root import api
from praya.api.signing_up import router as signing_up
from praya.api.tranches import router as tranches
from praya.api.why import router as why
from praya.api.years import router as years

__all__ = ["api"]

for router in (
    people,
    signing_up,
    programmes,
    cluster_jobs,
    clusters,
    enforcement,
    drifts,
    mapping,
    completeness,
    applications,
    attachments,
    cases,
    reviews,
    deciding,
    decisions,
    awards,
    conditions,
    leading,
    life,
    tranches,
    changes,
    appeals,
    debts,
    bearing,
    jobs,
    # Before what takes any word for the code of a forecast.
    forecast_answers,
    forecasts,
    money,
    billing,
    years,
    ahead,
    claims,
    records,
    corrections,
    why,
    exports,
    notices,
    hooks,
):
    api.add_router("", router)
