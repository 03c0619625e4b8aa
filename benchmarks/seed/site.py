"""The programme, its machines and its people. The programme itself is made by the commands."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.seed.scale import BEGAN, NOW, TODAY, Scale
from praya.apps.books.commands import approve_funding, ask_funding
from praya.apps.clusters.commands import add_cluster, add_partition, set_capacity
from praya.apps.clusters.models import Partition
from praya.apps.clusters.rules import CapacityKind
from praya.apps.people.models import Affiliation, Organisation, Person
from praya.apps.programmes.commands import apply_programme, appoint, open_rounds
from praya.apps.programmes.models import Programme, Round, RuleVersion
from praya.apps.programmes.queries import actor_for, rules_of
from praya.apps.reports.commands import take_snapshot
from praya.core.actor import Role
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import Money

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
POOL = "subsidy"
PASSED_AT = BEGAN - timedelta(days=30)
DEVICES = {
    "nvidia-h800": 4096,
    "huawei-ascend-910": 4096,
    "iluvatar-bi-v100": 1024,
    "moore-threads-mtt-s4000": 1024,
}
STAFF = {
    Role.OFFICER: 6,
    Role.COMMITTEE: 9,
    Role.OPERATOR: 3,
    Role.FINANCE: 3,
    Role.AUDITOR: 2,
}


@dataclass
class Place:
    """What everything else hangs on."""

    programme: Programme
    version: RuleVersion
    rules: ProgrammeRules
    rounds: list[Round]
    partitions: dict[str, Partition]
    staff: dict[Role, list[Person]]
    leads: list[Person]
    organisations: list[Organisation]
    home_of: dict[int, Organisation]

    def round_at(self, at: datetime) -> Round:
        """The round whose window holds an instant."""
        day = (at + timedelta(hours=8)).date()
        fitting = [one for one in self.rounds if one.opens_on <= day]
        return max(fitting, key=lambda one: one.opens_on)


def make(scale: Scale, chance: random.Random) -> Place:
    """Programme, machines, people, organisations."""
    people = _people(scale)
    admin = Person.objects.create(
        email="keeper@site.example", name="Keeper", is_site_admin=True, joined_at=PASSED_AT
    )
    keeper = actor_for(admin, PASSED_AT)
    for name in ("harbour", "campus"):
        source = (EXAMPLES / name / "programme.yaml").read_text(encoding="utf-8")
        version = apply_programme(source=source, by=keeper, now=PASSED_AT)
        if name == "harbour":
            programme, harbour = version.programme, version
    staff = _staff(scale, people, programme, admin)
    _funding(programme, staff)
    for months in range(0, 19, 3):
        at = BEGAN + timedelta(days=31 * months)
        open_rounds(programme_code=programme.code, by=keeper, now=min(at, NOW))
    leads = people[sum(len(some) for some in staff.values()) :]
    organisations, home_of = _organisations(scale, leads, staff, chance)
    return Place(
        programme=Programme.objects.get(pk=programme.pk),
        version=harbour,
        rules=rules_of(harbour),
        rounds=list(programme.rounds.all()),
        partitions=_machines(admin),
        staff=staff,
        leads=leads,
        organisations=organisations,
        home_of=home_of,
    )


def finish(place: Place) -> None:
    """The public figures, taken as the worker's rounds take them."""
    take_snapshot(programme_code=place.programme.code, now=NOW)


def _people(scale: Scale) -> list[Person]:
    rows = [
        Person(
            email=f"person{number}@people.example",
            name=f"Person Number {number}",
            name_zh=f"第{number}人" if number % 3 == 0 else "",
            password="!",
            joined_at=BEGAN,
        )
        for number in range(1, scale.people)
    ]
    return Person.objects.bulk_create(rows, batch_size=1000)


def _staff(
    scale: Scale, people: list[Person], programme: Programme, admin: Person
) -> dict[Role, list[Person]]:
    staff: dict[Role, list[Person]] = {}
    at = 0
    wanted = STAFF | {Role.REVIEWER: scale.reviewers}
    small = scale.people < sum(wanted.values()) * 2
    for role, most in wanted.items():
        count = min(most, 2) if small else most
        staff[role] = people[at : at + count]
        at += count
        for person in staff[role]:
            appoint(
                programme_code=programme.code,
                person_id=person.pk,
                role=role,
                by=actor_for(admin, PASSED_AT),
                now=PASSED_AT,
            )
    return staff


def _funding(programme: Programme, staff: dict[Role, list[Person]]) -> None:
    request = ask_funding(
        programme_code=programme.code,
        pool=POOL,
        amount=Money(2_800_000_000_00, programme.currency),
        reason="The envelope as voted.",
        by=actor_for(staff[Role.OFFICER][0], BEGAN),
        now=BEGAN,
    )
    finance = actor_for(staff[Role.FINANCE][0], BEGAN)
    approve_funding(request_id=request.pk, by=finance, now=BEGAN)


def _organisations(
    scale: Scale, leads: list[Person], staff: dict[Role, list[Person]], chance: random.Random
) -> tuple[list[Organisation], dict[int, Organisation]]:
    kinds = ["university", "research-institute", "start-up", "enterprise", "public-body"]
    rows = [
        Organisation(
            name=f"Organisation Number {number}",
            name_zh=f"第{number}機構",
            kind=kinds[number % len(kinds)],
            place="HK",
            registry="Companies Registry",
            registry_number=f"{10_000_000 + number}",
            registered_at=BEGAN,
            verified_at=BEGAN if number % 4 else None,
            verified_by=staff[Role.OFFICER][0] if number % 4 else None,
        )
        for number in range(1, scale.organisations + 1)
    ]
    made = Organisation.objects.bulk_create(rows)
    home_of = {}
    ties = []
    for number, person in enumerate(leads):
        home = made[number % len(made)]
        home_of[person.pk] = home
        waits = number >= len(made) and chance.random() < 0.02
        ties.append(
            Affiliation(
                person=person,
                organisation=home,
                state="asked" if waits else "active",
                is_manager=number < len(made),
                asked_at=BEGAN,
                settled_at=None if waits else BEGAN,
            )
        )
    Affiliation.objects.bulk_create(ties, batch_size=1000)
    return made, home_of


def _machines(admin: Person) -> dict[str, Partition]:
    by = actor_for(admin, PASSED_AT)
    add_cluster(code="quay", name="Quay", engine="local", by=by, now=PASSED_AT)
    partitions = {}
    for model, devices in DEVICES.items():
        partitions[model] = add_partition(
            cluster_code="quay", code=model, device_model_code=model, by=by, now=PASSED_AT
        )
        for kind in (CapacityKind.INSTALLED, CapacityKind.IN_SERVICE):
            set_capacity(
                cluster_code="quay",
                partition_code=model,
                kind=kind,
                devices=devices,
                first_on=date(2025, 10, 1),
                by=by,
                now=PASSED_AT,
            )
    assert date(2025, 10, 1) < TODAY
    return partitions
