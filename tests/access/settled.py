"""What can be taken back, answered by others, or done only once something came before it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.access.people import PEOPLE
from tests.apps.applications.cases import (
    LARGE,
    desk_officer,
    lead_of,
    reread,
    screened,
    submit,
    submitted,
)
from tests.apps.changes.changing import use
from tests.apps.reviews.cases import marked, opened, reviewer
from tests.awarding import Given, active_award
from tests.factories import appointed, make_person

from praya.apps.applications.commands import return_application, save_draft
from praya.apps.awards.commands import (
    accept_award,
    answer_lead,
    ask_lead,
    decide_lead,
    follow_conditions,
    suspend_award,
)
from praya.apps.awards.models import Agreement, Award, Condition, LeadChange
from praya.apps.awards.rules.leading import LeadState
from praya.apps.changes.commands import (
    agree_notice,
    ask_change,
    carry_out_notices,
    give_notice,
    grant_change,
    make_appeal,
    record_debt_payment,
)
from praya.apps.changes.models import Debt
from praya.apps.changes.rules import Cause, ChangeKind, Formula, NoticeKind, Wish
from praya.apps.changes.rules.appealing import Against, Ground
from praya.apps.notices.commands import add_hook, pause_hook
from praya.apps.notices.models import Letter
from praya.apps.notices.rules import LetterState
from praya.apps.people.commands import join_organisation
from praya.apps.people.models import Affiliation
from praya.apps.programmes.queries import actor_for, programme_of
from praya.apps.reviews.commands import save_review
from praya.apps.reviews.rules import MarkGiven
from praya.core.actor import Actor, Role
from praya.core.review.amount import LineAmount

Thing = dict[str, Any]
HEIR = "heir@lab.example"
WEEKS = timedelta(days=20)


def settled(inherited: Award, offers: tuple[Award, Award], now: datetime) -> dict[str, Thing]:
    """The things, by name; ``inherited`` is an award that its lead hands on, and two are offers."""
    officer = appointed("pier", Role.OFFICER, now, "second.officer@pier.example")
    finance = appointed("pier", Role.FINANCE, now, "second.finance@pier.example")
    award = _award(now)
    return (
        _cases(now)
        | _reviewing(now)
        | _extended(award, now, officer=officer)
        | _contested(award, now, officer=officer, finance=finance)
        | _paid(_award(now), now, officer=officer, finance=finance)
        | _over(_award(now), now, officer=officer)
        | _resting(_award(now), now, officer=officer)
        | _asked(_award(now), now, officer=officer)
        | _inherited(inherited, now, officer=officer)
        | _conditional(*offers, now)
        | _messages(now)
    )


def _award(now: datetime) -> Award:
    lead = PEOPLE["awle"]
    return active_award(now, lines=[Given()], programme=programme_of("pier"), lead=lead)


def _cases(now: datetime) -> dict[str, Thing]:
    """A case that was sent back and submitted again."""
    case = submitted(now, title="Periwinkles once more")
    by = desk_officer(now)
    return_application(code=case.code, reason="Say for whom.", by=by, now=now)
    case = reread(case)
    save_draft(
        code=case.code,
        step="project",
        values={"title": case.title, "summary": "For schools.", "summary_zh": "為學校。"},
        revision=case.draft_revision,
        by=lead_of(case, now),
        now=now,
    )
    submit(case, now)
    return {"resubmitted": {"code": case.code, "number": 2, "query": "older=1&newer=2"}}


def _reviewing(now: datetime) -> dict[str, Thing]:
    """A case that all have marked, and a review with its marks that is not sent."""
    done = screened(now, lines=[LARGE])
    for email in (PEOPLE["revi"], "bo@review.example"):
        marked(done, email, now, merit=4, plan=4, cards=16)
    open_case = screened(now, lines=[LARGE])
    review = opened(open_case, PEOPLE["revi"], now)
    review = save_review(
        review_id=review.pk,
        marks=[MarkGiven("merit", 4, "clear"), MarkGiven("plan", 4)],
        recommended=[LineAmount(1, 16)],
        comment="Worth doing.",
        comment_to_desk="",
        revision=review.revision,
        by=reviewer(now, PEOPLE["revi"]),
        now=now,
    )
    return {
        "marked": {"code": done.code},
        "review-marked": {"review_id": review.pk, "revision": review.revision},
    }


def _extended(award: Award, now: datetime, *, officer: Actor) -> dict[str, Thing]:
    """An extension that another officer granted."""
    asked = ask_change(
        code=award.code,
        kind=ChangeKind.EXTENSION,
        wish=Wish(last_on=date(2027, 1, 31)),
        reason="The tides took longer.",
        by=actor_for(award.lead, now),
        now=now,
    )
    grant_change(change_id=asked.pk, reason="It fits.", by=officer, now=now)
    return {"extended": {"change_id": asked.pk, "code": award.code}}


def _claimed_back(award: Award, now: datetime, *, officer: Actor, finance: Actor) -> int:
    """The number of a claim on what was used."""
    use(award, now, hours=4)
    asked = ask_change(
        code=award.code,
        kind=ChangeKind.RECOVERY,
        wish=Wish(formula=Formula.ALL, cause=Cause.RESALE),
        reason="It was sold on.",
        by=officer,
        now=now,
    )
    return grant_change(change_id=asked.pk, reason="So it was.", by=finance, now=now).pk


def _contested(award: Award, now: datetime, *, officer: Actor, finance: Actor) -> dict[str, Thing]:
    """A claim by others, which the lead contests."""
    appeal = make_appeal(
        against=Against.CHANGE,
        key=str(_claimed_back(award, now, officer=officer, finance=finance)),
        ground=Ground.MISREADING,
        text="It was not sold.",
        by=actor_for(award.lead, now),
        now=now,
    )
    return {"claim-contested": {"appeal_id": appeal.pk}}


def _paid(award: Award, now: datetime, *, officer: Actor, finance: Actor) -> dict[str, Thing]:
    """A claim of which another has entered a payment; and an agreement that waits to be seen."""
    _claimed_back(award, now, officer=officer, finance=finance)
    debt = Debt.objects.get(award=award)
    record_debt_payment(
        debt_id=debt.pk,
        number=2,
        amount_minor=1,
        paid_on=now.date(),
        reference="",
        by=finance,
        now=now,
    )
    Agreement.objects.create(award=award, number=2, text={}, sha256="0" * 64, made_at=now)
    return {"paid-by-another": {"debt_id": debt.pk, "number": 2, "code": award.code}}


def _over(award: Award, now: datetime, *, officer: Actor) -> dict[str, Thing]:
    """An award that a notice has ended."""
    before = now - WEEKS
    notice = give_notice(
        code=award.code,
        kind=NoticeKind.END,
        cause=Cause.RESALE,
        reason="It was sold on.",
        effective_on=now.date(),
        by=officer,
        now=before,
    )
    committee = actor_for(make_person(PEOPLE["comm"]), now)
    agree_notice(notice_id=notice.pk, by=committee, now=before)
    carry_out_notices(by=Actor.praya("notices"), now=now)
    return {"carried-out": {"notice_id": notice.pk, "code": award.code}}


def _resting(award: Award, now: datetime, *, officer: Actor) -> dict[str, Thing]:
    """An award that is suspended."""
    suspend_award(code=award.code, reason="No report came.", by=officer, now=now)
    return {"suspended": {"code": award.code}}


def _asked(award: Award, now: datetime, *, officer: Actor) -> dict[str, Thing]:
    """A notice to which nobody has agreed."""
    notice = give_notice(
        code=award.code,
        kind=NoticeKind.END,
        cause=Cause.RESALE,
        reason="It was sold on.",
        effective_on=date(2026, 5, 31),
        by=officer,
        now=now,
    )
    return {"notice-asked": {"notice_id": notice.pk}}


def _inherited(award: Award, now: datetime, *, officer: Actor) -> dict[str, Thing]:
    """An award that somebody of the same house leads by now."""
    heir = make_person(HEIR)
    organisation = award.organisation
    join_organisation(organisation_id=organisation.pk, by=actor_for(heir, now), now=now)
    Affiliation.objects.filter(person=heir).update(state="active")
    affiliation = Affiliation.objects.get(person=heir)
    lead = actor_for(award.lead, now)
    asked = ask_lead(code=award.code, email=HEIR, reason="On leave.", by=lead, now=now)
    answer_lead(change_id=asked.pk, agrees=True, by=actor_for(heir, now), now=now)
    decide_lead(change_id=asked.pk, grants=True, reason="", by=officer, now=now)
    return {
        "inherited": {"code": award.code, "change_id": asked.pk},
        "heir": {"affiliation_id": affiliation.pk},
    }


def _conditional(waits: Award, gave_up: Award, now: datetime) -> dict[str, Thing]:
    """An award that waits for a condition and a new lead; one that ended for want of the first."""
    for offer, meet_by in ((waits, date(2026, 3, 20)), (gave_up, date(2026, 2, 20))):
        Condition.objects.create(
            award=offer, number=1, text={"en": "The site is ready."}, confirmed_by="finance"
        )
        by = actor_for(offer.application.lead, now)
        accept_award(code=offer.code, agreement_number=1, by=by, now=now)
        signed = Award.objects.filter(pk=offer.pk)
        signed.update(meet_by=meet_by, reminded_at=now - WEEKS)
    ended = follow_conditions(by=Actor.praya("awards"), now=now)
    assert ended == [gave_up.code]
    change = LeadChange.objects.create(
        award=waits,
        former=waits.lead,
        person=make_person(PEOPLE["awme"]),
        asked_by=waits.lead,
        reason="On leave.",
        state=LeadState.ASKED.value,
        asked_at=now,
    )
    return {
        "waits-to-start": {"code": waits.code},
        "gave-up": {"code": gave_up.code},
        "lead-asked": {"change_id": change.pk},
    }


def _messages(now: datetime) -> dict[str, Thing]:
    """A hook that rests, and a letter that failed."""
    finance = actor_for(make_person(PEOPLE["fina"]), now)
    rest = {"programme_code": "pier", "from_start": False, "by": finance, "now": now}
    hook, _secret = add_hook(url="https://ledger.example/resting", **rest)
    pause_hook(hook_id=hook.pk, by=finance, now=now)
    waiting = Letter.objects.filter(programme_code="pier", state=LetterState.WAITING.value)
    letter = waiting.latest("id")
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.FAILED.value)
    return {"hook-paused": {"hook_id": hook.pk}, "letter-failed": {"letter_id": letter.pk}}
