"""One site with a thing in every state that matters, made by the commands.

A *thing* is what stands for the parameters of an address: ``{"code": "PIR-A0002", ...}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from tests.access.account import Account, make_account
from tests.access.changes import RULES as CHANGES
from tests.access.changes import changed, wait_listed
from tests.access.forecasts import forecasted
from tests.access.life import LIFE, PDF, lived
from tests.access.linked import linked
from tests.access.money import ENVELOPE, RULES, YEAR, billed, claimed
from tests.access.notices import noticed
from tests.access.people import PEOPLE
from tests.access.settled import settled
from tests.apps.applications.cases import (
    LARGE,
    desk_officer,
    line,
    make_applicant,
    reread,
    screened,
    submitted,
    written,
)
from tests.apps.awards.cases import decision_on, holder, money
from tests.apps.enforcement.fakes import ObedientCluster
from tests.apps.reviews.cases import assigned, marked, opened, reviewer
from tests.factories import appointed, make_admin, make_partition, make_person, make_programme

from praya.apps.applications.commands import add_attachment, ask_applicant
from praya.apps.applications.models import Application
from praya.apps.awards.commands import (
    accept_award,
    add_member,
    recuse,
    release_decision,
)
from praya.apps.awards.models import Award, Condition
from praya.apps.awards.rules import MemberRole
from praya.apps.books.commands import ask_adjustment, ask_funding
from praya.apps.clusters.models import CapacityWindow
from praya.apps.people.commands import join_organisation, make_token, set_unix_name
from praya.apps.people.models import Affiliation
from praya.apps.people.rules import TokenScope
from praya.apps.programmes.models import Appointment
from praya.apps.programmes.queries import actor_for
from praya.apps.reports.commands import take_snapshot
from praya.apps.reviews.commands import close_review_stage, declare_conflict
from praya.apps.reviews.rules import ConflictKind
from praya.apps.usage.commands import receive_runs, submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.models import UsageRecord
from praya.apps.usage.rules import JobState
from praya.core.actor import Role
from praya.core.execution.accounting import RunEnd, Used
from praya.core.quantity import Money
from praya.core.review.amount import LineAmount

Thing = dict[str, Any]
CODE = "pier"
DOCUMENTS = [{"code": "a", "name": {"en": "Slides"}}]
SMALL = line(shape="card-hours", cards="4", card_hours="100", first_on="2026-03-01")
HUNDRED = LineAmount(1, 4, 100)


@dataclass(frozen=True)
class Place:
    """The site: its things by name, and the titles that tell them apart."""

    things: dict[str, Thing]
    titles: dict[str, str]
    account: Account


def make_place(now: datetime, cluster: ObedientCluster) -> Place:
    """The whole site; ``cluster`` answers where a Slurm is asked."""
    subsidy = {"percent": 70, "caps": {"programme": "100000000"}}
    make_programme(
        now,
        attachments=DOCUMENTS,
        life=LIFE,
        changes=CHANGES,
        subsidy=subsidy,
        envelope=ENVELOPE,
    )
    wharf = make_programme(now, code="wharf", prefix="WHF", payment="claim", claims=RULES)
    _appoint_all(now)
    money(now)
    make_partition(now, programme_code=CODE)
    _, house = make_applicant(now, PEOPLE["lead"])
    _make_manager(now, house.pk)
    cases = {
        "draft": written(now, title="Kelp in the draft"),
        "submitted": submitted(now, title="Limpets on the desk"),
        "asked": submitted(now, title="Whelks under question"),
        "foreign": submitted(now, email=PEOPLE["othr"], title="Foreign barnacles"),
        "in-review": _renamed(screened(now, lines=[LARGE]), "Mussels in review"),
        "to-decide": _renamed(_marked(now), "Cockles to decide"),
        "decided": _renamed(_marked(now), "Oysters held back"),
    }
    for name in ("to-decide", "decided"):
        _recuse(cases[name], now)
    decision = decision_on(cases["decided"], now)
    waiting = _renamed(screened(now, lines=[SMALL]), "Winkles that wait")
    _recuse(waiting, now)
    offer = _award(now, PEOPLE["lead"], "Urchins on offer")
    award = _accepted(now, "Anemones in force")
    things = {name: _case_thing(case) for name, case in cases.items()}
    things |= _reviews(cases["in-review"], now)
    things["asked"]["question_id"] = _ask(cases["asked"], now)
    things["draft"]["attachment_id"] = _attach(cases["draft"], now)
    things["decided"] |= {"decision_id": decision.pk}
    things["offered"] = _award_thing(offer)
    Condition.objects.create(
        award=offer,
        number=1,
        text={"en": "The data clause is signed."},
        confirmed_by="finance",
        waived_by="committee",
    )
    things["award"] = _award_thing(award) | _members(award, now)
    things |= _jobs(award, now)
    things |= lived(award, now)
    things |= _of_programme(now, cases["to-decide"])
    things |= _of_people(now, house.pk)
    things["award"]["kind"] = "supplement"
    things |= changed(award, now)
    things |= wait_listed(waiting, now)
    things["programme"] |= {"month": "2026-02", "organisation_id": house.pk}
    things |= billed(now)
    things |= claimed(wharf, now)
    things |= noticed(now) | {"year": YEAR}
    things["programme"] |= {"figure": "drawn", "form": "csv", "age": "not-due"}
    things["to-decide"]["ceiling"], things["award"]["part"] = "programme", "free"
    things["job-ended"]["usage"] = UsageRecord.objects.get(job__isnull=False).key
    round_id = things["programme"]["round_id"]
    things |= forecasted(now, round_id=round_id, line=award.lines.get().code)
    take_snapshot(programme_code=CODE, now=now)
    titles = {name: case.title for name, case in cases.items()}
    told = {"offered": offer, "award": award, "waiting": waiting}
    offers = tuple(_award(now, PEOPLE["awle"], title) for title in ("Sponges", "Corals"))
    things |= settled(_accepted(now, "Abalones handed on"), offers, now)
    things |= _beside(things, house_id=house.pk, offer=offer, now=now)
    things["draft"]["revision"] = reread(cases["draft"]).draft_revision
    free, spare = (Award.objects.get(code=things[one]["code"]) for one in ("billed", "extended"))
    things |= linked(cluster, award, free, spare, now)
    account = make_account()
    return Place(
        things | account.things, titles | {name: one.title for name, one in told.items()}, account
    )


def _beside(
    things: dict[str, Thing], *, house_id: int, offer: Award, now: datetime
) -> dict[str, Thing]:
    """Things of which others are a part."""
    Condition.objects.create(
        award=offer,
        number=2,
        text={"en": "The ethics board agrees."},
        confirmed_by="finance",
        met_at=now,
        met_by=make_person(PEOPLE["fina"]),
        evidence="File 6",
    )
    return {
        "condition-met": {"code": offer.code, "number": 2},
        "released": {"code": offer.application.code},
        "answered": things["programme"] | {"query": f"organisation={house_id}&answers.no-other=no"},
        "closable": {"code": "wharf", "month": "2026-02"},
    }


def _appoint_all(now: datetime) -> None:
    roles = {
        "comm": Role.COMMITTEE,
        "recu": Role.COMMITTEE,
        "offi": Role.OFFICER,
        "oper": Role.OPERATOR,
        "fina": Role.FINANCE,
        "audi": Role.AUDITOR,
    }
    for column, role in roles.items():
        holder(role, now, PEOPLE[column])
    for column in ("revi", "revn", "revc", "revu"):
        reviewer(now, PEOPLE[column])
    appointed("wharf", Role.OFFICER, now, PEOPLE["foff"])
    appointed("wharf", Role.COMMITTEE, now, PEOPLE["fcom"])
    appointed("wharf", Role.FINANCE, now, PEOPLE["fcom"])


def _make_manager(now: datetime, organisation_id: int) -> None:
    manager = make_person(PEOPLE["hous"])
    join_organisation(organisation_id=organisation_id, by=actor_for(manager, now), now=now)
    Affiliation.objects.filter(person=manager).update(state="active", is_manager=True)


def _renamed(application: Application, title: str) -> Application:
    Application.objects.filter(pk=application.pk).update(title=title)
    return reread(application)


def _marked(now: datetime) -> Application:
    """A reviewed case that is to be decided."""
    application = screened(now, lines=[LARGE])
    for email in (PEOPLE["revi"], "bo@review.example"):
        marked(application, email, now, merit=4, plan=4, cards=16)
    by = desk_officer(now)
    close_review_stage(application_code=application.code, note="", by=by, now=now)
    return reread(application)


def _recuse(application: Application, now: datetime) -> None:
    by = actor_for(make_person(PEOPLE["recu"]), now)
    recuse(application_code=application.code, reason="my own laboratory", by=by, now=now)


def _award(now: datetime, email: str, title: str) -> Award:
    """A small award, decided by the committee and released by the officer."""
    application = _renamed(screened(now, email=email, lines=[SMALL]), title)
    _recuse(application, now)
    decision = decision_on(application, now, lines=[HUNDRED])
    release_decision(decision_id=decision.pk, by=desk_officer(now), now=now)
    return Award.objects.get(decision=decision)


def _accepted(now: datetime, title: str) -> Award:
    """A small award in force."""
    offer = _award(now, PEOPLE["awle"], title)
    by = actor_for(offer.application.lead, now)
    return accept_award(code=offer.code, agreement_number=1, by=by, now=now)


def _case_thing(case: Application) -> Thing:
    return {"code": case.code, "number": 1, "step": "project"}


def _ask(application: Application, now: datetime) -> int:
    by = desk_officer(now)
    asked = ask_applicant(code=application.code, text="Which?", due_on=None, by=by, now=now)
    return asked.pk


def _attach(application: Application, now: datetime) -> int:
    added = add_attachment(
        code=application.code,
        kind="a",
        file_name="slides.pdf",
        content=BytesIO(PDF),
        by=actor_for(application.lead, now),
        now=now,
    )
    return added.pk


def _reviews(application: Application, now: datetime) -> dict[str, Thing]:
    """The reviews of the case in review: one open, one not declared, one in conflict."""
    code = {"code": application.code}
    open_one = opened(application, PEOPLE["revi"], now)
    new = assigned(application, PEOPLE["revn"], now)
    conflicted = assigned(application, PEOPLE["revc"], now)
    declare_conflict(
        review_id=conflicted.pk,
        kind=ConflictKind.CO_AUTHOR,
        note="",
        by=reviewer(now, PEOPLE["revc"]),
        now=now,
    )
    return {
        "review-open": code | {"review_id": open_one.pk},
        "review-new": code | {"review_id": new.pk},
        "review-conflicted": code | {"review_id": conflicted.pk},
    }


def _award_thing(award: Award) -> Thing:
    return {"code": award.code, "number": 1, "month": "2026-03"}


def _members(award: Award, now: datetime) -> Thing:
    by = actor_for(award.lead, now)
    manager, plain = MemberRole.MANAGER, MemberRole.MEMBER
    make_person(PEOPLE["awma"])
    make_person(PEOPLE["awme"])
    make_person("spare@lab.example")
    add_member(code=award.code, email=PEOPLE["awma"], role=manager, by=by, now=now)
    add_member(code=award.code, email=PEOPLE["awme"], role=plain, by=by, now=now)
    spare = add_member(code=award.code, email="spare@lab.example", role=plain, by=by, now=now)
    return {"member_id": spare.pk}


def _jobs(award: Award, now: datetime) -> dict[str, Thing]:
    """A job of the plain member that waits, and one that ran for an hour."""
    by = actor_for(make_person(PEOPLE["awme"]), now)
    jobs = [
        submit_job(
            award_code=award.code,
            cards=1,
            time_limit_s=3600,
            argv=["true"],
            name=f"Starfish {key}",
            key=key,
            by=by,
            now=now - timedelta(hours=2),
        )
        for key in ("waiting", "ended")
    ]
    hours = timedelta(hours=1)
    end = End(JobState.COMPLETED, now - 2 * hours, now - hours, exit_code=0)
    finish_job(job_id=jobs[1].pk, end=end, by=by, now=now)
    _run_there(award, now)
    return {
        "job": {"code": jobs[0].code},
        "job-ended": {"code": jobs[1].code},
        "cluster-user": {"person_id": by.person_id},
        "cluster-job": {"code": "quay", "number": "4711"},
    }


def _run_there(award: Award, now: datetime) -> None:
    """A job of the plain member that came in on a cluster itself, charged."""
    set_unix_name(email=PEOPLE["awme"], name="awme", by=make_admin(now), now=now)
    at = int(now.timestamp())
    run = Used(
        key="quay:4711:1", account="a", member="awme", job_id="4711", run_key="", partition="h800",
        device_model="nvidia-h800", cards=1, submitted_at=at - 90, began_at=at - 70,
        ended_at=at - 10, held_s=60, end=RunEnd.COMPLETED, exit_code=0, signal=0,
    )  # fmt: skip
    receive_runs(cluster_code="quay", runs=[run], awards={"a": award.code}, now=now)


def _of_programme(now: datetime, case: Application) -> dict[str, Thing]:
    request = ask_funding(
        programme_code=CODE,
        pool="subsidy",
        amount=Money(1_000_00, "HKD"),
        reason="more",
        by=desk_officer(now),
        now=now,
    )
    asking = appointed(CODE, Role.FINANCE, now, "asking.finance@wharf.example")
    correction = ask_adjustment(
        programme_code=CODE,
        source="pool/subsidy",
        target="outside/subsidy",
        commodity="HKD",
        amount=1,
        reason="too much",
        by=asking,
        now=now,
    )
    idle = make_person(PEOPLE["revu"])
    appointment = Appointment.objects.get(person=idle)
    programme = {
        "code": CODE,
        "programme_code": CODE,
        "call_code": "rolling",
        "number": 1,
        "request_id": request.pk,
        "correction_id": correction.pk,
        "appointment_id": appointment.pk,
        "person_id": idle.pk,
        "round_id": case.round_id,
    }
    window = CapacityWindow.objects.order_by("-pk").first()
    cluster = {"code": "quay", "partition": "h800", "window_id": window.pk, "drift_id": 1}
    cluster["adoption_id"] = 1
    return {"programme": programme, "cluster": cluster}


def _of_people(now: datetime, house_id: int) -> dict[str, Thing]:
    other = make_person(PEOPLE["othr"])
    asked = join_organisation(organisation_id=house_id, by=actor_for(other, now), now=now)
    lead = make_person(PEOPLE["lead"])
    token, _ = make_token(
        person_id=lead.pk,
        name="laptop",
        scope=TokenScope.READ,
        days=30,
        by=actor_for(lead, now),
        now=now,
    )
    return {
        "site": {"uidb36": "1", "key": "not-a-key", "pk": 1},
        "organisation": {"organisation_id": house_id, "affiliation_id": asked.pk},
        "membership": {"affiliation_id": lead.affiliations.get(organisation=house_id).pk},
        "token": {"token_id": token.pk},
    }
