"""What can be asked about clusters on which awards are held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Prefetch, Q, QuerySet, Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import AwardLine, Member
from praya.apps.awards.rules import ACCEPTED, AwardState
from praya.apps.books.models import Book
from praya.apps.books.queries import line_numbers
from praya.apps.clusters.queries import partitions_of_cluster
from praya.apps.enforcement.access import check_may_see
from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.models import Adoption, ClusterJob, Link
from praya.apps.enforcement.queries.accounts import as_called
from praya.apps.enforcement.queries.adoptions import adoptions_on, as_adopted
from praya.apps.enforcement.queries.serving import lines_there, lines_wanted, serving
from praya.apps.enforcement.queries.told import hidden_accounts
from praya.apps.life.queries import ceiling, life_of, lives_of
from praya.apps.people.models import AuditLine, UnixNameThere
from praya.apps.people.queries import names_there
from praya.apps.programmes.models import RuleVersion
from praya.apps.programmes.queries import HEAVY, rules_of
from praya.apps.usage.models import SetAside
from praya.apps.usage.queries import (
    account_of,
    days_of,
    held_for_jobs,
    zone_of,
)
from praya.apps.usage.queries.on_clusters import told_of_clusters
from praya.apps.usage.queries.receiving import held_for_runs, received_by_award, set_aside_on
from praya.core.actor import Actor, Role
from praya.core.execution.limits import Standing, Wanted
from praya.core.quantity import device_model_of
from praya.core.refusal import NotFound

STANDINGS = {
    AwardState.WAITING: Standing.SUSPENDED,
    AwardState.ACTIVE: Standing.OPEN,
    AwardState.SUSPENDED: Standing.SUSPENDED,
    AwardState.ENDED: Standing.ENDED,
}
QUARTER_S = 900
UNHELD_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """A link as its page shows it, with the accounts of which the reader is told."""

    link: Link
    accounts: int
    nameless: tuple[str, ...]  # members whom no cluster knows
    left: tuple[dict[str, Any], ...]
    obstacles: tuple[dict[str, Any], ...]
    adoptions: tuple[Adoption, ...]
    unheld: tuple[ClusterJob, ...]  # running jobs of which the book could not hold all
    set_aside: tuple[SetAside, ...]
    hidden: frozenset[str]  # the other accounts


def links() -> list[Link]:
    """Every link to a cluster that is open."""
    return list(Link.objects.select_related("cluster").filter(cluster__closed_at=None))


def link_of(code: str) -> Link:
    """The link to a cluster; raises ``NotFound``."""
    link = Link.objects.select_related("cluster").filter(cluster__code=code).first()
    if link is None:
        raise NotFound(kind="link", key=code)
    return link


def link_for_update(code: str) -> Link:
    """The same, locked until the transaction ends; raises ``NotFound``."""
    return Link.objects.select_for_update(of=("self",)).get(pk=link_of(code).pk)


def link_visible_to(actor: Actor, code: str) -> Seen:
    """A link with what was found on its cluster; raises ``NotAllowed``, ``NotFound``.

    Members without a name there are told who may name them, see ``people_to_name``.
    """
    check_may_see(actor)
    link = link_of(code)
    hidden = hidden_accounts(actor, link)
    return Seen(
        link=link,
        accounts=lines_wanted(link).values("award").distinct().count(),
        nameless=tuple(_nameless(link, actor)),
        left=tuple(one for one in link.left if one["account"] not in hidden),
        obstacles=tuple(one for one in link.obstacles if one["account"] not in hidden),
        adoptions=tuple(one for one in adoptions_on(link) if one.account not in hidden),
        unheld=tuple(_unheld(link, actor)),
        set_aside=tuple(set_aside_on(code, actor)),
        hidden=hidden,
    )


def mark_of_facts(now: datetime) -> str:
    """A word that changes whenever a book or the trail has grown, or a day may have begun.

    Wherever a programme is, its days begin at a quarter of an hour. Two queries.
    """
    entries = Book.objects.aggregate(sum=Sum("entries"))["sum"] or 0
    line = AuditLine.objects.aggregate(last=Max("id"))["last"] or 0
    return f"{entries}:{line}:{int(now.timestamp()) // QUARTER_S}"


def wanted_on(link: Link, *, now: datetime) -> list[Wanted]:
    """What every accepted award may do on a cluster now; a fixed number of queries.

    With what was taken over of the cluster, and under the names that accounts have there.
    """
    return as_adopted(link, as_called(link, own_wanted_on(link, now=now)))


def own_wanted_on(link: Link, *, now: datetime) -> list[Wanted]:
    """The same under the names of the awards, and as if nothing was taken over.

    Lines in cards are left out, and lines of device models that the cluster has not. Nothing may
    be used of lines whose programme its machines do not serve: an award that has only such gets no
    account, and one that it has from before is closed.
    """
    lines = list(
        lines_there(link)
        .select_related("award__programme", "award__rule_version", "award__lead")
        .defer(*(f"award__rule_version__{one}" for one in HEAVY))
        .annotate(call_code=F("award__application__call_code"))
        .order_by("award_id", "number")
    )
    code, served = link.cluster.code, serving()
    usable = [
        line
        for line in lines
        if served.serves(code, line.device_model_code, line.award.programme.code)
    ]
    left = _left(code, usable, now=now)
    members = members_by_award({line.award_id for line in lines}, code)
    own = own_member(link)
    received = received_by_award(code)
    by_award: dict[int, list[AwardLine]] = defaultdict(list)
    for line in lines:
        by_award[line.award_id].append(line)
    return [
        _wanted(some, left, members.get(award_id, frozenset()) | own, received, now=now)
        for award_id, some in by_award.items()
    ]


def leases_on(link: Link) -> list[AwardLine]:
    """The lines in cards of accepted awards, over or not, of models that a cluster has.

    Three queries. Which of them stand on this cluster is told by ``reserving.leases_standing_on``.
    """
    lines = AwardLine.objects.filter(
        award__state__in=[state.value for state in ACCEPTED],
        shape=LineShape.CARDS.value,
        device_model_code__in=set(link.kinds.values()),
    )
    # Few programmes and versions of rules, and many leases: each is read once, not once a lease.
    versions = Prefetch("award__rule_version", RuleVersion.objects.defer(*HEAVY))
    lines = lines.select_related("award").prefetch_related("award__programme", versions)
    lines = lines.annotate(call_code=F("award__application__call_code"))
    return list(lines.order_by("award_id", "number"))


def class_of(line: AwardLine) -> str:
    """The class of service that the programme names for the call of a line's award, or none.

    For lines read with ``call_code``.
    """
    rules = rules_of(line.award.rule_version)
    return rules.service_class_of(getattr(line, "call_code", ""))


def members_by_award(award_ids: Iterable[int], cluster_code: str) -> dict[int, frozenset[str]]:
    """What the members of each award are called on a cluster, those who have a name there."""
    found: dict[int, set[str]] = defaultdict(set)
    there = names_there(cluster_code)
    members = Member.objects.filter(award_id__in=set(award_ids), until=None, person__is_active=True)
    rows = members.values_list("award_id", "person_id", "person__unix__name")
    for award_id, person_id, everywhere in rows:
        if name := there.of(person_id, everywhere):
            found[award_id].add(name)
    return {award_id: frozenset(names) for award_id, names in found.items()}


def own_member(link: Link) -> frozenset[str]:
    """The user as which Praya submits jobs under every award, where it may and has places to."""
    may = settings.PRAYA_SLURM_OWN_JOBS and partitions_of_cluster(link.cluster.code)
    return frozenset({own_user()} if may else ())


def _wanted(
    lines: list[AwardLine],
    left: Mapping[str, int],
    members: frozenset[str],
    received: Mapping[tuple[str, str], int],
    *,
    now: datetime,
) -> Wanted:
    """What of an award's lines can be used: those of which it is told how much is left."""
    award = lines[0].award
    zone = zone_of(award)
    today = now.astimezone(zone).date()
    begun = [line for line in lines if line.code in left and is_in_force(line, today)]
    is_kept = not any(line.code in left for line in lines)
    standing = STANDINGS[AwardState(award.state)]
    if is_kept and standing is Standing.OPEN:
        standing = Standing.SUSPENDED
    left_s: dict[str, int] = defaultdict(int)
    cards: dict[str, int] = defaultdict(int)
    charged_s: dict[str, int] = {}
    for line in lines:
        model = line.device_model_code
        left_s[model] += left[line.code] if line in begun else 0
        cards[model] += line.cards if line in begun else 0
        charged_s[model] = received.get((award.code, model), 0)
    ends_at = max((days_of(line).end_in(zone) for line in begun), default=None)
    return Wanted(
        account=account_of(award.code),
        programme=award.programme.code,
        members=members,
        left_s=dict(left_s),
        charged_s=charged_s,
        cards_at_once=sum(cards.values()),
        cards_by_model=dict(cards),
        ends_at=int(ends_at.timestamp()) if ends_at else None,
        quality=class_of(lines[0]),
        standing=standing,
        is_kept=is_kept,
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
    return life_of(line.award).opens_in_parts


def _unheld(link: Link, actor: Actor) -> QuerySet[ClusterJob]:
    """The jobs of which the book could not hold all, those with most first; a hundred at most."""
    jobs = link.jobs.filter(unheld_s__gt=0).select_related("award", "link__cluster")
    told = jobs.filter(told_of_clusters(actor, programme="award__programme"))
    return told.order_by("-unheld_s", "pk")[:UNHELD_SHOWN]


def _nameless(link: Link, actor: Actor) -> list[str]:
    """Members of awards with a line of what the cluster has of whom no name is said. One query.

    Of the programmes that the actor operates; for a site admin, of all.
    """
    there = UnixNameThere.objects.filter(cluster_code=link.cluster.code).order_by()
    taken = there.exclude(name="").values("name")
    members = Member.objects.filter(
        Q(person__unix__isnull=True) | Q(person__unix__name__in=taken),
        award__lines__device_model_code__in=set(link.kinds.values()),
        award__state=AwardState.ACTIVE.value,
        until=None,
    ).exclude(person_id__in=there.values("person_id"))
    if not actor.is_admin:
        operated = actor.programmes_as(Role.OPERATOR)
        members = members.filter(award__programme__code__in=operated)
    return sorted(set(members.values_list("person__email", flat=True)))
