"""The whole API: every router at its place."""

from __future__ import annotations

from praya.api.applications import router as applications
from praya.api.attachments import router as attachments
from praya.api.awards import router as awards
from praya.api.billing import router as billing
from praya.api.cases import router as cases
from praya.api.changes import router as changes
from praya.api.claims import router as claims
from praya.api.cluster_jobs import router as cluster_jobs
from praya.api.clusters import router as clusters
from praya.api.completeness import router as completeness
from praya.api.corrections import router as corrections
from praya.api.debts import router as debts
from praya.api.deciding import router as deciding
from praya.api.enforcement import router as enforcement
from praya.api.exports import router as exports
from praya.api.forecasts import router as forecasts
from praya.api.hooks import router as hooks
from praya.api.jobs import router as jobs
from praya.api.life import router as life
from praya.api.money import router as money
from praya.api.notices import router as notices
from praya.api.people import router as people
from praya.api.programmes import router as programmes
from praya.api.records import router as records
from praya.api.reviews import router as reviews
from praya.api.root import api
from praya.api.tranches import router as tranches
from praya.api.why import router as why

__all__ = ["api"]

for router in (
    people,
    programmes,
    cluster_jobs,
    clusters,
    enforcement,
    completeness,
    applications,
    attachments,
    cases,
    reviews,
    deciding,
    awards,
    life,
    tranches,
    changes,
    debts,
    jobs,
    forecasts,
    money,
    billing,
    claims,
    records,
    corrections,
    why,
    exports,
    notices,
    hooks,
):
    api.add_router("", router)
