"""What was granted under each ceiling on subsidy, and what an organisation has had over the years.

Granted is what was promised: decisions that are held, offers, and awards that were accepted,
whatever became of them. What was declined or lapsed, or ended before its conditions were met,
counts no more. An award counts from the day it was accepted; a decision or an offer counts now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet, Sum

from praya.apps.applications.models import Application, Submission
from praya.apps.awards.models import Award
from praya.apps.awards.queries.money import HeldDecision, held_decisions
from praya.apps.awards.rules import ACCEPTED, AwardState
from praya.apps.awards.rules.caps import Cap, Headroom
from praya.apps.people.models import Organisation
from praya.core.metering import instant_of
from praya.core.programme.asking import ordinary_rate_bp
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.money import Case
from praya.core.programme.parts import OrganisationKind
from praya.core.quantity import Money

_ACCEPTED = [state.value for state in ACCEPTED]
_COUNTS = Q(state__in=[AwardState.OFFERED.value, *_ACCEPTED]) & ~Q(
    state=AwardState.ENDED.value, started_at=None
)


@dataclass(frozen=True, slots=True)
class Received:
    """The subsidy of one organisation in a window of years, in one currency."""

    organisation_id: int
    organisation: str
    organisation_zh: str
    kind: str
    currency: str
    awards: int
    subsidy: Money
    last_at: datetime | None


def case_facts(application: Application, submission: Submission, on: date) -> Case:
    """What the ordinary rate of a case looks at."""
    return Case(
        kind=OrganisationKind(application.organisation.kind),
        answers=submission.content.get("answers", {}),
        on=on,
    )


def ordinary_rates(
    rules: ProgrammeRules, submission_ids: Iterable[int], on: date
) -> dict[int, int]:
    """The ordinary rate of cases by application; one query, and none where all have the same."""
    if not rules.subsidy.rates:
        return {}
    rows = Submission.objects.filter(pk__in=list(submission_ids)).values_list(
        "application_id", "application__organisation__kind", "content__answers"
    )
    return {
        application_id: ordinary_rate_bp(
            rules, Case(kind=OrganisationKind(kind), answers=answers or {}, on=on)
        )
        for application_id, kind, answers in rows
    }


def headrooms_of(
    application: Application,
    rules: ProgrammeRules,
    on: date,
    *,
    held: Iterable[HeldDecision] | None = None,
    but_for: Iterable[int] | None = None,
) -> list[Headroom]:
    """Every ceiling that holds for a case, without what is granted to itself.

    ``but_for``: ids of the awards that do not count, where some of the case do; under the ceiling
    of one award nothing counts. ``held`` are the decisions that ``held_beside`` names, from who has
    them at hand. Two queries at most; none where the rules have no ceiling.
    """
    caps, window = rules.subsidy.caps, rules.subsidy.window
    if caps is None and window is None:
        return []
    own = Q(application=application) if but_for is None else Q(pk__in=list(but_for))
    awards = Award.objects.filter(_COUNTS, ~own)
    if held is None:
        held = held_decisions(held_beside(application))
    granted = _granted(application, rules, on, awards, held)
    return list(_headrooms(application.code, rules, granted))


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts under a ceiling, but for what is granted to the case itself.

    ``awards`` were offered or accepted, the largest first; ``held`` is decided and not released.
    """

    headroom: Headroom
    awards: QuerySet[Award]
    held: Sequence[HeldDecision]


def counted_under(
    application: Application, rules: ProgrammeRules, cap: Cap, on: date
) -> Counted | None:
    """A ceiling that holds for a case with what counts under it; none where there is no such."""
    held = held_decisions(held_beside(application))
    headrooms = headrooms_of(application, rules, on, held=held)
    headroom = next((one for one in headrooms if one.cap is cap), None)
    if headroom is None:
        return None
    counts = _awards_under(application, rules, on).get(cap, Q(pk__in=[]))
    awards = Award.objects.filter(_COUNTS, counts, ~Q(application=application))
    return Counted(
        headroom,
        awards.order_by("-subsidy_minor", "code"),
        [one for one in held if cap in _caps_of_held(one, application, rules, on)],
    )


def held_beside(application: Application) -> Q:
    """Decisions on other cases of a case's programme and of its organisation."""
    beside = Q(application__programme_id=application.programme_id) | Q(
        application__organisation_id=application.organisation_id
    )
    return beside & ~Q(application=application)


def received_in_window(
    years: int, on: date, zone: ZoneInfo, *, organisation_ids: Iterable[int] | None = None
) -> list[Received]:
    """What organisations were granted in the last years, over all programmes, the most first.

    By organisation and currency; only awards that were accepted. One query.
    """
    awards = Award.objects.filter(
        _COUNTS, accepted_at__gte=instant_of(_years_before(on, years), zone)
    )
    if organisation_ids is not None:
        awards = awards.filter(organisation__in=list(organisation_ids))
    names = ("organisation__name", "organisation__name_zh", "organisation__kind")
    rows = (
        awards.order_by()
        .values_list("organisation_id", *names, "programme__currency")
        .annotate(count=Sum(1), subsidy=Sum("subsidy_minor"), last=Max("accepted_at"))
    )
    found = [
        Received(pk, name, name_zh, kind, currency, count, Money(subsidy, currency), last)
        for pk, name, name_zh, kind, currency, count, subsidy, last in rows
    ]
    return sorted(found, key=lambda one: (one.currency, -one.subsidy.minor, one.organisation))


def awards_in_window(organisation_id: int, years: int, on: date, zone: ZoneInfo) -> QuerySet[Award]:
    """The awards behind what an organisation received, the latest first."""
    since = instant_of(_years_before(on, years), zone)
    return (
        Award.objects.filter(_COUNTS, organisation_id=organisation_id, accepted_at__gte=since)
        .select_related("programme", "organisation")
        .order_by("-accepted_at")
    )


def organisation_named(organisation_id: int) -> Organisation | None:
    """An organisation, if there is one."""
    return Organisation.objects.filter(pk=organisation_id).first()


def _headrooms(
    application: str, rules: ProgrammeRules, granted: Mapping[Cap, Money]
) -> Iterator[Headroom]:
    caps, window = rules.subsidy.caps, rules.subsidy.window
    if caps is not None:
        ceilings = (
            (Cap.AWARD, caps.per_award),
            (Cap.ORGANISATION_YEAR, caps.per_organisation_a_year),
            (Cap.PROGRAMME, caps.programme),
        )
        for cap, ceiling in ceilings:
            if ceiling is not None:
                yield Headroom(cap, rules.money(ceiling), granted[cap], application=application)
    if window is not None:
        yield Headroom(
            Cap.WINDOW,
            rules.money(window.ceiling),
            granted[Cap.WINDOW],
            refuses=window.act == "refuse",
            years=window.years,
            application=application,
        )


def _granted(
    application: Application,
    rules: ProgrammeRules,
    on: date,
    awards: QuerySet[Award],
    held: Iterable[HeldDecision],
) -> dict[Cap, Money]:
    """What counts of awards and held decisions against each ceiling."""
    under = _awards_under(application, rules, on)
    sums = awards.filter(under[Cap.PROGRAMME] | Q(organisation=application.organisation_id))
    found = sums.aggregate(
        **{
            f"sum_{cap.name.lower()}": Sum("subsidy_minor", filter=counts, default=0)
            for cap, counts in under.items()
        }
    )
    granted = {cap: Money(found.get(f"sum_{cap.name.lower()}", 0), rules.currency) for cap in Cap}
    for one in held:
        for cap in _caps_of_held(one, application, rules, on):
            granted[cap] += one.subsidy
    return granted


def _awards_under(application: Application, rules: ProgrammeRules, on: date) -> dict[Cap, Q]:
    """Which awards count against each ceiling; none against that of one award."""
    zone = ZoneInfo(rules.time_zone)
    in_programme = Q(programme=application.programme_id)
    of_house = Q(organisation=application.organisation_id)
    this_year = Q(
        offered_at__gte=instant_of(date(on.year, 1, 1), zone),
        offered_at__lt=instant_of(date(on.year + 1, 1, 1), zone),
    )
    in_window = of_house & Q(programme__currency=rules.currency)
    if rules.subsidy.window is not None:
        since = instant_of(_years_before(on, rules.subsidy.window.years), zone)
        in_window &= Q(accepted_at__gte=since) | Q(accepted_at=None)
    return {
        Cap.ORGANISATION_YEAR: in_programme & of_house & this_year,
        Cap.PROGRAMME: in_programme,
        Cap.WINDOW: in_window,
    }


def _caps_of_held(
    one: HeldDecision, application: Application, rules: ProgrammeRules, on: date
) -> Iterator[Cap]:
    """The ceilings that a held decision counts against."""
    is_here = one.programme_id == application.programme_id
    is_of_house = one.organisation_id == application.organisation_id
    if is_here:
        yield Cap.PROGRAMME
    decided_on = one.decided_at.astimezone(ZoneInfo(rules.time_zone))
    if is_here and is_of_house and decided_on.year == on.year:
        yield Cap.ORGANISATION_YEAR
    if is_of_house and one.subsidy.currency == rules.currency:
        yield Cap.WINDOW


def _years_before(day: date, years: int) -> date:
    """The first day of a window that ends on a day: 29 February becomes 1 March."""
    try:
        first = day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)
    return first + timedelta(days=1)
