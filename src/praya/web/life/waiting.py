"""What waits: for leads cuts of which they were told, for officers reports to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.life.queries import lines_warned_of, reports_to_read, warned_cuts, zone_of
from praya.core.actor import Actor, Role
from praya.core.metering import instant_of
from praya.web.waiting import SHOWN, Waiting, kind_of
from praya.words.languages import in_readers_language
from praya.words.life import cut_sentence
from praya.words.quantities import card_hours


def _lines_warned_of(actor: Actor) -> QuerySet[Any]:
    assert actor.person_id is not None  # asked only of those who signed in
    return lines_warned_of(actor.person_id)


@kind_of(_lines_warned_of)
def cuts_ahead(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """What rules will take from the reader's awards, once they were told."""
    for cut in warned_cuts(now, rows)[:SHOWN]:
        assert cut.warned_at is not None, cut
        yield Waiting(
            title=_("%(line)s may lose %(hours)s")
            % {"line": cut.line.code, "hours": card_hours(cut.cut)},
            detail=cut_sentence(
                rule=in_readers_language(cut.rule.name),
                used_s=cut.standing.used,
                cut_s=cut.cut.seconds,
                device_model=cut.line.device_model_code,
                due_on=cut.due_on,
            ),
            url=reverse("web:award-life", args=[cut.line.award.code]),
            since=cut.warned_at,
            due=instant_of(cut.due_on, zone_of(cut.line.award)),
        )


@kind_of(lambda actor: reports_to_read(actor.programmes_as(Role.OFFICER)), Role.OFFICER)
def reports_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each report that opens a part of a grant once it is accepted."""
    del now
    for report in rows[:SHOWN]:
        yield Waiting(
            title=_("%(award)s: a report is to be read") % {"award": report.award.code},
            detail=_("Accepted, it opens the part “%s” of the grant.") % report.part_code,
            url=reverse("web:award-life", args=[report.award.code]),
            since=report.at,
        )
