"""Cases in each state, made by the commands; for the tests of this app and of those above it.

lead, organisation = make_applicant(now)
application = submitted(now)                 # 2 H800 from 1 April to 30 April 2026
application = screened(now)                  # passed completeness and eligibility
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tests.factories import appointed, make_person

from praya.apps.applications.commands import (
    begin_application,
    pass_stage,
    save_draft,
    submit_application,
)
from praya.apps.applications.models import Application, Submission
from praya.apps.people.commands import register_organisation
from praya.apps.people.models import Affiliation, Organisation
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor, Role
from praya.core.programme.document import StageKind
from praya.core.programme.parts import OrganisationKind

ANSWERS = {"no-other": False}
DECLARED = ["truth"]
LEAD = "lead@lab.example"


def line(**changed: str) -> dict[str, str]:
    """A request line as typed: 2 H800 held from 1 to 30 April 2026, HK$43,200.00 at list."""
    return {
        "device_model": "nvidia-h800",
        "shape": "cards",
        "cards": "2",
        "first_on": "2026-04-01",
        "last_on": "2026-04-30",
        "card_hours": "",
        "note": "",
    } | changed


LARGE = line(cards="16")  # HK$345,600.00: reviewed, and decided by the committee


def make_applicant(now: datetime, email: str = LEAD) -> tuple[Actor, Organisation]:
    """Somebody who founded a university laboratory, and the laboratory."""
    lead = actor_for(make_person(email), now)
    managed = Affiliation.objects.filter(person_id=lead.person_id, is_manager=True).first()
    if managed is not None:
        return lead, managed.organisation
    organisation = register_organisation(
        name=f"Laboratory of {lead.name}",
        kind=OrganisationKind.UNIVERSITY,
        place="HK",
        by=lead,
        now=now,
    )
    return lead, organisation


def begun(
    now: datetime, *, email: str = LEAD, programme_code: str = "pier", call_code: str = "rolling"
) -> Application:
    """A draft with nothing in it."""
    lead, organisation = make_applicant(now, email)
    return begin_application(
        programme_code=programme_code,
        call_code=call_code,
        organisation_id=organisation.pk,
        answers=ANSWERS,
        by=lead,
        now=now,
    )


def written(
    now: datetime,
    *,
    email: str = LEAD,
    lines: Sequence[dict[str, str]] = (),
    programme_code: str = "pier",
    title: str = "Reading old harbour maps",
) -> Application:
    """A draft that can be submitted."""
    application = begun(now, email=email, programme_code=programme_code)
    lead = actor_for(application.lead, now)
    steps = {
        "organisation": {"contact_name": "Lee Wing", "contact_email": "wing@lab.example"},
        "project": {"title": title, "summary": "We read maps.", "summary_zh": "我們讀地圖。"},
        "compute": {"lines": list(lines) or [line()]},
    }
    for step, values in steps.items():
        application = save_draft(
            code=application.code,
            step=step,
            values=values,
            revision=application.draft_revision,
            by=lead,
            now=now,
        )
    return application


def submitted(
    now: datetime,
    *,
    email: str = LEAD,
    lines: Sequence[dict[str, str]] = (),
    programme_code: str = "pier",
    title: str = "Reading old harbour maps",
) -> Application:
    """A case that the desk is to screen."""
    application = written(now, email=email, lines=lines, programme_code=programme_code, title=title)
    submit(application, now)
    return reread(application)


def submit(application: Application, now: datetime) -> Submission:
    """Submit a draft as it is."""
    application = reread(application)
    return submit_application(
        code=application.code,
        declarations=DECLARED,
        revision=application.draft_revision,
        by=actor_for(application.lead, now),
        now=now,
    )


def screened(
    now: datetime, *, email: str = LEAD, lines: Sequence[dict[str, str]] = ()
) -> Application:
    """A case passed on by the desk: to review if ``lines`` are large, else to the decision."""
    application = submitted(now, email=email, lines=lines)
    by = desk_officer(now, application.programme.code)
    for stage in (StageKind.COMPLETENESS, StageKind.ELIGIBILITY):
        pass_stage(code=application.code, note="", stage=stage, by=by, now=now)
    return reread(application)


def desk_officer(now: datetime, programme_code: str = "pier") -> Actor:
    """The officer of a programme, appointed on first use."""
    email = f"officer@{programme_code}.example"
    actor = actor_for(make_person(email), now)
    if actor.holds(programme_code, Role.OFFICER):
        return actor
    return appointed(programme_code, Role.OFFICER, now, email)


def lead_of(application: Application, now: datetime) -> Actor:
    """The lead as an actor."""
    return actor_for(application.lead, now)


def reread(application: Application) -> Application:
    """The row as it is now."""
    return Application.objects.select_related("programme", "lead", "organisation").get(
        pk=application.pk
    )
