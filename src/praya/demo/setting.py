"""Where the demo plays: people, programmes, money and machines, made by the commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from praya.apps.awards.commands import end_due_awards, lapse_offers, release_round
from praya.apps.awards.queries import held_decisions_to_release
from praya.apps.books.commands import approve_funding, ask_funding
from praya.apps.books.queries import funding_requests, pool_numbers
from praya.apps.clusters.commands import add_cluster, add_partition, set_capacity
from praya.apps.clusters.queries import partition_of
from praya.apps.clusters.rules import CapacityKind
from praya.apps.life.commands import run_life_rules, warn_of_cuts
from praya.apps.people.commands import add_person, register_organisation, verify_organisation
from praya.apps.people.queries import organisations_of, person_by_email
from praya.apps.programmes.commands import apply_programme, appoint, open_rounds
from praya.apps.programmes.queries import actor_for, latest_version
from praya.apps.reports.commands import take_snapshot
from praya.apps.usage.commands import accrue_leases, return_leases
from praya.core.actor import Actor, Role
from praya.core.programme.months import month_start
from praya.core.refusal import NotFound
from praya.demo.cases import ASCEND, H800, IRON, THREADS
from praya.demo.cast import ADMIN, APPLICANTS, HOUSES, MEMBER, STAFF, Somebody
from praya.demo.stage import Stage

CLUSTER = "waterfront"


@dataclass(frozen=True, slots=True)
class Files:
    """The two programme files, and the password that everybody of the demo signs in with."""

    harbour: str
    campus: str
    password: str


# Device model, month, devices installed, devices in service.
_MACHINES = (
    (H800, 0, 768, 640),
    (ASCEND, 1, 512, 512),
    (IRON, 3, 256, 256),
    (THREADS, 3, 128, 128),
    (H800, 6, 768, 768),
    (ASCEND, 6, 256, 256),
)
ARRIVALS = tuple(sorted({month for _model, month, _in, _up in _MACHINES if month}))


def _somebody(one: Somebody, password: str, now: datetime, *, is_admin: bool = False) -> Actor:
    try:
        person = person_by_email(one.email)
    except NotFound:
        person = add_person(
            email=one.email,
            name=one.name,
            name_zh=one.name_zh,
            password=password,
            is_site_admin=is_admin,
            by=Actor.praya("demo"),
            now=now,
        )
    return actor_for(person, now)


def people(stage: Stage, files: Files, now: datetime) -> None:
    """The keeper applies the programme and appoints its staff; founders register organisations."""
    admin = _somebody(ADMIN, files.password, now, is_admin=True)
    if latest_version(stage.programme_code) is None:
        apply_programme(source=files.harbour, file="harbour.yaml", by=admin, now=now)
    for one, role in STAFF:
        actor = _somebody(one, files.password, now)
        if not actor.holds(stage.programme_code, role):
            _appoint(stage.programme_code, actor, role, admin, now)
    for one in (*APPLICANTS, MEMBER):
        _somebody(one, files.password, now)
    officer = stage.who("officer", now)
    for house in HOUSES:
        founder = stage.who(house.founder, now)
        if organisations_of(founder.person_id or 0).exists():
            continue
        made = register_organisation(
            name=house.name,
            name_zh=house.name_zh,
            kind=house.kind,
            registry="Business Registration" if house.number else "",
            registry_number=house.number,
            by=founder,
            now=now,
        )
        verify_organisation(organisation_id=made.pk, by=officer, now=now)


def _appoint(code: str, actor: Actor, role: Role, admin: Actor, now: datetime) -> None:
    assert actor.person_id is not None
    appoint(programme_code=code, person_id=actor.person_id, role=role, by=admin, now=now)


def campus(files: Files, now: datetime) -> None:
    """A second, very different programme: many small awards, credits, a window every month."""
    admin = actor_for(person_by_email(ADMIN.email), now)
    if latest_version("campus") is None:
        apply_programme(source=files.campus, file="campus.yaml", by=admin, now=now)
    for key, role in (("officer", Role.OFFICER), ("finance", Role.FINANCE)):
        actor = actor_for(person_by_email(f"{key}@praya.example"), now)
        if not actor.holds("campus", role):
            _appoint("campus", actor, role, admin, now)


def funding(stage: Stage, now: datetime) -> None:
    """An officer asks for each purpose of the envelope; finance, somebody else, approves."""
    rules = stage.rules(now)
    funded = {one.pool for one in pool_numbers(stage.programme_code) if one.funded}
    waiting = {one.pool for one in funding_requests(stage.programme_code) if one.state == "asked"}
    for purpose in rules.envelope.purposes:
        if purpose.code not in funded | waiting:
            ask_funding(
                programme_code=stage.programme_code,
                pool=purpose.code,
                amount=rules.money(purpose.amount),
                reason="Voted in the budget.",
                by=stage.who("officer", now),
                now=now,
            )
    finance = stage.who("finance", now)
    for request in funding_requests(stage.programme_code):
        if request.state == "asked":
            approve_funding(request_id=request.pk, by=finance, now=now)


def machines(stage: Stage, now: datetime) -> None:
    """The operator adds the cluster, its partitions, and what is there from the start."""
    operator = stage.who("operator", now)
    add_cluster(code=CLUSTER, name="Waterfront Centre", engine="local", by=operator, now=now)
    for model in (H800, ASCEND, IRON, THREADS):
        add_partition(
            cluster_code=CLUSTER,
            code=model,
            device_model_code=model,
            programme_code=stage.programme_code,
            by=operator,
            now=now,
        )
    arrival(stage, now, month=0)


def arrival(stage: Stage, now: datetime, *, month: int) -> None:
    """The operator records the machines that arrive in a month."""
    operator = stage.who("operator", now)
    first_on = month_start(stage.first_on, months=month)
    for model, arrives, installed, in_service in _MACHINES:
        if arrives != month:
            continue
        there = partition_of(CLUSTER, model).capacity.filter(first_on=first_on)
        counts = {CapacityKind.INSTALLED: installed, CapacityKind.IN_SERVICE: in_service}
        for kind, devices in counts.items():
            if not there.filter(kind=kind.value).exists():
                set_capacity(
                    cluster_code=CLUSTER,
                    partition_code=model,
                    kind=kind,
                    devices=devices,
                    first_on=first_on,
                    note=f"Phase of {first_on:%B %Y}",
                    by=operator,
                    now=now,
                )


def release(stage: Stage, now: datetime) -> None:
    """Somebody who decided none of them releases the held decisions of each round."""
    officer = stage.who("officer", now)
    for round_id in sorted({one.round_id for one in held_decisions_to_release(officer)}):
        release_round(round_id=round_id, by=officer, now=now)


def month_end(stage: Stage, now: datetime) -> None:
    """Praya's own rounds at the end of a month."""
    accrue_leases(now=now)
    warn_of_cuts(now=now)
    run_life_rules(now=now)
    lapse_offers(by=Actor.praya("offers"), now=now)
    end_due_awards(by=Actor.praya("awards"), now=now)
    return_leases(now=now)
    open_rounds(programme_code=stage.programme_code, by=Actor.praya("rounds"), now=now)
    take_snapshot(programme_code=stage.programme_code, now=now + timedelta(minutes=1))
