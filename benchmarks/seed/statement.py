"""An award with very many charges in one month: a charge of the large site, copied."""

from __future__ import annotations

import resource
import time
from typing import Any

from django.db import transaction

from praya.apps.reports.queries import statement
from praya.apps.usage.models import Charge

AT_ONCE = 1000
KIB_OF_MIB = 1024


@transaction.atomic
def fill(charges: int) -> dict[str, str]:
    """So many jobs, records and charges more; which award, and which month."""
    charge = Charge.objects.exclude(usage__job=None).select_related("usage__job", "award").last()
    assert charge is not None, "the large site has jobs"
    jobs = _stored(charge.usage.job, [{"code": f"S-{n}", "key": f"S-{n}"} for n in range(charges)])
    records = _stored(charge.usage, [{"key": f"S-{job.pk}:1", "job_id": job.pk} for job in jobs])
    _stored(charge, [{"entry_key": one.key, "usage_id": one.pk} for one in records])
    return {"award": charge.award.code, "month": charge.month}


def _stored(row: Any, others: list[dict[str, Any]]) -> list[Any]:  # noqa: ANN401 -- of any model
    """Rows like one that is there, but for what is said of each."""
    model = type(row)
    columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 -- public
    same = {column: getattr(row, column) for column in columns}
    return model.objects.bulk_create((model(**same | one) for one in others), batch_size=AT_ONCE)


def read(award: str, month: str) -> dict[str, Any]:
    """CPU and memory for one statement."""
    statement(award, "2001-01")  # what is loaded once is not of the statement
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    made = statement(award, month)
    cpu_s = time.process_time() - began
    sums = made.list_price, made.subsidy, made.own, made.time_by_model
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert all(sums)
    return {
        "charges": len(made.lines),
        "cpu_s": round(cpu_s, 2),
        "sums_cpu_s": round(time.process_time() - began - cpu_s, 2),
        "memory_mib": (after - before) // KIB_OF_MIB,
    }
