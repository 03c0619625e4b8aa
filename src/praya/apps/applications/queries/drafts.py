"""Before a case exists and while it is written: eligibility, the draft, what its lines cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from praya.apps.applications.access import check_may_edit, person_id_of
from praya.apps.applications.models import Application, Attachment
from praya.apps.applications.queries.cases import application_named
from praya.apps.applications.queries.exclusions import excluded_until
from praya.apps.applications.rules import EDITABLE, CaseState, Problem, Step, WrongState
from praya.apps.applications.rules.content import answers_in
from praya.apps.applications.rules.problems import (
    asked_line,
    problems_of,
    steps_of,
    work_of_line,
)
from praya.apps.people.models import Affiliation
from praya.apps.people.queries import organisation_by_id
from praya.apps.people.rules import AffiliationState
from praya.apps.programmes.queries import programme_of, rules_of, today_in, version_in_force
from praya.core.actor import Actor
from praya.core.programme.asking import (
    AskedLine,
    LineValue,
    NoPrice,
    card_time_of,
    ordinary_rate_bp,
    value_of,
)
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.eligibility import Eligibility, check_eligibility
from praya.core.programme.money import Case
from praya.core.programme.parts import OrganisationKind
from praya.core.quantity import Money
from praya.core.sizing import Work


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What the rules ask of an organisation."""

    kind: OrganisationKind
    place: str
    has_registry_number: bool


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A draft to be written, with the rules in force today."""

    application: Application
    rules: ProgrammeRules
    steps: Sequence[Step]
    attachments: Sequence[Attachment]
    problems: Sequence[Problem]
    rate_bp: int

    @property
    def service_class(self) -> str:
        """The class of service that its call names."""
        return self.rules.service_class_of(self.application.call_code)

    def problems_in(self, step: Step) -> list[Problem]:
        """What is wrong in one step."""
        return [problem for problem in self.problems if problem.step is step]


@dataclass(frozen=True, slots=True)
class LineSum:
    """What one request line costs, or ``None`` while it cannot be read or has no price.

    ``work`` is what will run on it and ``asked_s`` the card-seconds asked, where both can be read.
    """

    number: int
    value: LineValue | None
    work: Work | None = None
    asked_s: int = 0


def eligibility_for(
    programme_code: str, organisation_id: int, answers: Mapping[str, bool], now: datetime
) -> Eligibility:
    """Whether an organisation may apply under the rules in force, rule by rule, and whether at all.

    Raises:
        NotFound: there is no such programme or organisation.
        NoRulesInForce: the programme has no rules yet.

    """
    organisation = organisation_by_id(organisation_id)
    found = eligibility_of_kind(
        programme_code,
        OrganisationFacts(
            kind=OrganisationKind(organisation.kind),
            place=organisation.place,
            has_registry_number=bool(organisation.registry_number),
        ),
        answers,
        now,
    )
    today = today_in(programme_of(programme_code), now)
    until = excluded_until(programme_code, organisation_id, today)
    return found if until is None else found.excluded(until)


def eligibility_of_kind(
    programme_code: str,
    organisation: OrganisationFacts,
    answers: Mapping[str, bool],
    now: datetime,
) -> Eligibility:
    """The same for an organisation that is only described; nobody needs to sign in for it."""
    programme = programme_of(programme_code)
    rules = rules_of(version_in_force(programme_code, today_in(programme, now)))
    return check_eligibility(
        rules,
        kind=organisation.kind,
        place=organisation.place,
        has_registry_number=organisation.has_registry_number,
        answers=answers,
    )


def may_begin_for(actor: Actor, organisation_id: int) -> bool:
    """Whether the actor belongs to the organisation; raises ``NotFound`` if there is none."""
    organisation_by_id(organisation_id)
    return Affiliation.objects.filter(
        person_id=person_id_of(actor),
        organisation_id=organisation_id,
        state=AffiliationState.ACTIVE.value,
    ).exists()


def untouched_draft(
    actor: Actor, programme_code: str, call_code: str, organisation_id: int
) -> Application | None:
    """The actor's draft for this call and organisation in which nothing is written yet."""
    return Application.objects.filter(
        lead_id=actor.person_id,
        programme__code=programme_code,
        call_code=call_code,
        organisation_id=organisation_id,
        state=CaseState.DRAFT.value,
        draft_revision=0,
    ).first()


def draft_of(code: str, actor: Actor, now: datetime) -> DraftForm:
    """The draft of a case, for its lead.

    Raises:
        NotFound: there is no such case, or the actor may not know of it.
        NotAllowed: somebody else is the lead.
        WrongState: the case is with the desk and cannot be written on.

    """
    application = application_named(code, actor)
    check_may_edit(actor, application, action="application.edit")
    if CaseState(application.state) not in EDITABLE:
        raise WrongState(state=application.state, action="edit")
    programme = application.programme
    rules = rules_of(version_in_force(programme.code, today_in(programme, now)))
    attachments = list(application.attachments.filter(removed_at=None))
    return DraftForm(
        application=application,
        rules=rules,
        steps=steps_of(rules),
        attachments=attachments,
        problems=problems_of(
            rules,
            application.draft,
            kind=OrganisationKind(application.organisation.kind),
            attached={attachment.kind for attachment in attachments},
            service_class=rules.service_class_of(application.call_code),
        ),
        rate_bp=ordinary_rate_bp(
            rules,
            Case(
                kind=OrganisationKind(application.organisation.kind),
                answers=answers_in(application.draft),
                on=today_in(programme, now),
            ),
        ),
    )


def line_sums(
    form: DraftForm, rows: Sequence[Mapping[str, str]]
) -> tuple[list[LineSum], LineValue]:
    """What each row of a draft costs at its rate, and the sum of those that can be read."""
    zero = Money(0, form.rules.currency)
    sums, listed, subsidy = [], zero, zero
    for row in rows:
        line, _ = asked_line(form.rules, row, form.service_class)
        value = _value_of(form, line)
        work = work_of_line(form.rules, row, line)[0] if line else None
        asked_s = card_time_of(line).seconds if line else 0
        sums.append(LineSum(int(row["number"]), value, work, asked_s))
        if value is not None:
            listed, subsidy = listed + value.list_price, subsidy + value.subsidy
    return sums, LineValue(list_price=listed, subsidy=subsidy, own=listed - subsidy)


def _value_of(form: DraftForm, line: AskedLine | None) -> LineValue | None:
    if line is None or line.days < 1:
        return None
    try:
        return value_of(form.rules, line, rate_bp=form.rate_bp)
    except NoPrice:
        return None
