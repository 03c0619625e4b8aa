"""What many tests start from: people, a small programme and machines, made by the commands.

Nothing here writes a row that a command would write. People are made as signing up makes them.

    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    make_programme(now)                                   # code "pier", codes PIR-0001
    officer = appointed("pier", Role.OFFICER, now)        # an Actor
    make_partition(now, programme_code="pier")            # 8 cards installed and in service
"""

from __future__ import annotations

from datetime import date, datetime

import yaml

from praya.apps.clusters.commands import (
    add_cluster,
    add_partition,
    keep_engine_settings,
    set_capacity,
)
from praya.apps.clusters.models import Cluster, Partition
from praya.apps.clusters.queries import cluster_of
from praya.apps.clusters.rules import CapacityKind
from praya.apps.people.models import Person
from praya.apps.programmes.commands import apply_programme, appoint
from praya.apps.programmes.models import Programme
from praya.apps.programmes.queries import actor_for, programme_of
from praya.core.actor import Actor, Role

PASSWORD = "a lamp over the pier"


def make_person(email: str = "mei@pier.example", *, name: str = "", **fields: object) -> Person:
    """A person who can sign in with ``PASSWORD``; the one there is, if there is."""
    found = Person.objects.filter(email=email).first()
    name = name or email.partition("@")[0].replace(".", " ").title()
    return found or Person.objects.create_user(email, PASSWORD, name=name, **fields)


def make_admin(now: datetime, email: str = "admin@site.example") -> Actor:
    """A site admin, as an actor."""
    return actor_for(make_person(email, is_site_admin=True), now)


def make_programme(now: datetime, **changed: object) -> Programme:
    """The small programme, applied by a site admin; ``changed`` replaces fields of its file."""
    source = minimal_programme_yaml(**changed)
    version = apply_programme(source=source, by=make_admin(now), now=now)
    return programme_of(version.programme.code)


def appointed(programme_code: str, role: Role, now: datetime, email: str = "") -> Actor:
    """A person appointed to a role, as an actor; ``officer@pier.example`` by default."""
    person = make_person(email or f"{role.value}@{programme_code}.example")
    appoint(
        programme_code=programme_code, person_id=person.pk, role=role, by=make_admin(now), now=now
    )
    return actor_for(person, now)


def person_behind(actor: Actor) -> Person:
    """The person an actor stands for, to sign in with."""
    return Person.objects.get(pk=actor.person_id)


def make_partition(
    now: datetime,
    *,
    cluster_code: str = "quay",
    code: str = "h800",
    device_model_code: str = "nvidia-h800",
    programme_code: str = "",
    devices: int = 8,
    first_on: date = date(2026, 1, 1),
    engine: str = "local",
) -> Partition:
    """A partition with devices installed and in service from a day on, by a site admin."""
    by = make_admin(now)
    add_cluster(code=cluster_code, name=cluster_code.title(), engine=engine, by=by, now=now)
    partition = add_partition(
        cluster_code=cluster_code,
        code=code,
        device_model_code=device_model_code,
        programme_code=programme_code,
        by=by,
        now=now,
    )
    for kind in (CapacityKind.INSTALLED, CapacityKind.IN_SERVICE):
        set_capacity(
            cluster_code=cluster_code,
            partition_code=code,
            kind=kind,
            devices=devices,
            first_on=first_on,
            by=by,
            now=now,
        )
    return partition


def make_held_slurm(now: datetime, *, code: str = "harbour", **told: object) -> Cluster:
    """A Slurm that holds awards and has H800 cards, without a partition in Praya."""
    add_cluster(code=code, name=code.title(), engine="slurm", by=make_admin(now), now=now)
    facts = {"cluster": "trial", "models": {"H800": "nvidia-h800"}, "is_held": True}
    keep_engine_settings(code=code, settings=facts | told)
    return cluster_of(code)


def minimal_programme_yaml(**changed: object) -> str:
    """A small, complete programme file; ``changed`` replaces fields at its top.

    Rules: HKD, 2026 to 2028, 70 % subsidy (90 % by the committee), an H800 at 30.00, an Ascend at
    20.00 a card-hour, a rolling call ``rolling`` from 1 January 2026 in batches of three months;
    an officer decides up to 100,000.00 without review, the committee above.
    """
    fields = yaml.load(_MINIMAL, Loader=yaml.CSafeLoader) | changed
    return yaml.dump(fields, Dumper=_EachWrittenOut, allow_unicode=True, sort_keys=False)


class _EachWrittenOut(yaml.CSafeDumper):
    """Writes no aliases: a programme file has none."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_MINIMAL = """\
code: pier
prefix: PIR
name: {en: Pier Compute Programme, zh_hant: 碼頭算力計劃}
summary: {en: Lends accelerators to teams by the pier.}
owner: {en: Pier Council}
operator: {en: Pier Centre}
currency: HKD
effective_on: 2026-01-01
period: {from: 2026-01-01, to: 2028-12-31}
envelope:
  amount: 100000000
  purposes:
    - {code: subsidy, name: {en: Subsidy}, amount: 90000000, pays_subsidy: true}
    - {code: outreach, name: {en: Outreach}, amount: 10000000}
eligibility:
  - code: kind
    text: {en: "Universities, research institutes and start-ups may apply."}
    kinds: [university, research-institute, start-up]
  - code: place
    text: {en: The organisation is registered in Hong Kong.}
    places: [HK]
  - code: no-other
    text: {en: No other programme pays for the same work.}
    question: {en: "Does another programme pay for this work?"}
    want: false
    otherwise: human
limits: {cards_max: 64, months_max: 24}
subsidy:
  percent: 70
  exceptional: {percent: 90, granted_by: committee, ground: {en: Work of public value.}}
device_models:
  - code: nvidia-h800
    vendor: NVIDIA
    name: H800 SXM
    memory_gib: 80
    peak: [{precision: bf16, dense_tflops: 989.4, source: NVIDIA H100 data sheet}]
  - code: ascend-910b
    vendor: Huawei
    name: Ascend 910B
    memory_gib: 64
    peak: [{precision: fp16, dense_tflops: 313, source: Ascend product page}]
prices:
  - {device_model: nvidia-h800, per_card_hour: 30, valid_from: 2026-01-01}
  - {device_model: ascend-910b, per_card_hour: 20, valid_from: 2026-01-01}
scoring:
  criteria:
    - {code: merit, name: {en: Merit}, weight: 60, prompts: [{en: "What is new?"}]}
    - {code: plan, name: {en: Plan}, weight: 40}
stages:
  - {kind: completeness, name: {en: Completeness}, target_days: 5}
  - {kind: eligibility, name: {en: Eligibility}, target_days: 5}
  - {kind: review, name: {en: Review}, target_days: 20}
  - {kind: decision, name: {en: Decision}, target_days: 10}
  - {kind: agreement, name: {en: Agreement}, target_days: 28}
delegation:
  - up_to_list_value: 100000
    decided_by: officer
    stages: [completeness, eligibility, decision, agreement]
  - {decided_by: committee}
calls:
  - code: rolling
    title: {en: Rolling call}
    kind: rolling
    opens_on: 2026-01-01
    batch_every_months: 3
    decide_within_days: 30
form:
  - {code: plan, label: {en: "What will you do?"}, kind: text, required: false}
declarations:
  - {code: truth, text: {en: What we say here is true.}}
agreement: {text: {en: You use the machines for the work described.}}
"""
