"""What holds on paper for clusters on which awards are held."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from praya.core.execution.accounting import InFlight
from praya.core.execution.counters import limit_of
from praya.core.execution.discovery import SettingCheck, Weight
from praya.core.execution.limits import (
    Step,
    StepKind,
    Wanted,
)
from praya.core.execution.reserving import Reserved
from praya.core.execution.waiting import Holds
from praya.core.refusal import Refusal

READ_EVERY_S = 10
RUNAWAY_S = 600  # after which a run that its controller does not know is not waited for
READ_DAYS_MAX = 5  # of accounts in one piece; a large cluster's are a matter of some seconds
WATCH_EVERY_S = 10  # how often the jobs alive on a cluster are looked at
CHECK_EVERY_S = 300  # how often its settings are looked at
COMPARE_EVERY_S = 3600  # how often its own sums are compared with what was charged
DAYS_COMPARED = 3
DAYS_COMPARED_MAX = 31
ACCOUNTS_LATE_S = 8 * 86_400  # a run of an old day that ended later than this is not read with it
MENDED_DAYS_MAX = 7  # how long after it was mended a difference can be taken over
WHOLE_EVERY_S = 300  # how often a cluster is looked at where nothing has changed in Praya


_LIMITS = frozenset({StepKind.SET_LIMIT, StepKind.SET_CARDS, StepKind.SET_LONGEST})
# A class of service may lift limits, so another than the award's counts as more.
_TAKES_AWAY = frozenset(
    {StepKind.CLOSE, StepKind.BLOCK_MEMBER, StepKind.REMOVE_MEMBER, StepKind.SET_QUALITY}
)
NODES_OUT_MAX = 50  # machines out of service that are kept by name, of each partition
_OUT = frozenset({"DOWN", "DRAIN", "DRAINED", "DRAINING", "FAIL", "FAILING", "ERROR", "MAINT"})


class Asked(StrEnum):
    """What is asked of a cluster again and again; each may answer while another does not."""

    AWARDS = "awards"  # whether it holds what is wanted
    ACCOUNTS = "accounts"  # what was used
    JOBS = "jobs"  # what waits and runs

    @property
    def since(self) -> str:
        """The field that tells since when it is not answered."""
        return "silent_since" if self is Asked.AWARDS else f"{self}_silent_since"

    @property
    def said(self) -> str:
        """The field that tells what the programs said."""
        return "outage" if self is Asked.AWARDS else f"{self}_outage"


WAITING, RUNNING, NOT_CHARGED = "waiting", "running", "not-charged"


@dataclass(frozen=True, slots=True)
class AwardThere:
    """What an award may still use of a job's cards, and the cards it holds on that cluster.

    ``hindered_at`` is the account, its own or its programme's, where it is known that others set
    what holds the job.
    """

    free_s: int
    cards_held: int
    cards_most: int
    is_in_force: bool
    is_active: bool = True
    ends_at: datetime | None = None  # the last of its lines that fit
    hindered_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobThere:
    """A job that came in on a cluster itself, called by the cluster and its number there.

    ``state`` is waiting, running, how it ended as ``RunEnd`` has it, or not charged. What a state
    does not have is empty.
    """

    cluster: str
    number: str
    award: str
    member: str
    device_model: str
    cards: int
    state: str
    partition: str = ""
    submitted_at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    time_limit_s: int = 0
    expected_at: datetime | None = None
    reason: str = ""
    holds: Holds = Holds.NOTHING
    whose: str = ""
    ahead: int = 0
    seen_at: datetime | None = None
    silent_since: datetime | None = None
    unheld_s: int = 0
    cards_asked: int | None = None  # where it waits for whole nodes, and so for more
    standing: AwardThere | None = None
    card_seconds: int = 0
    usage_key: str = ""
    why_not: str = ""
    is_refund: bool = False

    @property
    def code(self) -> str:
        """What it is called here, as ``harbour/27_3``."""
        return f"{self.cluster}/{self.number}"


class Unreachable(Refusal):
    """The cluster does not answer; ``said`` is what its programs said."""

    code = "enforcement.unreachable"


class AnotherCluster(Refusal):
    """Awards are held on ``cluster``, which is called ``called``; reached so, it is ``found``."""

    code = "enforcement.another_cluster"


class SettingsUnmet(Refusal):
    """On ``cluster`` limits would not hold: ``settings`` are not as they must be."""

    code = "enforcement.settings_unmet"


class DaysUnfit(Refusal):
    """The days ``first_on`` to ``last_on`` are none, more than ``most``, or none to compare."""

    code = "enforcement.days_unfit"


class ReasonMissing(Refusal):
    """Who leaves a difference as it is, or takes it over, says why."""

    code = "enforcement.reason_missing"


class BookLeads(Refusal):
    """What may be used under ``account`` is the book's to say, not the cluster's."""

    code = "enforcement.book_leads"


class NotAdoptable(Refusal):
    """A difference that a step of ``kind`` mends cannot be taken over."""

    code = "enforcement.not_adoptable"


class MoreThanGranted(Refusal):
    """The cluster lets ``account`` hold ``has`` cards at once, which is more than the ``most``."""

    code = "enforcement.more_than_granted"


class MendedLongAgo(Refusal):
    """The difference ``number`` was mended more than ``days`` ago: the cluster has it no more."""

    code = "enforcement.mended_long_ago"


class AllowsMore(Refusal):
    """Without a step of ``kind`` the cluster may allow more than the award has."""

    code = "enforcement.allows_more"


class NobodyCalledSo(Refusal):
    """Nobody is known here whose user on the clusters is called ``member``."""

    code = "enforcement.nobody_called_so"


class NotInTheWay(Refusal):
    """``account`` is not in the way of an accepted award, as the cluster was last seen."""

    code = "enforcement.not_in_the_way"


class SamePerson(Refusal):
    """Who asked to take something over cannot agree to it."""

    code = "enforcement.same_person"


class NotGivenBack(Refusal):
    """Nothing is known of how ``account`` was before, so it cannot be given back."""

    code = "enforcement.not_given_back"


class UnfitWhy(StrEnum):
    """Why an account of others cannot become an award's."""

    NAME = "name"  # a letter in it is not passed on to the cluster's programs
    TAKEN = "taken"  # it is called as an award, a lease or a programme of Praya's may be
    GONE = "gone"  # the cluster has no account of others that is called so
    BELOW = "below"  # other accounts stand below it
    NO_LINE = "no-line"  # the award has no card-hours of a device model of the cluster


class NotMappable(Refusal):
    """``account`` cannot become that of ``award``; ``why`` is one of ``UnfitWhy``."""

    code = "enforcement.not_mappable"


class MappedOtherwise(Refusal):
    """``account`` is that of ``award`` on the cluster, or asked to be: none has two of either."""

    code = "enforcement.mapped_otherwise"


class JobsAlive(Refusal):
    """``jobs`` jobs of ``award`` wait or run under ``account``, which it would no longer use."""

    code = "enforcement.jobs_alive"


class NotDropped(Refusal):
    """``account`` became an award's: that is not dropped but given back."""

    code = "enforcement.not_dropped"


class AdoptionOver(Refusal):
    """What was to be taken over, ``number``, was taken back."""

    code = "enforcement.adoption_over"


class AdoptionKind(StrEnum):
    """What of a cluster is taken over."""

    CARDS = "cards"  # fewer cards at once than the award has
    CLOSED = "closed"  # nothing begins there under the account
    ACCOUNT = "account"  # an account that others made becomes Praya's


def lost_since(lost: Mapping[str, int], runs: Iterable[InFlight], *, now_s: int) -> dict[str, int]:
    """Since when each run is not known to its controller; of those that are known, nothing."""
    return {run.key: min(now_s, lost.get(run.key, now_s)) for run in runs if not run.is_known}


def runaways(lost: Mapping[str, int], *, now_s: int) -> set[str]:
    """The runs whose end will not come by itself any more."""
    return {key for key, since in lost.items() if now_s - since >= RUNAWAY_S}


def check_mended_lately(number: int, mended_at: datetime | None, *, now: datetime) -> None:
    """Refuse to take over what a cluster had some time ago. Most are mended where they are found.

    Raises:
        MendedLongAgo: it was mended more than a week ago.

    """
    if mended_at is not None and now - mended_at > timedelta(days=MENDED_DAYS_MAX):
        raise MendedLongAgo(number=number, days=MENDED_DAYS_MAX)


def check_days(first_on: date, last_on: date) -> None:
    """Refuse to compare no day, or more than a month of them at once.

    Raises:
        DaysUnfit: the last day is before the first, or there are too many.

    """
    if not 0 <= (last_on - first_on).days < DAYS_COMPARED_MAX:
        raise DaysUnfit(first_on=first_on, last_on=last_on, most=DAYS_COMPARED_MAX)


def check_comparable(first_on: date, last_on: date, *, since: date | None, today: date) -> None:
    """Refuse to compare days that begin before awards were held on a cluster, or after today.

    Raises:
        DaysUnfit: they do, or no awards are held there.

    """
    if since is None or not since <= first_on <= today:
        raise DaysUnfit(first_on=first_on, last_on=last_on, most=DAYS_COMPARED_MAX)


def is_out(state: str) -> bool:
    """Whether a machine takes no jobs, by the cluster's own words for its state.

    >>> [is_out(state) for state in ("IDLE", "MIXED+DRAIN", "DOWN*+NOT_RESPONDING")]
    [False, True, True]
    """
    return not _OUT.isdisjoint(re.split(r"[^A-Z_]+", state.upper()))


def check_settings_met(cluster: str, checks: Iterable[SettingCheck]) -> None:
    """Refuse to hold awards where a limit could be passed.

    Raises:
        SettingsUnmet: a setting that must be met is not.

    """
    unmet = [one.setting for one in checks if one.weight is Weight.MUST and not one.is_met]
    if unmet:
        raise SettingsUnmet(cluster=cluster, settings=tuple(unmet))


def facts_hash(wanted: Iterable[Wanted], reserved: Iterable[Reserved] = ()) -> str:
    """A mark that changes when a cluster must be brought to something else.

    What is left and what is charged count as their sum: the limit does not move while jobs run.
    """
    digest = hashlib.sha256()
    for one in sorted(wanted, key=lambda each: each.account):
        models = sorted({*one.left_s, *one.charged_s})
        limits = [(model, limit_of(one, model, models)) for model in models]
        facts = (one.account, one.programme, sorted(one.members), limits, one.cards_at_once)
        cards = sorted(one.cards_by_model.items())
        digest.update(repr((*facts, cards, one.ends_at, one.quality, one.standing.value)).encode())
    for each in sorted(reserved, key=lambda one: one.name):
        span = (each.begins_at, each.ends_at, each.cards, each.partition, sorted(each.nodes))
        digest.update(repr((each.name, each.account, each.device_model, *span)).encode())
    return digest.hexdigest()


def takes_away(kind: StepKind, *, has: str | int | None, wants: str | int | None) -> bool:
    """Whether a step takes away what the cluster may allow beyond what is wanted.

    >>> takes_away(StepKind.SET_CARDS, has=None, wants=8)  # no limit is more than any
    True
    """
    if kind not in _LIMITS:
        return kind in _TAKES_AWAY
    had, wanted = (None if one is None or one == "" else int(one) for one in (has, wants))
    return wanted is not None and (had is None or had > wanted)


def place_of(step: Step) -> tuple[str, str, str, str]:
    """What of a cluster a step changes: the same for every step that changes it."""
    return step.account, step.kind.value, step.member, step.device_model
