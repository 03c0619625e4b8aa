"""Nodes that are set aside on a cluster: for an award's lease, or closed for maintenance.

A cluster sets whole nodes aside, since cards by themselves cannot be reserved everywhere. So a
lease of 12 cards on nodes of eight takes two nodes; the award still uses 12 cards at once.
Instants are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from praya.core.execution.names import is_account_name, is_node_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """What is to be set aside; ``name`` is one of Praya's own for it, the same for all its life.

    ``account`` is the one that may use it; empty where it is closed to everybody. ``partition`` is
    the cluster's own word where it has that one; else any part with cards of the model does for an
    account, and none is closed.
    ``nodes`` names the machines where a person did; otherwise the cluster chooses as many as hold
    ``cards``. Without ``ends_at`` it stands until it is taken back.
    """

    name: str
    device_model: str
    cards: int
    begins_at: int
    ends_at: int | None = None
    account: str = ""
    partition: str = ""
    nodes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Assert what the caller has seen to."""
        assert is_account_name(self.name), self.name
        assert not self.account or is_account_name(self.account), self.account
        assert all(map(is_node_name, self.nodes)), self.nodes
        assert self.cards > 0, self
        assert self.ends_at is None or self.begins_at < self.ends_at, self


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a cluster with cards of one model, by node."""

    partition: str
    device_model: str
    cards: Mapping[str, int]

    @property
    def nodes(self) -> frozenset[str]:
        """Its nodes that have cards."""
        return frozenset(self.cards)

    @property
    def cards_each(self) -> int:
        """The fewest cards on any of its nodes: so many each one has, whichever are taken."""
        return min(self.cards.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What a cluster has set aside, and for whom. ``cards`` go by device model.

    Praya's own are told by their name: ``name`` is then the one that Praya gave.
    """

    name: str
    is_ours: bool
    nodes: frozenset[str]
    begins_at: int
    ends_at: int
    cards: Mapping[str, int] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    is_maintenance: bool = False
    is_magnetic: bool = False  # jobs that may use it go there without naming it

    @property
    def told(self) -> str:
        """In a few signs: nodes, from when until when, and how else it is than a lease is."""
        words = [told(len(self.nodes), self.begins_at, self.ends_at)]
        if self.accounts:
            words += ["by name"] * (not self.is_magnetic)
            words += [f"+{user}" for user in sorted(self.users)]
        return " ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesAside:
    """A reservation as it is to be made: the part, how many nodes or which, when, and for whom."""

    partition: str
    count: int
    nodes: tuple[str, ...]
    begins_at: int
    ends_at: int
    account: str

    @property
    def told(self) -> str:
        """In a few signs: how many nodes, and from when until when."""
        return told(self.count, self.begins_at, self.ends_at)


def told(count: int, begins_at: int, ends_at: int) -> str:
    """How a reservation is written where it is compared.

    >>> told(2, 1_800_000_000, 1_800_086_400)
    '2 nodes 2027-01-15T08:00Z/2027-01-16T08:00Z'
    """
    first, last = (
        f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%MZ}" for at in (begins_at, ends_at)
    )
    return f"{count} nodes {first}/{last}"


def place_named(places: Iterable[Place], *, model: str, partition: str) -> Place | None:
    """The part of that name, if all its cards are of the model.

    A cluster may write it with capitals; a part that is called just so goes before.
    """
    asked = (partition, model)
    named = [one for one in places if (one.partition.lower(), one.device_model) == asked]
    return max(named, key=lambda one: one.partition, default=None)


def place_for(places: Iterable[Place], *, model: str, partition: str) -> Place | None:
    """Where cards of a model are set aside: the part of that name, else the largest with them."""
    fitting = [one for one in places if one.device_model == model]
    named = place_named(fitting, model=model, partition=partition)
    return named or max(fitting, key=lambda one: (len(one.nodes), one.partition), default=None)
