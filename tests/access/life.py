"""What becomes of an award: checks to come and made, a part to be opened and one that is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from tests.access.people import PEOPLE
from tests.factories import make_person

from praya.apps.awards.models import Award
from praya.apps.life.commands import hand_in_report, open_tranche, run_life_rules, waive_check
from praya.apps.programmes.queries import actor_for

PDF = b"%PDF-1.4\n%%EOF\n"
LIFE = {
    "steps": [
        {
            "code": "half",
            "name": {"en": "Half-way check"},
            "after_percent": 50,
            "tiers": [{"used_below_percent": 90, "cut_percent": 50}],
            "waived_by": "committee",
        },
        {
            "code": "early",
            "name": {"en": "Early check"},
            "on_days": ["2026-03-03"],
            "tiers": [{"used_below_percent": 90, "cut_percent": 1}],
            "warn_days_before": [],
        },
    ],
    "tranches": {
        "code": "parts",
        "name": {"en": "Parts"},
        "parts": [
            {"code": "first", "percent": 80},
            {"code": "interim", "percent": 10, "report": {"en": "Interim report"}},
            {"code": "second", "percent": 10, "report": {"en": "Progress report"}},
        ],
    },
}


def lived(award: Award, now: datetime) -> dict[str, dict[str, Any]]:
    """A check to come, one that was made, a part to be opened, one that is open."""
    checks = run_life_rules(now=now + timedelta(days=1)).cuts
    line = award.lines.get().code
    check = next(each for each in checks if each.line.code == line)
    open_tranche(
        award_code=award.code,
        part_code="interim",
        report="On paper",
        by=actor_for(make_person(PEOPLE["offi"]), now),
        now=now,
    )
    report = hand_in_report(
        award_code=award.code,
        part_code="second",
        file_name="progress.pdf",
        content=BytesIO(PDF),
        by=actor_for(award.lead, now),
        now=now,
    )
    waiver = waive_check(
        line_code=line,
        rule_code="half",
        reason="A flood.",
        by=actor_for(make_person(PEOPLE["comm"]), now),
        now=now,
    )
    return {
        "life": {
            "code": award.code,
            "line": line,
            "rule": "half",
            "mark": "after-50",
            "part": "second",
            "check_id": check.pk,
            "report_id": report.pk,
        },
        "open-part": {
            "code": award.code,
            "part": "interim",
            "line": line,
            "query": f"line={line}",
        },
        "waiver": {"waiver_id": waiver.pk},
    }
