"""A lead contests a decision; somebody who did not take it upholds the appeal or rejects it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.applications.cases import desk_officer, lead_of, reread, submitted
from tests.apps.awards.cases import ALL, accepted, decided, decision_on, holder, member, money
from tests.apps.changes.changing import CHANGES, asked, granted, staff
from tests.apps.changes.changing import noticed as end_noticed
from tests.factories import make_programme, minimal_programme_yaml

from praya.apps.applications.commands import fail_stage
from praya.apps.applications.queries import case_of
from praya.apps.awards.commands import accept_award, recuse, release_decision, release_round
from praya.apps.awards.models import Award
from praya.apps.awards.rules import Outcome
from praya.apps.changes.commands import (
    carry_out_notices,
    make_appeal,
    reject_appeal,
    uphold_appeal,
    withdraw_appeal,
)
from praya.apps.changes.models import Appeal, Notice
from praya.apps.changes.queries import appeals_visible_to, appeals_waiting
from praya.apps.changes.rules import Cause, ChangeKind
from praya.apps.changes.rules import refusals as of_changes
from praya.apps.changes.rules.appealing import (
    Against,
    AlreadyAppealed,
    AppealNotOpen,
    Ground,
    NoAppeal,
    NothingContested,
    Overtaken,
    SameDecider,
    TooLate,
)
from praya.apps.notices.models import Letter
from praya.apps.programmes.commands import apply_programme
from praya.apps.reports.queries import figures_of
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
RULES = {
    **CHANGES,
    "appeal": {"within_days": 14, "answer_within_days": 21},
    "end_at_once": {"causes": ["sanctions"]},
}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _programme(now):
    make_programme(now, changes=RULES)
    money(now)


def rejected(now, outcome=Outcome.REJECT):
    """A case decided and released."""
    decision = decided(now, outcome=outcome, lines=[ALL])
    release_round(round_id=decision.round_id, by=desk_officer(now), now=now)
    return reread(decision.application)


def appealed(application, now, *, by=None, against=Against.CASE, key="", **changed):
    said = {"ground": Ground.MISREADING, "text": "The sizing sheet was read as hours."} | changed
    by = by or lead_of(application, now)
    return make_appeal(against=against, key=key or application.code, by=by, now=now, **said)


def answerer(now):
    return member(now, "other.committee@pier.example")


def uphold(appeal, now, by=None, reason="It was."):
    return uphold_appeal(appeal_id=appeal.pk, reason=reason, by=by or answerer(now), now=now)


def test_an_upheld_appeal_has_the_case_decided_anew_and_released_by_another(now):
    application = rejected(now)
    others = answerer(now)
    appeal = appealed(application, now)
    assert appealed(application, now) == appeal  # sent twice
    assert (reread(application).state, appeal.due_on) == ("rejected", now.date() + 21 * DAY)
    told = Letter.objects.filter(kind="appeal.made").values_list("to__email", flat=True)
    assert list(told) == [others_email(others)]
    assert list(appeals_waiting(others)) == [appeal]

    uphold(appeal, now + DAY)

    again = reread(application)
    assert (again.state, again.stage, again.closed_at) == ("to-decide", "decision", None)
    assert again.round_id == application.round_id  # the call is closed: it stays in its own
    assert Letter.objects.filter(kind="appeal.upheld", to=application.lead).count() == 1
    assert not appeals_waiting(others).exists()
    seen = [one.action for one in case_of(application.code, lead_of(application, now)).timeline]
    assert [one for one in seen if one.startswith("appeal")] == ["appeal.made", "appeal.upheld"]
    new = decision_on(again, now + DAY, by=others)
    release_decision(decision_id=new.pk, by=desk_officer(now), now=now + DAY)
    assert reread(application).state == "awarded"
    assert uphold(appeal, now + DAY).state == "upheld"


def others_email(actor):
    return Letter._meta.get_field("to").related_model.objects.get(pk=actor.person_id).email


def test_a_rejected_appeal_leaves_the_decision_and_is_not_made_again(now):
    application = rejected(now)
    appeal = appealed(application, now)
    facts = {"appeal_id": appeal.pk, "by": answerer(now), "now": now}
    with pytest.raises(of_changes.ReasonMissing):
        reject_appeal(reason=" ", **facts)

    done = reject_appeal(reason="It was read right.", **facts)

    assert (done.state, done.answer) == ("rejected", "It was read right.")
    assert reject_appeal(reason="x", **facts).answer == "It was read right."
    assert reread(application).state == "rejected"
    assert Letter.objects.filter(kind="appeal.rejected", to=application.lead).count() == 1
    with pytest.raises(AppealNotOpen):
        uphold(appeal, now)
    with pytest.raises(AlreadyAppealed):
        appealed(application, now, ground=Ground.NEW_FACTS)


def test_making_one_is_refused_in_the_promised_order(now):
    other, officer = lead_of(submitted(now, email="o@other.example"), now), desk_officer(now)
    application = submitted(now)
    with pytest.raises(NothingContested):
        appealed(application, now)
    _closed(application, now)
    late = now + 15 * DAY
    for by, at, text, refusal in (
        (other, late, " ", NotFound),
        (officer, late, " ", NotAllowed),
        (None, late, " ", TooLate),
        (None, now + 14 * DAY, " ", of_changes.ReasonMissing),
    ):
        with pytest.raises(refusal):
            appealed(application, at, by=by, text=text)
    assert not Appeal.objects.exists()


def _closed(application, now):
    """Rejected at the desk."""
    by = desk_officer(now)
    return fail_stage(code=application.code, reason="Not eligible.", by=by, now=now)


def test_without_a_rule_nothing_is_contested(now):
    application = rejected(now)
    source = minimal_programme_yaml(effective_on=now.date().isoformat())
    apply_programme(source=source, by=desk_officer(now), now=now)
    with pytest.raises(NoAppeal):
        appealed(application, now)


def test_what_failed_at_the_desk_is_checked_there_again_by_another(now):
    application = _closed(submitted(now), now)
    stage = application.stage
    appeal = appealed(application, now)
    assert appeal.decided_by_id == desk_officer(now).person_id

    uphold(appeal, now)

    again = reread(application)
    assert (again.state, again.stage, again.closed_at) == ("submitted", stage, None)


def test_who_answers_neither_decided_nor_recused_nor_is_of_another_office(now):
    application = rejected(now)
    appeal = appealed(application, now)
    for by, refusal in (
        (desk_officer(now), NotAllowed),
        (member(now), SameDecider),
        (holder(Role.FINANCE, now), NotFound),
    ):
        with pytest.raises(refusal):
            uphold(appeal, now, by, " ")
    shy = member(now, "shy@pier.example")
    recuse(application_code=application.code, reason="A friend.", by=shy, now=now)
    assert not appeals_visible_to(shy).exists()
    with pytest.raises(NotFound):
        uphold(appeal, now, shy)
    with pytest.raises(NotAllowed):
        withdraw_appeal(appeal_id=appeal.pk, by=answerer(now), now=now)


@pytest.mark.parametrize("answer", [uphold_appeal, reject_appeal])
def test_answers_are_refused_in_the_promised_order(now, answer):
    application = rejected(now)
    appeal = appealed(application, now)

    def refused(refusal, by, reason=" ", number=appeal.pk):
        with pytest.raises(refusal):
            answer(appeal_id=number, reason=reason, by=by, now=now)

    refused(NotFound, answerer(now), number=10**6)
    refused(NotAllowed, desk_officer(now))
    refused(SameDecider, member(now))
    refused(of_changes.ReasonMissing, answerer(now))
    withdraw_appeal(appeal_id=appeal.pk, by=lead_of(application, now), now=now)
    refused(NotAllowed, desk_officer(now))
    refused(AppealNotOpen, member(now))


def test_an_appeal_that_was_withdrawn_may_be_made_again(now):
    application = rejected(now)
    appeal = appealed(application, now)
    lead = lead_of(application, now)
    withdraw_appeal(appeal_id=appeal.pk, by=lead, now=now)
    assert withdraw_appeal(appeal_id=appeal.pk, by=lead, now=now).state == "withdrawn"

    assert appealed(application, now).pk != appeal.pk


def test_the_offer_that_is_contested_is_taken_back_and_no_accepted_one(now):
    application = rejected(now, Outcome.AWARD)
    award = Award.objects.get(application=application)
    appeal = appealed(application, now)

    uphold(appeal, now)

    assert Award.objects.get(pk=award.pk).state == "withdrawn"
    assert reread(application).state == "to-decide"
    new = decision_on(reread(application), now, by=answerer(now))
    release_decision(decision_id=new.pk, by=desk_officer(now), now=now)
    second = appealed(application, now)
    code = Award.objects.exclude(pk=award.pk).get(application=application).code
    accept_award(code=code, agreement_number=1, by=lead_of(application, now), now=now)
    with pytest.raises(Overtaken):
        uphold(second, now, member(now, "third.committee@pier.example"))
    withdraw_appeal(appeal_id=second.pk, by=lead_of(application, now), now=now)
    with pytest.raises(NothingContested):
        appealed(application, now)


def test_an_early_end_is_contested_and_undone(now):
    award = accepted(now)
    change = asked(award, ChangeKind.END, now, cause=Cause.SANCTIONS)
    granted(change, now, staff(Role.COMMITTEE, now))
    appeal = appealed(award.application, now, against=Against.CHANGE, key=str(change.pk))
    with pytest.raises(SameDecider):
        uphold(appeal, now, staff(Role.COMMITTEE, now))

    uphold(appeal, now)

    assert Award.objects.get(pk=award.pk).state == "active"
    assert award.changes.get(pk=change.pk).state == "undone"


def test_a_notice_is_contested_before_its_day_and_after(now):
    award = accepted(now)
    officer, second = desk_officer(now), staff(Role.OFFICER, now, "second@pier.example")

    def noticed(at):
        return end_noticed(award, at, at.date() + 14 * DAY, by=officer)

    def contested(notice, at):
        return appealed(award.application, at, against=Against.NOTICE, key=str(notice.pk))

    first = noticed(now)
    uphold(contested(first, now), now, second)
    later = noticed(now + DAY)
    carry_out_notices(by=Actor.praya("notices"), now=now + 15 * DAY)
    uphold(contested(later, now + 20 * DAY), now + 20 * DAY, second)

    states = Notice.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "undone"]
    assert Award.objects.get(pk=award.pk).state == "active"


def test_public_figures_wait_for_the_release_of_the_new_decision(now):
    application = rejected(now)
    before = figures_of("pier", now)
    uphold(appealed(application, now), now)
    new = decision_on(reread(application), now, by=answerer(now))

    assert figures_of("pier", now) == before

    release_decision(decision_id=new.pk, by=desk_officer(now), now=now)
    assert figures_of("pier", now) != before
