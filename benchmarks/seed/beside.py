"""What came beside awards: a closed month with its invoices, claims, changes, debts, letters."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.seed.awards import Given
from benchmarks.seed.scale import NOW, TODAY
from benchmarks.seed.site import POOL, Place
from praya.apps.awards.models import AwardLine
from praya.apps.billing.commands import issue_invoices
from praya.apps.billing.models import Claim, PeriodClose
from praya.apps.billing.rules import ClaimState
from praya.apps.changes.models import Change, Debt
from praya.apps.changes.rules import Cause, ChangeKind, ChangeState, Wish
from praya.apps.life.models import CutWarning
from praya.apps.notices.models import Letter
from praya.apps.notices.rules import LetterState, Topic
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Role

MONTH = "2027-02"
DAY = timedelta(days=1)


def write(place: Place, awards: list[Given]) -> None:
    """One claim, two changes and two letters for each award in force, and invoices of a month."""
    running = [one for one in awards if one.row.state == "active"]
    _invoices(place)
    _claims(place, running)
    _changes(place, running)
    _letters(place, running)


def _invoices(place: Place) -> None:
    finance = place.staff[Role.FINANCE][0]
    PeriodClose.objects.create(
        programme=place.programme,
        month=MONTH,
        closed_at=NOW - 20 * DAY,
        closed_by=finance,
        checks=[],
        entries=0,
    )
    issue_invoices(
        programme_code=place.programme.code, month=MONTH, by=actor_for(finance, NOW), now=NOW
    )


def _claims(place: Place, awards: list[Given]) -> None:
    """Rows of the list alone: this programme invoices, so that a claim has no page."""
    Claim.objects.bulk_create(
        Claim(
            programme=place.programme,
            number=number,
            code=f"{place.programme.prefix}-R{number:04d}",
            award=one.row,
            currency=place.rules.currency,
            state=ClaimState.SUBMITTED.value,
            begun_at=NOW - 9 * DAY,
            claimed_by=one.row.lead,
            submitted_at=NOW - 8 * DAY,
        )
        for number, one in enumerate(awards, start=1)
    )


def _changes(place: Place, awards: list[Given]) -> None:
    """A request that is open, and a recovery that left a debt, for each award."""
    officer, finance = place.staff[Role.OFFICER][-1], place.staff[Role.FINANCE][0]
    said = {"asked_at": NOW - 5 * DAY, "rule_version": place.version}
    Change.objects.bulk_create(
        Change(
            award=one.row,
            kind=ChangeKind.EXTENSION.value,
            wish=Wish(last_on=one.row.last_on + 90 * DAY).as_json(),
            reason="The tides took longer.",
            asked_by=one.row.lead,
            **said,
        )
        for one in awards
    )
    recovered = Change.objects.bulk_create(
        Change(
            award=one.row,
            kind=ChangeKind.RECOVERY.value,
            state=ChangeState.GRANTED.value,
            reason="No report came.",
            asked_by=officer,
            decided_at=NOW - 4 * DAY,
            decided_by=finance,
            **said,
        )
        for one in awards
    )
    Debt.objects.bulk_create(
        Debt(
            award=change.award,
            change=change,
            pool=POOL,
            cause=Cause.NO_REPORT.value,
            currency=place.rules.currency,
            amount_minor=1_000_00,
            owner=finance,
            made_at=NOW - 4 * DAY,
            due_on=TODAY + 26 * DAY,
        )
        for change in recovered
    )


def _letters(place: Place, awards: list[Given]) -> None:
    """A warning of use for each award, and one of a cut where the rules have a check to come."""
    Letter.objects.bulk_create(
        Letter(
            kind="warning.used",
            topic=Topic.USE.value,
            to=one.row.lead,
            programme_code=place.programme.code,
            about=one.row.code,
            facts={"award": one.row.code},
            made_at=NOW - 2 * DAY,
            state=LetterState.SENT.value,
            subject="Use",
            text="Use",
            sent_at=NOW - 2 * DAY,
        )
        for one in awards
    )
    lines: list[AwardLine] = [line for one in awards for line in one.lines]
    rules = place.rules.life.cut_rules
    CutWarning.objects.bulk_create(
        CutWarning(
            line=line,
            rule_code=rules[0].code,
            mark="told",
            days_before=30,
            due_on=TODAY + 20 * DAY,
            cut_s=3600,
            person=line.award.lead,
            at=NOW - 10 * DAY,
        )
        for line in lines
        if rules and line.shape == "card-hours"
    )
