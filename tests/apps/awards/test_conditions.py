"""What must hold before an award may be used: it is signed, waits, and starts or ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db.models import Sum
from tests.apps.applications.cases import lead_of
from tests.apps.awards.cases import holder, money
from tests.apps.awards.cases import offered as an_offer
from tests.factories import make_programme, person_behind

from praya.apps.applications.rules import Recused
from praya.apps.awards import queries
from praya.apps.awards.commands import (
    accept_award,
    confirm_condition,
    follow_conditions,
    move_meet_by,
    recuse,
    reopen_condition,
    tell_condition,
    waive_condition,
)
from praya.apps.awards.models import Award
from praya.apps.awards.queries import conditions_of, headrooms_of
from praya.apps.awards.rules.refusals import (
    ConditionsClosed,
    ConditionStays,
    EvidenceMissing,
    MeetByUnfit,
    ReasonMissing,
)
from praya.apps.books.models import Balance
from praya.apps.books.queries import verify_book
from praya.apps.changes.commands import take_up_unstarted
from praya.apps.changes.rules import refusals as no
from praya.apps.enforcement.queries.links import STANDINGS
from praya.apps.notices.models import Letter
from praya.apps.people.models import AuditLine
from praya.apps.programmes.queries import rules_of
from praya.apps.usage.commands import accrue_leases, return_leases, submit_job
from praya.apps.usage.rules import AwardNotActive
from praya.core.actor import Actor, Role
from praya.core.execution.limits import Standing
from praya.core.refusal import NotAllowed, NotFound
from praya.words import clock
from praya.words.refusals import sentence_for

CLAUSE = {
    "code": "data-clause",
    "text": {"en": "The data clause is signed."},
    "confirmed_by": "finance",
}
OF_STARTUPS = CLAUSE | {"code": "check", "only_kinds": ["start-up"]}
ROUNDS = Actor.praya("conditions")


@pytest.fixture
def offered(now, db):
    """An offer with a condition of the rules, for finance, and one of the decision."""
    make_programme(
        now,
        agreement={
            "text": {"en": "Use it well."},
            "before_start": [CLAUSE, OF_STARTUPS],
            "meet_within_days": 30,
        },
        subsidy={"percent": 70, "caps": {"programme": "10000000"}},
    )
    money(now)
    return an_offer(now, before_start=["A contact on site is named."])


def signed(award, now):
    by = lead_of(award.application, now)
    return accept_award(code=award.code, agreement_number=1, by=by, now=now)


def confirm(award, number, now, *, role=None, evidence="File 7", by=None):
    by = by or holder(role or {1: Role.FINANCE, 2: Role.OFFICER}[number], now)
    return confirm_condition(code=award.code, number=number, evidence=evidence, by=by, now=now)


def state(award):
    return Award.objects.get(pk=award.pk).state


def letters(kind):
    return Letter.objects.filter(kind=kind).count()


def test_the_agreement_names_what_must_hold_before_the_lead_signs(offered):
    text = offered.agreements.get().text

    assert [(one["text"]["en"], one["confirmed_by"]) for one in text["before_start"]] == [
        ("The data clause is signed.", "finance"),
        ("A contact on site is named.", "officer"),
    ]


def test_a_signed_award_waits_and_cannot_be_used_until_all_is_confirmed(offered, now):
    award = signed(offered, now)
    by = lead_of(award.application, now)

    assert (award.state, award.started_at) == ("waiting", None)
    assert award.meet_by == now.date() + timedelta(days=30)
    assert STANDINGS[award.state] is Standing.SUSPENDED
    job = {"award_code": award.code, "cards": 1, "time_limit_s": 60, "argv": ["true"]}
    with pytest.raises(AwardNotActive) as refusal:
        submit_job(**job, key="a", by=by, now=now)
    assert "conditions that must hold before" in sentence_for(refusal.value)
    confirm(award, 1, now)
    assert state(award) == "waiting"
    later = now + timedelta(days=3)
    confirm(award, 2, later)
    confirm(award, 2, later)

    award.refresh_from_db()
    assert (award.state, award.started_at) == ("active", later)
    assert letters("award.started") == 1
    assert AuditLine.objects.filter(action="award.condition_met").count() == 2


def test_conditions_are_to_be_met_by_the_last_day_of_the_award_at_the_latest(offered, now):
    last_on = now.date() + timedelta(days=5)
    Award.objects.filter(pk=offered.pk).update(last_on=last_on)
    assert signed(offered, now).meet_by == last_on


def test_what_was_confirmed_before_the_signature_is_not_waited_for(offered, now):
    confirm(offered, 1, now)
    confirm(offered, 2, now)

    award = signed(offered, now)

    assert (award.state, award.started_at, award.meet_by) == ("active", now, None)


def test_the_lead_tells_and_who_confirms_hears_of_it(offered, now):
    finance, by = holder(Role.FINANCE, now), lead_of(offered.application, now)

    for _again in range(2):
        tell_condition(code=offered.code, number=1, told="Signed.", by=by, now=now)

    assert letters("award.condition_told") == 1
    assert conditions_of(offered.code, finance).conditions[0].condition.told == "Signed."
    with pytest.raises(ReasonMissing):
        tell_condition(code=offered.code, number=1, told=" ", by=by, now=now)
    with pytest.raises(NotAllowed):
        tell_condition(code=offered.code, number=1, told="Signed.", by=finance, now=now)


def test_only_the_role_confirms_with_evidence_and_never_the_lead(offered, now):
    lead = lead_of(offered.application, now)
    stranger = Actor(person_id=999, name="Nobody")
    also = frozenset({*lead.appointments, ("pier", Role.FINANCE)})

    with pytest.raises(NotFound):
        confirm(offered, 1, now, by=stranger)
    with pytest.raises(NotFound):
        confirm(offered, 3, now, role=Role.FINANCE)
    with pytest.raises(NotAllowed):
        confirm(offered, 1, now, role=Role.OFFICER)
    with pytest.raises(NotAllowed):
        confirm(offered, 1, now, by=replace(lead, appointments=also))
    with pytest.raises(EvidenceMissing):
        confirm(offered, 1, now, evidence=" ")


def test_telling_and_confirming_are_refused_in_the_promised_order(offered, now):
    by_lead, finance = lead_of(offered.application, now), holder(Role.FINANCE, now)
    shy = holder(Role.OFFICER, now, "shy@pier.example")
    recuse(application_code=offered.application.code, reason="A friend.", by=shy, now=now)

    def refused(refusal, command, by, number=1, **said):
        with pytest.raises(refusal):
            command(code=offered.code, number=number, by=by, now=now, **said)

    tell, met = (tell_condition, {"told": " "}), (confirm_condition, {"evidence": " "})
    for command, said in (tell, met):
        refused(NotFound, command, finance, number=9, **said)
    refused(NotAllowed, tell[0], finance, **tell[1])
    refused(NotAllowed, met[0], by_lead, **met[1])
    refused(Recused, met[0], shy, number=2, **met[1])
    refused(ReasonMissing, tell[0], by_lead, **tell[1])
    refused(EvidenceMissing, met[0], finance, **met[1])
    Award.objects.filter(pk=offered.pk).update(state="declined")
    refused(ConditionsClosed, tell[0], by_lead, **tell[1])
    refused(ConditionsClosed, met[0], finance, **met[1])


def test_a_confirmation_is_taken_back_until_the_award_starts(offered, now):
    award, finance = signed(offered, now), holder(Role.FINANCE, now)
    taken_back = {"code": award.code, "number": 1, "by": finance, "now": now}
    confirm(award, 1, now)

    with pytest.raises(ReasonMissing):
        reopen_condition(**taken_back, reason="")
    reopen_condition(**taken_back, reason="another award's file")
    confirm(award, 2, now)
    assert (state(award), letters("award.condition_reopened")) == ("waiting", 1)
    confirm(award, 1, now)

    assert state(award) == "active"
    with pytest.raises(ConditionsClosed):
        reopen_condition(**taken_back, reason="too late")


def test_what_is_not_met_in_time_ends_the_award_and_gives_all_of_it_back(offered, now):
    award = signed(offered, now)
    near, last, over = (now + timedelta(days=days) for days in (23, 30, 31))

    assert follow_conditions(by=ROUNDS, now=now) == []
    assert follow_conditions(by=ROUNDS, now=near) == follow_conditions(by=ROUNDS, now=last) == []
    assert letters("award.conditions_due") == 1
    assert follow_conditions(by=ROUNDS, now=over) == [award.code]
    assert follow_conditions(by=ROUNDS, now=over) == []
    assert accrue_leases(now=over).days == {}
    return_leases(now=over)

    assert (state(award), letters("award.not_started")) == ("ended", 1)
    left = Balance.objects.filter(line__award_code=award.code).aggregate(sum=Sum("amount"))
    assert left["sum"] == 0
    assert verify_book("pier") == (True, [])
    with pytest.raises(ConditionsClosed):
        confirm(award, 1, over)
    rules = rules_of(award.rule_version)
    [room] = headrooms_of(award.application, rules, over.date(), but_for=())
    assert not room.granted


def test_a_worker_that_stood_still_reminds_first_and_ends_nothing_unannounced(offered, now):
    award = signed(offered, now)
    late = now + timedelta(days=40)

    assert follow_conditions(by=ROUNDS, now=late) == []
    told = Letter.objects.get(kind="award.conditions_due")
    assert told.facts["meet_by"] == {"date": (late + timedelta(days=7)).date().isoformat()}
    assert follow_conditions(by=ROUNDS, now=late + timedelta(days=7)) == []
    assert follow_conditions(by=ROUNDS, now=late + timedelta(days=8)) == [award.code]


def moved(award, now, *, role=Role.OFFICER, by=None, days=50, reason="The bank is closed."):
    day = (now + timedelta(days=days)).date()
    by = by or holder(role, now)
    return move_meet_by(code=award.code, meet_by=day, reason=reason, by=by, now=now)


def test_there_is_more_time_with_a_reason_and_a_new_reminder(offered, now):
    with pytest.raises(ConditionsClosed):
        moved(offered, now)
    award = signed(offered, now)
    follow_conditions(by=ROUNDS, now=now + timedelta(days=23))
    for who, wrong, refusal in (
        ({"role": Role.FINANCE}, {"reason": ""}, NotAllowed),
        ({}, {"days": 30, "reason": "x"}, None),  # as it is: nothing happens
        ({}, {"days": 20, "reason": ""}, MeetByUnfit),
        ({}, {"days": 4000, "reason": ""}, MeetByUnfit),
        ({}, {"reason": " "}, ReasonMissing),
    ):
        if refusal is None:
            moved(award, now, **who, **wrong)
            continue
        with pytest.raises(refusal):
            moved(award, now, **who, **wrong)

    moved(award, now)

    assert letters("award.meet_by_moved") == 1
    assert follow_conditions(by=ROUNDS, now=now + timedelta(days=31)) == []
    follow_conditions(by=ROUNDS, now=now + timedelta(days=45))
    assert letters("award.conditions_due") == 2


@pytest.mark.parametrize(("listing", "days"), [("conditions_near", 23), ("conditions_over", 31)])
def test_a_day_moved_after_it_was_listed_neither_reminds_nor_ends(
    offered, now, monkeypatch, listing, days
):
    award, at, listed = signed(offered, now), now + timedelta(days=days), getattr(queries, listing)
    if listing == "conditions_over":
        follow_conditions(by=ROUNDS, now=now + timedelta(days=23))

    def then_moved(*asked, **more):
        codes = listed(*asked, **more)
        assert codes == [award.code]
        moved(award, at, days=20)
        return codes

    told = letters("award.conditions_due")
    monkeypatch.setattr(queries, listing, then_moved)

    assert follow_conditions(by=ROUNDS, now=at) == []
    assert (state(award), letters("award.conditions_due")) == ("waiting", told)
    assert Award.objects.get(pk=award.pk).meet_by == (at + timedelta(days=20)).date()


def test_the_role_of_the_rules_waives_a_condition_and_can_take_that_back(offered, now):
    award = signed(offered, now)
    waive = {"code": award.code, "number": 2, "now": now}
    with pytest.raises(ConditionStays):
        waive_condition(**waive | {"number": 1}, reason="", by=holder(Role.OFFICER, now))
    with pytest.raises(NotAllowed):
        waive_condition(**waive, reason="", by=holder(Role.OFFICER, now))
    committee = holder(Role.COMMITTEE, now)
    with pytest.raises(ReasonMissing):
        waive_condition(**waive, reason=" ", by=committee)

    waive_condition(**waive, reason="They are known.", by=committee)
    with pytest.raises(NotAllowed):
        reopen_condition(**waive, reason="x", by=holder(Role.OFFICER, now))
    reopen_condition(**waive, reason="They are not.", by=committee)
    waive_condition(**waive, reason="They are known now.", by=committee)
    assert (state(award), letters("award.condition_waived")) == ("waiting", 2)

    confirm(award, 1, now)
    assert state(award) == "active"
    with pytest.raises(ConditionsClosed):
        reopen_condition(**waive, reason="x", by=committee)


def taken_up(award, now, *, role=Role.OFFICER, days=20, reason="The worker stood still."):
    day = (now + timedelta(days=days)).date()
    by = holder(role, now)
    return take_up_unstarted(code=award.code, meet_by=day, reason=reason, by=by, now=now)


def test_an_award_that_was_given_up_is_taken_up_again_and_waits_anew(offered, now):
    award = signed(offered, now)
    before = subsidies(award)
    with pytest.raises(no.NotGivenUp):
        taken_up(award, now)
    follow_conditions(by=ROUNDS, now=now + timedelta(days=23))
    over = now + timedelta(days=31)
    assert follow_conditions(by=ROUNDS, now=over) == [award.code]
    return_leases(now=over)
    with pytest.raises(NotAllowed):
        taken_up(award, over, role=Role.FINANCE)
    with pytest.raises(MeetByUnfit):
        taken_up(award, over, days=0, reason="")
    with pytest.raises(no.ReasonMissing):
        taken_up(award, over, reason=" ")

    taken_up(award, over)
    taken_up(award, over)

    told = letters("award.revived"), letters("award.meet_by_moved")
    assert (state(award), *told) == ("waiting", 0, 1)
    assert subsidies(award) == before
    assert follow_conditions(by=ROUNDS, now=over + timedelta(days=14)) == []
    confirm(award, 1, over)
    confirm(award, 2, over)
    assert state(award) == "active"
    assert verify_book("pier") == (True, [])


def subsidies(award):
    rows = Balance.objects.filter(line__award_code=award.code, commodity="HKD", part="free")
    return sorted(rows.values_list("line__code", "amount"))


def test_a_lease_is_charged_from_the_day_on_which_its_award_could_be_used(offered, now):
    award = signed(offered, now)
    line = award.lines.order_by("number").first()
    begun = max(line.first_on, now.date())
    started = now + timedelta(days=(begun - now.date()).days + 3)
    for number in (1, 2):
        confirm(award, number, started)

    days = accrue_leases(now=started + timedelta(days=2)).days

    assert line.shape == "cards"
    assert days == {line.code: 2}


def test_the_pages_lead_through_it(offered, now, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    url = f"/awards/{offered.code}/conditions/"
    client.force_login(person_behind(lead_of(offered.application, now)))
    accept = f"/awards/{offered.code}/accept/"
    assert "A contact on site is named." in client.get(accept).text
    assert client.post(accept, {"number": 1, "agreed": "on"}).url == url
    assert "Say that it is met" in client.get(url).text
    assert client.post(url, {"act": "tell", "number": 1, "told": "Signed."}).status_code == 302
    assert "cannot be used yet" in client.get(f"/awards/{offered.code}/").text
    assert url in client.get("/").text
    client.force_login(person_behind(holder(Role.FINANCE, now)))
    assert f"Confirm a condition of {offered.code}" in client.get("/").text
    again = client.post(url, {"act": "confirm", "number": 1, "evidence": ""}).text
    assert "confirmed by evidence" in again
    client.post(url, {"act": "confirm", "number": 1, "evidence": "File 7"})
    assert "File 7" in client.get(url).text
    assert conditions_of(offered.code, lead_of(offered.application, now)).count_open == 1
    assert offered.accept_by > date(2000, 1, 1)
