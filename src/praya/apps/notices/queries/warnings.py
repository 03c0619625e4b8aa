"""How awards stand and where they are heading, and who is told of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet, Sum, prefetch_related_objects

from praya.apps.awards.models import Award, AwardLine, Member
from praya.apps.awards.queries import title_of
from praya.apps.awards.rules import AwardState, MemberRole
from praya.apps.books.queries import line_numbers, together
from praya.apps.life.queries import kept_of, with_award
from praya.apps.notices.models import Letter
from praya.apps.notices.queries.paces import followed_by, money_turns
from praya.apps.notices.rules.warnings import AwardOutlook, Outlook
from praya.apps.people.models import Person
from praya.apps.programmes.queries import today_in
from praya.apps.usage.models import UsageDay
from praya.apps.usage.rules import UsageKind
from praya.core.metering import BURN_DAYS
from praya.core.quantity import commodity_of_time

ONE_DAY = timedelta(days=1)
_RUNNING = (AwardState.ACTIVE.value, AwardState.SUSPENDED.value)
_CHARGED = (UsageKind.JOB.value, UsageKind.LEASE.value)
_TOLD = (MemberRole.LEAD.value, MemberRole.MANAGER.value)
Daily = dict[str, dict[date, int]]


def outlook_of(award: Award, now: datetime) -> AwardOutlook:
    """How an award stands and where it is heading; at most eight queries.

    Who may see it is the award's matter: ask ``awards.queries.award_of`` first.
    """
    return outlooks_of([award], now)[0]


def running_awards(programme_code: str) -> list[Award]:
    """The awards of a programme that run, or are suspended, with their leads."""
    found = Award.objects.filter(programme__code=programme_code, state__in=_RUNNING)
    return list(found.select_related("programme", "lead").order_by("id"))


def outlooks_of(awards: Sequence[Award], now: datetime) -> list[AwardOutlook]:
    """How awards of one programme stand and where they are heading.

    Three queries, one more where awards follow prices, and at most four more where rules open
    grants bit by bit. The awards have their lines afterwards.
    """
    if not awards:
        return []
    today = today_in(awards[0].programme, now)
    rows = with_award(AwardLine.objects.order_by("award_id", "number"))
    prefetch_related_objects(list(awards), Prefetch("lines", rows))
    lines = {award.code: award.lines.all() for award in awards}
    every = [line for each in lines.values() for line in each]
    by_line = line_numbers(line.code for line in every)
    kept = kept_of(every, by_line, now)
    until = today - ONE_DAY
    daily, spent = _daily(
        [award.pk for award in awards], until - timedelta(days=BURN_DAYS - 1), until
    )
    versions, currency = followed_by(every), awards[0].programme.currency
    return [
        AwardOutlook(
            award=award.code,
            title=title_of(award),
            last_on=award.last_on,
            outlooks=[
                Outlook(
                    one,
                    _days(daily[award.pk].get(one.commodity, {}), award.first_on, today),
                    kept.get((award.code, one.commodity), ()),
                    money_turns(list(lines[award.code]), spent, versions, today)
                    if one.commodity == currency
                    else (),
                )
                for one in together(
                    numbers for line in lines[award.code] for numbers in by_line[line.code]
                )
            ],
            lines={line.code: by_line[line.code] for line in lines[award.code]},
        )
        for award in awards
    ]


def told_of(awards: Iterable[Award]) -> dict[str, list[Person]]:
    """Who is told of each award: its lead and its managers, each once. One query."""
    people = {award.code: {award.lead_id: award.lead} for award in awards}
    managers = Member.objects.filter(award__code__in=list(people), until=None, role__in=_TOLD)
    for member in managers.select_related("person", "award").order_by("id"):
        people[member.award.code][member.person_id] = member.person
    return {code: list(found.values()) for code, found in people.items()}


def told_before(keys: Iterable[str]) -> set[str]:
    """Those of the keys under which a letter was put before. One query."""
    found = Letter.objects.filter(key__in=list(keys))
    return {key for key in found.values_list("key", flat=True) if key is not None}


def burn_span(award_first_on: date, today: date) -> tuple[date, date]:
    """The first and the last of the days by which the pace of an award is told."""
    until = today - ONE_DAY
    return max(award_first_on, until - timedelta(days=BURN_DAYS - 1)), until


def burnt(award_ids: Sequence[int], first: date, last: date) -> QuerySet[UsageDay]:
    """What of the use of some days counts for the pace: what is charged."""
    days = UsageDay.objects.filter(Q(day__range=(first, last)), line__award__in=award_ids)
    return days.filter(kind__in=_CHARGED).order_by()


def _daily(
    award_ids: list[int], first: date, last: date
) -> tuple[dict[int, Daily], dict[int, dict[date, int]]]:
    """Use by award, commodity and day: accelerator-seconds, and the subsidy drawn; that by line."""
    sums: dict[int, Daily] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    spent: dict[int, dict[date, int]] = defaultdict(dict)
    rows = (
        burnt(award_ids, first, last)
        .values_list(
            "line",
            "line__award",
            "line__award__programme__currency",
            "line__device_model_code",
            "day",
        )
        .annotate(Sum("card_seconds"), Sum("subsidy_minor"))
    )
    for line_id, award_id, currency, model, day, seconds, minor in rows:
        sums[award_id][commodity_of_time(model)][day] += seconds
        sums[award_id][currency][day] += minor
        spent[line_id][day] = minor
    return sums, spent


def _days(by_day: dict[date, int], first_on: date, today: date) -> list[int]:
    """The use of each of the last days of the award, the earliest first; none of before it."""
    begin, last = burn_span(first_on, today)
    count = (last - begin).days + 1
    return [by_day.get(begin + timedelta(days=day), 0) for day in range(max(0, count))]
