"""What awards may use on a cluster, and the steps that make a cluster hold it.

The book leads and the cluster follows. Praya says what it *wants* of the accounts that are its own;
the engine *observes* what the cluster has; the *difference* is a list of steps, which can be shown
before they are taken (a dry run), counted when nobody asked for them (drift), and applied. Applying
a step twice does nothing the second time, so a reconcile that was killed is begun again.

Worked example, on a cluster whose own counter never forgets: the award ``aw-7`` was granted 600,000
card-seconds, 150,000 of them are charged in the book, all of them on this cluster, so 450,000 are
left. The cluster counted 151,200: a job is running whose use the book does not know yet. The limit
is ``450,000 + 150,000 = 600,000``: what the counter shows beyond the book comes out of what is
left, and the limit does not move while jobs run and are charged. A counter that was lost is told in
``counters``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from praya.core.execution.names import is_account_name, is_member_name, is_name_of_others
from praya.core.execution.reserving import NodesAside, Place, Reservation, Reserved

ALL_MODELS = ""  # the place of a device model where all of them together are meant
COUNTED_MAX = 2**53  # beyond it, programs between here and the cluster lose digits


class Standing(StrEnum):
    """Whether work may begin under an account."""

    OPEN = "open"
    SUSPENDED = "suspended"  # nothing begins and nothing is submitted; what runs goes on
    ENDED = "ended"  # as suspended, and what waits or runs is cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one award may do on one cluster.

    ``left_s`` is what the book says may still be used here, in card-seconds by device model: what
    was granted less what is charged, wherever, and less what may be used at this moment on other
    clusters. What runs on this cluster is *not* taken off. ``charged_s`` is what the book has
    charged for this account on this cluster, by device model; ``lost_s`` is what of that the
    cluster's counter no longer shows, by device model and of all together. While it ``is_lost``,
    that is not known and nothing new may begin. ``cards_at_once`` are of all models together, and
    ``cards_by_model`` of each that is bound by itself. Instants are seconds since 1970.

    The account is called as the award, or as others called one that became the award's. One that
    is only kept, ``is_kept``, stays as it is wanted where it is there, and is not made.
    """

    account: str
    programme: str
    members: frozenset[str]
    left_s: Mapping[str, int]
    charged_s: Mapping[str, int] = field(default_factory=dict)
    lost_s: Mapping[str, int] = field(default_factory=dict)
    is_lost: bool = False
    cards_at_once: int | None = None
    cards_by_model: Mapping[str, int] = field(default_factory=dict)
    ends_at: int | None = None
    quality: str = ""  # a class of service the site named; empty for the cluster's own
    standing: Standing = Standing.OPEN
    is_kept: bool = False

    def __post_init__(self) -> None:
        """Assert what the caller has seen to."""
        assert is_name_of_others(self.account), self.account
        assert is_account_name(self.programme), self.programme
        assert self.account != self.programme, self.account
        assert all(map(is_member_name, self.members)), self.members
        assert not self.quality or is_account_name(self.quality), self.quality
        cards = (*self.cards_by_model.values(), self.cards_at_once or 0)
        amounts = (*self.left_s.values(), *self.charged_s.values(), *cards)
        assert all(type(amount) is int and 0 <= amount <= COUNTED_MAX for amount in amounts), self
        assert ALL_MODELS not in self.left_s, "the sum is made here"


@dataclass(frozen=True, slots=True)
class Member:
    """A user under an account, and what of theirs is alive there.

    One that ``is_blocked`` can submit nothing; what they submitted may not begin where it
    ``is_stopped``. ``quality`` are classes of service of their own, which stand instead of the
    account's. ``is_known`` tells whether the cluster has such a user at all; it lets nobody in.
    """

    is_blocked: bool = False
    is_stopped: bool = False
    quality: str = ""
    is_known: bool = True
    running: int = 0
    waiting: int = 0


class Gate(StrEnum):
    """Whether jobs may be submitted and begun under an account."""

    OPEN = "open"
    CLOSED = "closed"
    MIXED = "mixed"  # one of the two, or the cluster's parts do not agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of Praya's as the cluster has it.

    What is written in its database and what its controller holds are both read; a value on which
    they do not agree counts as not there.

    The mappings go by device model, with all of them together under ``ALL_MODELS``. ``limit_s`` is
    what may be used since the cluster's counter began, ``counted_s`` that counter, and
    ``running_s`` what jobs that run now have used so far, counted already or not. ``is_held`` is
    false while the controller does not know the account, so that nobody can use it. ``strange`` are
    limits of it and of its members such as Praya never sets, in the cluster's words.
    """

    name: str
    parent: str
    members: Mapping[str, Member] = field(default_factory=dict)
    limit_s: Mapping[str, int] = field(default_factory=dict)
    counted_s: Mapping[str, int] = field(default_factory=dict)
    running_s: Mapping[str, int] = field(default_factory=dict)
    cards_at_once: int | None = None
    cards_by_model: Mapping[str, int] = field(default_factory=dict)
    longest_s: int | None = None
    quality: str = ""
    gate: Gate = Gate.OPEN
    is_held: bool = True
    strange: tuple[str, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be submitted or begun under it."""
        return self.gate is Gate.CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOthers:
    """An account that others made: whose it is, who is in it, and what its counter shows.

    ``below`` tells whether other accounts stand below it: what is done to it is done to them.
    """

    name: str
    parent: str
    owner: str
    members: frozenset[str]
    counted_s: Mapping[str, int] = field(default_factory=dict)
    below: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """What a cluster has: Praya's accounts by name, and the names of all others.

    ``qualities`` are the classes of service that exist. ``granule_s`` is what limits are counted
    in there: a limit is rounded down to it. ``read_at`` is when all of it had been read.
    ``reservations`` are all of them, Praya's and others';
    ``places`` are the parts on whose nodes something can be set aside.
    """

    accounts: Mapping[str, Account]
    others: frozenset[str]
    qualities: frozenset[str]
    granule_s: int
    read_at: int = 0
    reservations: tuple[Reservation, ...] = ()
    places: tuple[Place, ...] = ()


class StepKind(StrEnum):
    """A change to a cluster. ``before`` and ``after`` of a step are counted as told here."""

    ADD_PROGRAMME = "add-programme"  # the account above the awards' accounts
    ADD_ACCOUNT = "add-account"
    MOVE_ACCOUNT = "move-account"  # names of programmes
    SET_LIMIT = "set-limit"  # seconds since the counter began; None for no limit
    SET_CARDS = "set-cards"  # cards at once, of a model or of all; None for no limit
    SET_LONGEST = "set-longest"  # seconds one job may ask for; None for no limit
    SET_QUALITY = "set-quality"  # names; of a member, that nothing stands instead of them
    CLOSE = "close"
    OPEN = "open"
    ADD_MEMBER = "add-member"
    BLOCK_MEMBER = "block-member"  # no longer a member, but jobs of theirs are alive
    UNBLOCK_MEMBER = "unblock-member"
    REMOVE_MEMBER = "remove-member"
    CANCEL_WAITING = "cancel-waiting"  # the jobs of a member that wait
    CANCEL_ALL = "cancel-all"  # every job of the account
    # The account of these is the name of what is set aside; before and after tell it in short.
    ADD_RESERVATION = "add-reservation"
    SET_RESERVATION = "set-reservation"
    REMOVE_RESERVATION = "remove-reservation"


@dataclass(frozen=True, slots=True)
class Step:
    """One change that brings a cluster nearer to what is wanted; applying it twice is harmless."""

    kind: StepKind
    account: str
    member: str = ""
    device_model: str = ALL_MODELS
    before: int | str | None = None
    after: int | str | None = None
    aside: NodesAside | None = None  # of the steps that set nodes aside

    @property
    def code(self) -> str:
        """The code of its sentence."""
        return f"step.{self.kind.value}"


class ObstacleKind(StrEnum):
    """Why a part of what is wanted cannot be had by any step of Praya's."""

    NAME_TAKEN = "name-taken"  # an account of that name is there and not Praya's
    NAME_SHARED = "name-shared"  # the account of that name is another award's
    QUALITY_UNKNOWN = "quality-unknown"  # the cluster has no such class of service
    MODEL_UNKNOWN = "model-unknown"  # the cluster has no such device model
    MEMBER_UNKNOWN = "member-unknown"  # the cluster has no user of that name
    NOT_HELD = "not-held"  # the database has the account, the controller does not
    LIMITED_OTHERWISE = "limited-otherwise"  # a limit stands there such as Praya never sets
    NOT_WANTED = "not-wanted"  # an account of Praya's that no award stands behind
    PLACE_UNKNOWN = "place-unknown"  # the cluster has no part of that name, or with that model
    NODE_UNKNOWN = "node-unknown"  # the part has no machine of that name
    TOO_FEW_NODES = "too-few-nodes"  # the part has fewer machines than are to be set aside


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What a person has to look at; ``subject`` is the account, member or class it is about."""

    kind: ObstacleKind
    account: str
    subject: str = ""

    @property
    def code(self) -> str:
        """The code of its sentence."""
        return f"obstacle.{self.kind.value}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be done, in order, and what stands in the way of the rest."""

    steps: tuple[Step, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.steps)


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A step that the cluster refused, in the cluster's own words."""

    step: Step
    said: str


@dataclass(frozen=True, slots=True)
class ForeignChange:
    """A change of accounts as the cluster's own trail tells it: when, who, what and where.

    ``touched`` are the accounts and members that it was about: the member is empty where it was
    the account itself, and ``None`` stands for whichever. ``kinds`` are of the steps that undo it.
    """

    at: int
    actor: str
    action: str
    where: str
    values: str
    touched: tuple[tuple[str | None, str | None], ...] = ()
    kinds: frozenset[StepKind] = frozenset()

    def is_behind(self, step: Step) -> bool:
        """Whether a step may be called for because of this change."""
        return step.kind in self.kinds and any(
            account in {None, step.account} and member in {None, step.member}
            for account, member in self.touched
        )


@runtime_checkable
class Enforces(Protocol):
    """An engine whose cluster can be made to hold awards against whoever submits and however.

    Every method may raise ``EngineUnavailable`` and may be called again.
    """

    def observe(self, also: frozenset[str] = frozenset()) -> Observed:
        """What the cluster has now, with accounts of others told as Praya's. Reads only."""

    def of_others(self) -> tuple[OfOthers, ...]:
        """The accounts that are not Praya's, by name, but for the root of all. Reads only."""

    def plan(
        self,
        wanted: Sequence[Wanted],
        observed: Observed,
        *,
        reserved: Sequence[Reserved] = (),
        now: int,
    ) -> Difference:
        """What brings the cluster from the one to the other. Reads nothing and changes nothing."""

    def apply(self, steps: Sequence[Step]) -> tuple[NotTaken, ...]:
        """Take the steps, in order where order matters; those that the cluster refused come back.

        The truth is what ``observe`` says afterwards: a step not refused may still not hold.
        """

    def take_over(self, account: str) -> str:
        """Make an account that others made Praya's; whose it was, for ``give_back``.

        What is wanted of it is brought about by the next ``apply``. Its history and its counter
        stay, so what that shows of before has to be counted as used and not charged.
        """

    def give_back(self, account: str, owner: str) -> None:
        """Make an account of Praya's that of ``owner``, as it was before it was taken over.

        Nothing else of it is changed, and from then on nothing is.
        """

    def users(self) -> tuple[str, ...]:
        """The names of all users that the cluster's accounts know, in order."""

    def foreign_changes(self, *, since: int) -> tuple[ForeignChange, ...]:
        """Changes of accounts since an instant, the latest first, but not of Praya's own user.

        Where others work as that too, as root, its changes are told as well.
        """
