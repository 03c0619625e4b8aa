"""Nodes set aside on a Slurm: what is read, what is to be done, and what ``scontrol`` is told."""

from dataclasses import replace

import pytest

from praya.core.execution.limits import NotTaken, Observed, Obstacle, ObstacleKind, Step, StepKind
from praya.core.execution.reserving import Place, Reservation, Reserved
from praya.engines.slurm import Settings, reserving
from praya.engines.slurm.command import Done

NOW = 1_800_000_000
DAY = 86_400
PLACE = Place("h800", "nvidia-h800", {"n1": 8, "n2": 8, "n3": 8})
LEASE = Reserved(
    name="hcp-7-1",
    device_model="nvidia-h800",
    cards=12,
    begins_at=NOW + DAY,
    ends_at=NOW + 9 * DAY,
    account="hcp-7-1",
)
HELD = Reservation(
    name="hcp-7-1",
    is_ours=True,
    nodes=frozenset({"n1", "n2"}),
    begins_at=NOW + DAY,
    ends_at=NOW + 9 * DAY,
    cards={"nvidia-h800": 16},
    accounts=frozenset({"hcp-7-1"}),
    is_magnetic=True,
)
CLOSED = replace(
    LEASE, name="closed-3", account="", partition="h800", nodes=frozenset({"n3"}), ends_at=None
)
SHUT = replace(
    HELD,
    name="closed-3",
    nodes=frozenset({"n3"}),
    accounts=frozenset(),
    users=frozenset({"root"}),
    is_maintenance=True,
    is_magnetic=False,
    ends_at=reserving.FOR_GOOD,
)
SETTINGS = Settings("trial", models={"h800": "nvidia-h800"})
NODES = (
    "NodeName=n1 Gres=gpu:h800:8 State=IDLE\n"
    "NodeName=n2 Gres=gpu:h800:8 State=IDLE\n"
    "NodeName=n3 Gres=gpu:h800:4 State=DOWN\n"
)
PARTITIONS = (
    "PartitionName=h800 Default=YES MaxTime=UNLIMITED State=UP Nodes=n[1-3]\n"
    "PartitionName=none Default=NO MaxTime=UNLIMITED State=UP Nodes=\n"
)


def observed(*reservations, places=(PLACE,)):
    return Observed({}, frozenset(), frozenset(), 60, NOW, reservations, places)


def steps(wanted, *has):
    found, obstacles = reserving.plan(wanted, observed(*has), now=NOW)
    assert obstacles == []
    return [(step.kind.value, step.account, step.aside and step.aside.count) for step in found]


class Scripted:
    """Answers ``scontrol`` from a list, and remembers what it was told."""

    def __init__(self, *answers, said=None):
        self.answers, self.told, self.said = list(answers), [], said or {}

    def read(self, *command):
        return self.said[command[-1]]

    def change(self, *command):
        self.told.append(" ".join(command))
        return self.answers.pop(0) if self.answers else Done(0, "", "")


def test_what_is_set_aside_as_wanted_is_left_alone():
    assert steps([LEASE, CLOSED], HELD, SHUT) == []


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        (None, "add-reservation"),
        (replace(HELD, nodes=frozenset({"n1"})), "set-reservation"),
        (replace(HELD, ends_at=NOW + DAY * 8), "set-reservation"),
        (replace(HELD, begins_at=NOW + DAY * 2), "set-reservation"),
        (replace(HELD, accounts=frozenset({"other"})), "set-reservation"),
        (replace(HELD, users=frozenset({"eve"})), "set-reservation"),
        (replace(HELD, is_magnetic=False), "set-reservation"),
        (replace(HELD, begins_at=NOW - DAY), "remove-reservation"),  # a start that is past stays
        (replace(HELD, is_maintenance=True), "remove-reservation"),
        (replace(HELD, nodes=frozenset({"n1", "elsewhere"})), "remove-reservation"),
    ],
)
def test_what_differs_is_changed_or_made_anew(has, expected):
    [(kind, name, count)] = steps([LEASE], *([has] if has else []))
    assert (kind, name) == (expected, "hcp-7-1")
    assert count == (None if kind == "remove-reservation" else 2), "12 cards take two nodes of 8"


def test_a_lease_without_a_part_of_its_own_stays_where_it_is_while_it_fits():
    bigger = Place("more", "nvidia-h800", {f"m{number}": 8 for number in range(9)})

    def plan(wanted):
        return reserving.plan([wanted], observed(HELD, places=(PLACE, bigger)), now=NOW)

    assert plan(LEASE) == ([], [])
    for moved in (replace(LEASE, partition="more"), replace(LEASE, cards=25)):
        [step], obstacles = plan(moved)
        assert (step.kind, obstacles) == (StepKind.REMOVE_RESERVATION, [])


def test_only_reservations_of_prayas_are_ever_taken_back():
    foreign = replace(HELD, name="hcp-7-1", is_ours=False)
    over = replace(HELD, name="hcp-6-1", ends_at=NOW)

    assert steps([], HELD, foreign, over) == [("remove-reservation", "hcp-7-1", None)]
    assert steps([replace(LEASE, ends_at=NOW, begins_at=NOW - DAY)]) == []


@pytest.mark.parametrize(
    ("wanted", "obstacle"),
    [
        (replace(LEASE, device_model="a100"), (ObstacleKind.PLACE_UNKNOWN, "a100")),
        (replace(LEASE, nodes=frozenset({"n9"})), (ObstacleKind.NODE_UNKNOWN, "n9")),
        (replace(LEASE, cards=25), (ObstacleKind.TOO_FEW_NODES, "h800")),
    ],
)
def test_what_cannot_be_set_aside_is_told_and_what_is_there_stays(wanted, obstacle):
    kind, subject = obstacle
    assert reserving.plan([wanted], observed(HELD), now=NOW) == (
        [],
        [Obstacle(kind, "hcp-7-1", subject)],
    )


def test_a_part_that_the_cluster_writes_with_capitals_is_the_one_that_is_meant():
    capitals = replace(PLACE, partition="H800")
    other = Place("more", "nvidia-h800", {f"m{number}": 8 for number in range(9)})

    wanted, there = [replace(LEASE, partition="h800"), CLOSED], observed(places=(other, capitals))

    steps, obstacles = reserving.plan(wanted, there, now=NOW)

    assert ([step.aside.partition for step in steps], obstacles) == (["H800", "H800"], [])


def test_what_is_closed_is_never_closed_in_a_part_of_another_name():
    """A partition that its operator named otherwise is none of the cluster's."""
    other = replace(CLOSED, partition="elsewhere", nodes=frozenset())
    lease = replace(LEASE, partition="elsewhere")

    [step], obstacles = reserving.plan([other, lease], observed(), now=NOW)

    assert obstacles == [Obstacle(ObstacleKind.PLACE_UNKNOWN, "closed-3", "elsewhere")]
    assert (step.account, step.aside and step.aside.partition) == ("hcp-7-1", "h800")


def test_reservations_and_parts_are_read_and_a_comment_changes_nothing():
    line = (
        "ReservationName={} StartTime=1800086400 EndTime=1800777600 Duration=8-00:00:00 "
        "Nodes={} NodeCnt=1 PartitionName=h800 Flags={} TRES=cpu=64 Users={} Groups=(null) "
        "Accounts={} State=INACTIVE MaxStartDelay=(null) Comment=x Nodes=n9 Accounts=wing\n"
    )
    text = line.format("praya-hcp-7-1", "n[1-2]", "MAGNETIC", "(null)", "hcp-7-1") + line.format(
        "Hall.7", "n3", "MAINT,SPEC_NODES", "root,wing", "(null)"
    )
    said = {"reservation": text, "node": NODES, "partition": PARTITIONS}

    found, places = reserving.observe(Scripted(said=said), SETTINGS)

    hall = Reservation(
        name="Hall.7", is_ours=False, nodes=frozenset({"n3"}), begins_at=HELD.begins_at,
        ends_at=HELD.ends_at, cards={"nvidia-h800": 4}, users=frozenset({"root", "wing"}),
        is_maintenance=True,
    )  # fmt: skip
    assert found == (HELD, hall)
    assert places == (Place("h800", "nvidia-h800", {"n1": 8, "n2": 8, "n3": 4}),)


def test_nodes_without_jobs_are_asked_for_first_and_then_any():
    programs = Scripted(Done(1, "", "Error creating the reservation: Requested nodes are busy"))
    [step], _ = reserving.plan([replace(LEASE, begins_at=NOW - 5)], observed(), now=NOW)

    assert reserving.apply(programs, SETTINGS, [step], now=NOW) == []

    common = (
        "scontrol create reservation reservationname=praya-hcp-7-1 endtime=2027-01-24T08:00:00 "
        "partitionname=h800 nodecnt=2 accounts=hcp-7-1 starttime=now flags=MAGNETIC"
    )
    assert programs.told == [common, f"{common},IGNORE_JOBS"]


def test_what_is_closed_is_maintenance_of_the_nodes_that_were_named():
    programs = Scripted()
    [step], _ = reserving.plan([CLOSED], observed(), now=NOW)
    assert reserving.apply(programs, SETTINGS, [step], now=NOW) == []
    told = (
        "scontrol create reservation reservationname=praya-closed-3 endtime=2038-01-01T00:00:00 "
        "partitionname=h800 nodes=n3 users=root starttime=2027-01-16T08:00:00 flags=MAINT"
    )
    assert programs.told == [told]


@pytest.mark.parametrize(
    ("wanted", "has", "told", "said"),
    [
        (
            LEASE,
            replace(HELD, is_magnetic=False, users=frozenset({"eve"})),
            "2 nodes 2027-01-16T08:00Z/2027-01-24T08:00Z by name +eve",
            "nodecnt=2 accounts=hcp-7-1 starttime=2027-01-16T08:00:00 users= flags+=MAGNETIC",
        ),
        (
            CLOSED,
            replace(SHUT, users=frozenset({"root", "eve"})),
            "1 nodes 2027-01-16T08:00Z/2038-01-01T00:00Z",
            "nodes=n3 users=root starttime=2027-01-16T08:00:00 accounts=",
        ),
    ],
)
def test_whoever_was_let_in_besides_is_told_and_taken_out(wanted, has, told, said):
    programs = Scripted()
    [step], _ = reserving.plan([wanted], observed(has), now=NOW)
    assert reserving.apply(programs, SETTINGS, [step], now=NOW) == []
    assert step.before == told
    [call] = programs.told
    assert call.startswith(f"scontrol update reservationname=praya-{wanted.name} endtime=")
    assert call.endswith(f" partitionname=h800 {said}")


def test_what_slurm_refuses_comes_back_in_its_words_and_removals_go_first():
    programs = Scripted(Done(0, "", ""), Done(1, "", "Invalid node name specified"))
    [add], _ = reserving.plan([CLOSED], observed(), now=NOW)
    remove = Step(StepKind.REMOVE_RESERVATION, "hcp-7-1")

    refused = reserving.apply(programs, SETTINGS, [add, remove], now=NOW)

    assert refused == [NotTaken(add, "Invalid node name specified")]
    assert programs.told[0] == "scontrol delete reservationname=praya-hcp-7-1"
