"""Reservations of a Slurm: what is there, what is to be done, and how it is told to ``scontrol``.

A lease is a reservation of whole nodes for one account, *magnetic*, so that jobs of the account go
there without naming it. What is closed is a maintenance reservation. Slurm keeps no owner of a
reservation, so Praya's are told by how their names begin: with the mark. No other is touched.

Nodes on which no job runs into the span are taken first. Where there are too few, Slurm is told to
leave the jobs there alone: they run to their end, and nothing else begins beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from praya.core.execution.limits import (
    NotTaken,
    Observed,
    Obstacle,
    ObstacleKind,
    Step,
    StepKind,
)
from praya.core.execution.names import is_account_name, is_node_name
from praya.core.execution.reserving import (
    NodesAside,
    Place,
    Reservation,
    Reserved,
    place_for,
    place_named,
)
from praya.engines.slurm.amounts import MINUTE_S
from praya.engines.slurm.command import Done, Programs, garbled
from praya.engines.slurm.discovering import expand, parts
from praya.engines.slurm.settings import Settings

FOR_GOOD = 2_145_916_800  # 2038-01-01: the end of what has none
STEPS = frozenset({StepKind.ADD_RESERVATION, StepKind.SET_RESERVATION, StepKind.REMOVE_RESERVATION})
_WORD = re.compile(r"(?:^|\s)([A-Za-z]+)=(\S*)")
_NONE = frozenset({"", "(null)"})
_CLOSERS = "root"  # a reservation is for somebody; root submits no jobs of awards


# -- what is there ---------------------------------------------------------------------------


def observe(
    programs: Programs, settings: Settings
) -> tuple[tuple[Reservation, ...], tuple[Place, ...]]:
    """Every reservation, and the parts of the cluster that have cards of one model each."""
    nodes, partitions = parts(programs)
    cards_of = {
        node.name: {settings.models.get(kind, kind): n for kind, n in node.cards.items()}
        for node in nodes
    }
    text = programs.read("scontrol", "-o", "show", "reservation")
    lines = [line for line in text.splitlines() if line.startswith("ReservationName=")]
    found = tuple(_reservation(line, cards_of, settings.mark) for line in lines)
    places = []
    for part in partitions:
        equipped = {name: cards_of[name] for name in part.nodes if cards_of.get(name)}
        models = {model for cards in equipped.values() for model in cards}
        if len(models) == 1:
            cards = {name: sum(some.values()) for name, some in equipped.items()}
            places.append(Place(part.name, models.pop(), cards))
    return found, tuple(places)


def _reservation(line: str, cards_of: Mapping[str, Mapping[str, int]], mark: str) -> Reservation:
    words: dict[str, str] = {}
    for name, value in _WORD.findall(line):
        words.setdefault(name, value)  # what a comment holds comes last
    begins, ends = words.get("StartTime", ""), words.get("EndTime", "")
    if not (begins.isdigit() and ends.isdigit()):
        raise garbled("scontrol", line)
    name = words["ReservationName"]
    nodes = frozenset(expand(words.get("Nodes", "")))
    cards: dict[str, int] = {}
    for node in nodes:
        for model, number in cards_of.get(node, {}).items():
            cards[model] = cards.get(model, 0) + number
    own, flags = name.removeprefix(f"{mark}-"), words.get("Flags", "").split(",")
    return Reservation(
        name=own,
        is_ours=own != name and is_account_name(own),
        nodes=nodes,
        begins_at=int(begins),
        ends_at=int(ends),
        cards=cards,
        accounts=_names(words.get("Accounts", "")),
        users=_names(words.get("Users", "")),
        is_maintenance="MAINT" in flags,
        is_magnetic="MAGNETIC" in flags,
    )


def _names(text: str) -> frozenset[str]:
    return frozenset() if text in _NONE else frozenset(text.split(","))


# -- what is to be done ----------------------------------------------------------------------


def plan(
    wanted: Iterable[Reserved], observed: Observed, *, now: int
) -> tuple[list[Step], list[Obstacle]]:
    """The steps that bring Praya's reservations to what is wanted; others are not looked at."""
    ours = {one.name: one for one in observed.reservations if one.is_ours}
    steps: list[Step] = []
    obstacles: list[Obstacle] = []
    kept = set()
    for each in sorted(wanted, key=lambda one: one.name):
        if each.ends_at is not None and each.ends_at <= now:
            continue
        kept.add(each.name)
        place = _place(each, ours.get(each.name), observed.places)
        in_the_way = _obstacle(each, place)
        if place is None or in_the_way:
            obstacles += [in_the_way] if in_the_way else []
            continue
        steps += _steps(each, _aside(each, place), ours.get(each.name), place, now=now)
    steps += [
        Step(StepKind.REMOVE_RESERVATION, name, before=ours[name].told)
        for name in sorted(set(ours) - kept)
        if ours[name].ends_at > now  # those that are over Slurm takes away itself
    ]
    return steps, obstacles


def _place(wanted: Reserved, has: Reservation | None, places: Sequence[Place]) -> Place | None:
    """Where it is set aside: where it already is, if another part than that would only do as well.

    Machines are closed nowhere but where their partition is: others may be another's.
    """
    asked = {"model": wanted.device_model, "partition": wanted.partition}
    if not wanted.account:
        return place_named(places, **asked)
    place = place_for(places, **asked)
    if has is None or place is None or place.partition.lower() == wanted.partition:
        return place
    there = (one for one in places if one.device_model == place.device_model)
    big_enough = (one for one in there if _aside(wanted, one).count <= len(one.nodes))
    return next((one for one in big_enough if has.nodes and has.nodes <= one.nodes), place)


def _obstacle(wanted: Reserved, place: Place | None) -> Obstacle | None:
    if place is None:
        subject = wanted.device_model if wanted.account else wanted.partition
        return Obstacle(ObstacleKind.PLACE_UNKNOWN, wanted.name, subject)
    unknown = sorted(wanted.nodes - place.nodes)
    if unknown:
        return Obstacle(ObstacleKind.NODE_UNKNOWN, wanted.name, unknown[0])
    if _aside(wanted, place).count > len(place.nodes):
        return Obstacle(ObstacleKind.TOO_FEW_NODES, wanted.name, place.partition)
    return None


def _aside(wanted: Reserved, place: Place) -> NodesAside:
    return NodesAside(
        partition=place.partition,
        count=len(wanted.nodes) or -(-wanted.cards // place.cards_each),
        nodes=tuple(sorted(wanted.nodes)),
        begins_at=wanted.begins_at,
        ends_at=FOR_GOOD if wanted.ends_at is None else wanted.ends_at,
        account=wanted.account,
    )


def _steps(
    wanted: Reserved, aside: NodesAside, has: Reservation | None, place: Place, *, now: int
) -> Iterator[Step]:
    name = wanted.name
    if has is None:
        yield Step(StepKind.ADD_RESERVATION, name, after=aside.told, aside=aside)
        return
    has_begun = has.begins_at <= now + MINUTE_S  # a start "now" is a moment after it was asked for
    if (
        has.is_maintenance is bool(wanted.account)
        or not has.nodes <= place.nodes
        or (has_begun and wanted.begins_at > now + 2 * MINUTE_S)
    ):
        # Slurm changes none of these: it is made anew in the next round.
        yield Step(StepKind.REMOVE_RESERVATION, name, before=has.told, after=aside.told)
        return
    is_as_wanted = (
        has.ends_at == aside.ends_at
        and (has_begun or has.begins_at == wanted.begins_at)
        and has.accounts == ({wanted.account} - {""})
        and has.users == (frozenset() if wanted.account else {_CLOSERS})
        and has.is_magnetic is bool(wanted.account)
        and (has.nodes == wanted.nodes if wanted.nodes else len(has.nodes) == aside.count)
    )
    if not is_as_wanted:
        yield Step(StepKind.SET_RESERVATION, name, before=has.told, after=aside.told, aside=aside)


# -- how it is told --------------------------------------------------------------------------


def apply(
    programs: Programs, settings: Settings, steps: Sequence[Step], *, now: int
) -> list[NotTaken]:
    """Take these steps one by one, removals first: they free the nodes that others want."""
    refused = []
    for step in sorted(steps, key=lambda one: one.kind is not StepKind.REMOVE_RESERVATION):
        done = _take(programs, settings, step, now=now)
        if done.status != 0:
            refused.append(NotTaken(step, done.words))
    return refused


def _take(programs: Programs, settings: Settings, step: Step, *, now: int) -> Done:
    assert is_account_name(step.account), step
    name = f"reservationname={settings.mark}-{step.account}"
    if step.kind is StepKind.REMOVE_RESERVATION:
        return programs.change("scontrol", "delete", name)
    assert step.aside is not None, step
    is_new = step.kind is StepKind.ADD_RESERVATION
    has_begun = step.aside.begins_at <= now
    words = list(_words(step.aside))
    if is_new or not has_begun:  # Slurm takes no instant that is past, and moves none that came
        words.append(f"starttime={'now' if has_begun else _stamp(step.aside.begins_at)}")
    if is_new:
        flag = "MAGNETIC" if step.aside.account else "MAINT"
        command = ("scontrol", "create", "reservation", name, *words)
        strictly, leniently = [f"flags={flag}"], [f"flags={flag},IGNORE_JOBS"]
    else:
        words.append("users=" if step.aside.account else "accounts=")  # nobody besides
        flags = ["MAGNETIC"] if step.aside.account else []
        strictly = [f"flags+={flag}" for flag in flags]
        leniently = [f"flags+={','.join([*flags, 'IGNORE_JOBS'])}"]
        command = ("scontrol", "update", name, *words)
    done = programs.change(*command, *strictly)
    if done.status != 0 and "busy" in done.words:
        done = programs.change(*command, *leniently)
    return done


def _words(aside: NodesAside) -> Iterator[str]:
    """Only names of a few letters and whole numbers, and the cluster's own partition."""
    assert all(map(is_node_name, aside.nodes)), aside
    yield f"endtime={_stamp(aside.ends_at)}"
    yield f"partitionname={aside.partition}"
    yield f"nodes={','.join(aside.nodes)}" if aside.nodes else f"nodecnt={aside.count}"
    yield f"accounts={aside.account}" if aside.account else f"users={_CLOSERS}"


def _stamp(at: int) -> str:
    """An instant as ``scontrol`` takes it; its time zone is UTC in every call of Praya's."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}"
