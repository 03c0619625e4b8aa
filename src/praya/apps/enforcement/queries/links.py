"""What can be asked about clusters on which awards are held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, QuerySet, Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import Award, AwardLine, Member
from praya.apps.awards.rules import ACCEPTED, AwardState
from praya.apps.books.models import Book
from praya.apps.books.queries import line_numbers
from praya.apps.clusters.queries import partitions_of_cluster
from praya.apps.enforcement.access import check_may_see
from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.models import Adoption, Drift, Link
from praya.apps.enforcement.queries.adoptions import adoptions_on, as_adopted
from praya.apps.life.queries import ceiling, life_of, lives_of
from praya.apps.people.models import AuditLine
from praya.apps.programmes.queries import HEAVY, rules_of
from praya.apps.usage.models import SetAside
from praya.apps.usage.queries import (
    account_of,
    account_of_lease,
    days_of,
    held_for_jobs,
    zone_of,
)
from praya.apps.usage.queries.receiving import held_for_runs, received_by_award, set_aside_on
from praya.core.actor import Actor, Role
from praya.core.execution.limits import Standing, Wanted
from praya.core.quantity import device_model_of
from praya.core.refusal import NotFound

STANDINGS = {
    AwardState.ACTIVE: Standing.OPEN,
    AwardState.SUSPENDED: Standing.SUSPENDED,
    AwardState.ENDED: Standing.ENDED,
}
DRIFTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """A link as its page shows it."""

    link: Link
    accounts: int
    nameless: tuple[str, ...]  # members whom no cluster knows
    drifts: tuple[Drift, ...]
    adoptions: tuple[Adoption, ...]
    set_aside: tuple[SetAside, ...]


def links() -> list[Link]:
    """Every link to a cluster that is open."""
    return list(Link.objects.select_related("cluster").filter(cluster__closed_at=None))


def link_of(code: str) -> Link:
    """The link to a cluster; raises ``NotFound``."""
    link = Link.objects.select_related("cluster").filter(cluster__code=code).first()
    if link is None:
        raise NotFound(kind="link", key=code)
    return link


def link_visible_to(actor: Actor, code: str) -> Seen:
    """A link with what was found on its cluster; raises ``NotAllowed``, ``NotFound``.

    Members without a name there are told who may name them, see ``people_to_name``.
    """
    check_may_see(actor)
    link = link_of(code)
    drifts = link.drifts.select_related("ignored_by")[:DRIFTS_SHOWN]
    return Seen(
        link=link,
        accounts=lines_wanted(link).values("award").distinct().count(),
        nameless=tuple(_nameless(link, actor)),
        drifts=tuple(drifts),
        adoptions=tuple(adoptions_on(link)),
        set_aside=tuple(set_aside_on(code, actor)),
    )


def drift_of(code: str, drift_id: int) -> Drift:
    """A difference found on a cluster; raises ``NotFound``."""
    drift = Drift.objects.filter(pk=drift_id, link__cluster__code=code).first()
    if drift is None:
        raise NotFound(kind="drift", key=str(drift_id))
    return drift


def mark_of_facts() -> str:
    """A word that changes whenever a book or the trail has grown. Two queries."""
    entries = Book.objects.aggregate(sum=Sum("entries"))["sum"] or 0
    line = AuditLine.objects.aggregate(last=Max("id"))["last"] or 0
    return f"{entries}:{line}"


def accounts_held() -> dict[str, str]:
    """The codes of all accepted awards by what their accounts are called."""
    codes = Award.objects.filter(state__in=[state.value for state in ACCEPTED])
    return {account_of(code): code for code in codes.values_list("code", flat=True)}


def award_ids_held() -> dict[str, int]:
    """The keys of all accepted awards by what their accounts, and their leases', are called."""
    states = [state.value for state in ACCEPTED]
    rows = Award.objects.filter(state__in=states).values_list("code", "pk")
    found = {account_of(code): pk for code, pk in rows}
    leases = AwardLine.objects.filter(award__state__in=states, shape=LineShape.CARDS.value)
    codes = leases.values_list("code", "award_id")
    return found | {account_of_lease(code): award_id for code, award_id in codes}


def wanted_on(link: Link, *, now: datetime) -> list[Wanted]:
    """What every accepted award may do on a cluster now; a fixed number of queries.

    Lines in cards are left out, and lines of device models that the cluster has not.
    """
    lines = list(
        lines_wanted(link)
        .select_related("award__programme", "award__rule_version", "award__lead")
        .defer(*(f"award__rule_version__{one}" for one in HEAVY))
        .annotate(call_code=F("award__application__call_code"))
        .order_by("award_id", "number")
    )
    left = _left(link.cluster.code, lines, now=now)
    members = members_by_award({line.award_id for line in lines})
    own = own_member(link)
    received = received_by_award(link.cluster.code)
    by_award: dict[int, list[AwardLine]] = defaultdict(list)
    for line in lines:
        by_award[line.award_id].append(line)
    wanted = [
        _wanted(some, left, members.get(award_id, frozenset()) | own, received, now=now)
        for award_id, some in by_award.items()
    ]
    return as_adopted(link, wanted)


def lines_wanted(link: Link) -> QuerySet[AwardLine]:
    """The lines in card-hours of accepted awards, of device models that a cluster has."""
    return AwardLine.objects.filter(
        award__state__in=[state.value for state in ACCEPTED],
        shape=LineShape.CARD_HOURS.value,
        device_model_code__in=set(link.kinds.values()),
    ).order_by()


def leases_on(link: Link) -> list[AwardLine]:
    """The lines in cards of accepted awards, over or not, of models that a cluster has. One query.

    Which of them stand on this cluster is told by ``reserving.leases_standing_on``.
    """
    lines = AwardLine.objects.filter(
        award__state__in=[state.value for state in ACCEPTED],
        shape=LineShape.CARDS.value,
        device_model_code__in=set(link.kinds.values()),
    )
    related = ("award__programme", "award__rule_version")
    heavy = (f"award__rule_version__{one}" for one in HEAVY)
    lines = lines.annotate(call_code=F("award__application__call_code"))
    return list(lines.select_related(*related).defer(*heavy).order_by("award_id", "number"))


def class_of(line: AwardLine) -> str:
    """The class of service that the programme names for the call of a line's award, or none.

    For lines read with ``call_code``.
    """
    calls = {call.code: call for call in rules_of(line.award.rule_version).calls}
    call = calls.get(getattr(line, "call_code", ""))
    return (call.service_class or "") if call else ""


def members_by_award(award_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """What the members of each award are called on clusters, those who have a name there."""
    found: dict[int, set[str]] = defaultdict(set)
    members = Member.objects.filter(
        award_id__in=set(award_ids), until=None, person__is_active=True, person__unix__isnull=False
    )
    for award_id, name in members.values_list("award_id", "person__unix__name"):
        found[award_id].add(name)
    return {award_id: frozenset(names) for award_id, names in found.items()}


def own_member(link: Link) -> frozenset[str]:
    """The user as which Praya submits jobs under every award, where it has places to do so."""
    return frozenset({own_user()} if partitions_of_cluster(link.cluster.code) else ())


def _wanted(
    lines: list[AwardLine],
    left: Mapping[str, int],
    members: frozenset[str],
    received: Mapping[tuple[str, str], int],
    *,
    now: datetime,
) -> Wanted:
    award = lines[0].award
    zone = zone_of(award)
    begun = [line for line in lines if is_in_force(line, now.astimezone(zone).date())]
    left_s: dict[str, int] = defaultdict(int)
    charged_s: dict[str, int] = {}
    for line in lines:
        model = line.device_model_code
        left_s[model] += left[line.code] if line in begun else 0
        charged_s[model] = received.get((award.code, model), 0)
    ends_at = max((days_of(line).end_in(zone) for line in begun), default=None)
    return Wanted(
        account=account_of(award.code),
        programme=award.programme.code,
        members=members,
        left_s=dict(left_s),
        charged_s=charged_s,
        cards_at_once=sum(line.cards for line in begun),
        ends_at=int(ends_at.timestamp()) if ends_at else None,
        quality=class_of(lines[0]),
        standing=STANDINGS[AwardState(award.state)],
    )


def is_in_force(line: AwardLine, today: date) -> bool:
    """Whether a line may be used on a day."""
    return today in days_of(line)


def _left(cluster_code: str, lines: Sequence[AwardLine], *, now: datetime) -> dict[str, int]:
    """What each line may still use on the cluster: what is free and open, and held for runs there.

    What is held for jobs elsewhere is not free, so two clusters never give away the same rest.
    """
    codes = [line.code for line in lines]
    numbers = line_numbers(codes)
    held = Counter(held_for_runs(cluster_code, codes))
    held.update(held_for_jobs(cluster_code, codes))
    left = {}
    for code in codes:
        free = sum(max(0, each.free) for each in numbers[code] if device_model_of(each.commodity))
        left[code] = free
    bounded = [line for line in lines if _opens_in_parts(line)]
    for life in lives_of(bounded):
        opened = ceiling(life, now)
        if opened is not None:
            code = life.line.code
            left[code] = min(left[code], max(0, opened.most - life.standing.used))
    return {code: seconds + held[code] for code, seconds in left.items()}


def _opens_in_parts(line: AwardLine) -> bool:
    life = life_of(line.award)
    return life.window is not None or life.tranches is not None


def _nameless(link: Link, actor: Actor) -> list[str]:
    """Members of awards with a line of what the cluster has whom no cluster knows. One query.

    Of the programmes that the actor operates; for a site admin, of all.
    """
    members = Member.objects.filter(
        award__lines__device_model_code__in=set(link.kinds.values()),
        award__state=AwardState.ACTIVE.value,
        until=None,
        person__unix__isnull=True,
    )
    if not actor.is_admin:
        operated = actor.programmes_as(Role.OPERATOR)
        members = members.filter(award__programme__code__in=operated)
    return sorted(set(members.values_list("person__email", flat=True)))
