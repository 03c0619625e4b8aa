"""Changes are asked for, previewed, granted and refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import asked, changing_award, granted, staff, use
from tests.awarding import lead_of
from tests.factories import make_person

from praya.apps.awards.commands import accept_award, answer_lead, ask_lead, decide_lead
from praya.apps.awards.models import Agreement, Award, AwardLine
from praya.apps.awards.queries import latest_agreement
from praya.apps.awards.rules.caps import CapPassed
from praya.apps.books.queries import line_numbers, pool_numbers, trial_balance, verify_book
from praya.apps.changes.commands import (
    ask_change,
    grant_change,
    refuse_change,
    undo_change,
    withdraw_change,
)
from praya.apps.changes.queries import change_standing, kinds_to_ask, preview_for
from praya.apps.changes.rules import ChangeKind, Wish
from praya.apps.changes.rules import refusals as no
from praya.apps.people.models import Affiliation
from praya.apps.people.rules import AffiliationState
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Role
from praya.core.ledger import BookExhausted, CannotReverse
from praya.core.quantity import HOUR_S, CardTime
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(now):
    return changing_award(now)


def line_of(award, number):
    return AwardLine.objects.get(award=award, number=number)


def free_of(award, number):
    """Free seconds and minor units of a line."""
    time, money = line_numbers([f"{award.code}.{number}"])[f"{award.code}.{number}"]
    return time.free, money.free


def test_an_extension_moves_the_day_and_nothing_else(award, now):
    before = pool_numbers("pier"), free_of(award, 1)

    change = granted(asked(award, ChangeKind.EXTENSION, now, last_on=date(2027, 3, 31)), now)

    assert [line_of(award, n).last_on for n in (1, 2, 3)] == [
        date(2027, 3, 31),
        date(2027, 3, 31),
        date(2026, 12, 31),  # the lease keeps its days
    ]
    assert Award.objects.get(pk=award.pk).last_on == date(2027, 3, 31)
    assert (pool_numbers("pier"), free_of(award, 1)) == before
    assert change.entries == []
    assert (change.agreement.number, change.agreement.accepted_by_id) == (2, award.lead_id)
    assert change.agreement.text["change"]["kind"] == "extension"
    assert [line["last_on"] for line in change.agreement.text["lines"]] == [
        "2027-03-31",
        "2027-03-31",
        "2026-12-31",
    ]


def test_what_the_lead_before_asked_for_waits_for_the_new_lead(now):
    award = changing_award(now, lead={"granted_by": "officer"})
    extension = asked(award, ChangeKind.EXTENSION, now, last_on=date(2027, 3, 31))
    person = make_person("next.lead@lab.example")
    Affiliation.objects.create(
        person=person,
        organisation_id=award.organisation_id,
        state=AffiliationState.ACTIVE.value,
        asked_at=now,
    )
    by = lead_of(award, now)
    lead = ask_lead(code=award.code, email=person.email, reason="On leave.", by=by, now=now)
    answer_lead(change_id=lead.pk, agrees=True, by=actor_for(person, now), now=now)
    officer = staff(Role.OFFICER, now)
    decide_lead(change_id=lead.pk, grants=True, reason="", by=officer, now=now)

    agreement = granted(extension, now).agreement

    assert agreement.text["change"]["kind"] == "extension"
    assert (agreement.accepted_by_id, agreement.accepted_at) == (None, None)


def test_a_supplement_adds_hours_at_the_awards_own_price(award, now):
    (before,) = (one for one in pool_numbers("pier") if one.pool == "subsidy")

    change = granted(asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=50), now)

    (after,) = (one for one in pool_numbers("pier") if one.pool == "subsidy")
    assert free_of(award, 1) == (150 * HOUR_S, 150 * 2100)
    assert before.free - after.free == 50 * 2100
    line = line_of(award, 1)
    assert (line.card_seconds, line.list_minor) == (150 * HOUR_S, 150 * 3000)
    assert line.subsidy_minor == 150 * 2100
    assert len(change.entries) == 1
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])


@pytest.mark.parametrize("cap", ["per_award", "per_organisation_a_year", "programme"])
@pytest.mark.parametrize("kind", [ChangeKind.SUPPLEMENT, ChangeKind.ADVANCE])
def test_more_subsidy_stays_below_what_may_be_granted(now, cap, kind):
    award = changing_award(now, caps={cap: "1000"})

    with pytest.raises(CapPassed) as refused:
        asked(award, kind, now, line=1, card_hours=20)

    given = sum(line.subsidy_minor for line in award.lines.all())
    assert (refused.value.granted.minor, refused.value.asked.minor) == (given, 20 * 2100)
    assert line_of(award, 1).card_seconds == 100 * HOUR_S


def test_a_renewal_counts_beside_what_it_renews(now):
    award = changing_award(now, caps={"programme": "5000000"})
    use(award, now, hours=40)
    wish = {"last_on": date(2027, 6, 30)}
    change = granted(asked(award, ChangeKind.RENEWAL, now, **wish), now, staff(Role.COMMITTEE, now))
    Award.objects.filter(pk=award.pk).update(subsidy_minor=5_000_000_00)

    with pytest.raises(CapPassed) as refused:
        accept_award(code=change.offered.code, agreement_number=1, by=lead_of(award, now), now=now)

    assert refused.value.granted.minor == 5_000_000_00


def test_a_transfer_takes_its_share_of_the_subsidy_along(award, now):
    use(award, now, hours=40)

    granted(asked(award, ChangeKind.TRANSFER, now, line=1, to_line=2, card_hours=20), now)

    assert free_of(award, 1) == (40 * HOUR_S, 40 * 2100)
    assert free_of(award, 2) == (120 * HOUR_S, 120 * 2100)
    assert [line_of(award, n).card_seconds for n in (1, 2)] == [80 * HOUR_S, 120 * HOUR_S]


def test_an_exchange_makes_a_line_of_the_other_model_at_the_rate_of_the_day(award, now):
    wish = {"line": 1, "device_model": "ascend-910b"}
    change = granted(asked(award, ChangeKind.EXCHANGE, now, **wish, card_hours=20), now)
    back = {"line": 4, "device_model": "nvidia-h800", "card_hours": 30}
    granted(asked(award, ChangeKind.EXCHANGE, now, **back), now)

    assert change.facts["rate"] == "1.5"
    assert change.facts["evidence"] == "A training run on both, 12 January 2026."
    assert line_of(award, 4).device_model_code == "ascend-910b"
    assert free_of(award, 4) == (0, 0)
    # 20 hours went round and came back two tenths of a second short of them, rounded down.
    assert free_of(award, 1) == (80 * HOUR_S + 30 * HOUR_S * 666666 // 1000000, 100 * 2100)
    assert free_of(award, 1)[0] < 100 * HOUR_S
    assert verify_book("pier") == (True, [])


@pytest.mark.parametrize(
    ("kind", "wish"),
    [
        (ChangeKind.TRANSFER, {"to_line": 2}),
        (ChangeKind.EXCHANGE, {"device_model": "ascend-910b"}),
        (ChangeKind.REDUCTION, {}),
    ],
)
def test_from_a_line_that_was_moved_away_altogether_nothing_is_taken(award, now, kind, wish):
    granted(asked(award, ChangeKind.TRANSFER, now, line=1, to_line=2, card_hours=100), now)

    with pytest.raises(BookExhausted) as refused:
        asked(award, kind, now, line=1, card_hours=1, **wish)

    assert (refused.value.line, refused.value.free) == (f"{award.code}.1", 0)


def test_a_renewal_offers_a_new_period_with_its_own_agreement(award, now):
    use(award, now, hours=40)
    committee = staff(Role.COMMITTEE, now)
    change = asked(award, ChangeKind.RENEWAL, now, last_on=date(2027, 6, 30))
    with pytest.raises(NotAllowed):
        granted(change, now)

    change = granted(change, now, committee)

    offered = Award.objects.get(pk=change.offered_id)
    assert (offered.state, offered.first_on, offered.last_on) == (
        "offered",
        date(2027, 1, 1),
        date(2027, 6, 30),
    )
    assert [line.cards for line in offered.lines.all()] == [8, 8, 2]
    assert [line.card_seconds for line in offered.lines.all()][:2] == [100 * HOUR_S] * 2
    assert latest_agreement(offered).number == 1
    assert latest_agreement(award).number == 1
    accept_award(code=offered.code, agreement_number=1, by=lead_of(award, now), now=now)
    assert free_of(offered, 1) == (100 * HOUR_S, 100 * 2100)


def test_a_renewal_wants_use(award, now):
    use(award, now, hours=1)

    with pytest.raises(no.UsedTooLittle) as refusal:
        asked(award, ChangeKind.RENEWAL, now, last_on=date(2027, 6, 30))

    assert refusal.value.least_bp == 10


def test_a_reduction_goes_to_a_named_pool_and_waits_for_the_leads_word(award, now):
    wish = {"line": 1, "card_hours": 10, "pool": "outreach"}

    change = granted(asked(award, ChangeKind.REDUCTION, now, **wish), now)

    outreach = next(one for one in pool_numbers("pier") if one.pool == "outreach")
    assert outreach.free == 10 * 2100
    assert free_of(award, 1) == (90 * HOUR_S, 90 * 2100)
    assert change.agreement.accepted_at is None


def test_asking_refuses_in_the_order_promised(award, now):
    lead, officer = lead_of(award, now), staff(Role.OFFICER, now)
    stranger = staff(Role.OFFICER, now, "nobody@reef.example")
    stranger = type(stranger)(stranger.person_id, stranger.name)

    def ask(kind=ChangeKind.SUPPLEMENT, by=lead, reason="More tides.", **wish):
        given = Wish(**({"line": 1, "card_hours": 10} | wish))
        return ask_change(code=award.code, kind=kind, wish=given, reason=reason, by=by, now=now)

    with pytest.raises(NotFound):
        ask(by=stranger, reason="")
    with pytest.raises(NotAllowed):
        ask(by=officer, reason="")
    with pytest.raises(no.ReasonMissing):
        ask(reason=" ", line=9)
    with pytest.raises(no.LineUnknown):
        ask(line=9, card_hours=0)
    with pytest.raises(no.OnLease):
        ask(line=3, card_hours=0)
    with pytest.raises(no.AboveCeiling):
        ask(card_hours=51)
    first = ask(card_hours=50)
    assert ask(card_hours=50) == first
    with pytest.raises(no.AlreadyAsked):
        ask(card_hours=9, line=9)
    granted(first, now)
    with pytest.raises(no.TimesSpent):
        ask(line=9)


def test_what_the_rules_do_not_name_is_not_allowed(now):
    award = changing_award(now, supplement=None)

    with pytest.raises(no.KindNotAllowed):
        asked(award, ChangeKind.SUPPLEMENT, now, line=9)
    open_to = kinds_to_ask(award, lead_of(award, now), now)
    assert [kind.value for kind, refusal in open_to.items() if refusal is None] == [
        "extension",
        "transfer",
        "exchange",
        "advance",
        "renewal",
    ]


def test_granting_takes_two_people_and_happens_once(award, now):
    change = asked(award, ChangeKind.REDUCTION, now, line=1, card_hours=10)
    officer = staff(Role.OFFICER, now)
    with pytest.raises(NotFound):
        granted(change, now, type(officer)(None, ""))
    with pytest.raises(NotAllowed):
        granted(change, now, staff(Role.FINANCE, now))
    with pytest.raises(no.SamePerson):
        granted(change, now, officer)

    first = granted(change, now)
    again = granted(change, now)

    assert first.entries == again.entries
    assert free_of(award, 1) == (90 * HOUR_S, 90 * 2100)
    assert Agreement.objects.filter(award=award).count() == 2
    with pytest.raises(no.NotOpen):
        refuse_change(change_id=change.pk, reason="", by=staff(Role.COMMITTEE, now), now=now)


def test_refused_and_withdrawn_requests_change_nothing(award, now):
    first = asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=10)
    officer = staff(Role.OFFICER, now)
    with pytest.raises(no.ReasonMissing):
        refuse_change(change_id=first.pk, reason=" ", by=officer, now=now)
    refuse_change(change_id=first.pk, reason="Not now.", by=officer, now=now)
    second = asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=10)
    with pytest.raises(NotAllowed):
        withdraw_change(change_id=second.pk, by=officer, now=now)
    withdraw_change(change_id=second.pk, by=lead_of(award, now), now=now)

    with pytest.raises(no.NotOpen):
        grant_change(change_id=second.pk, reason="", by=officer, now=now)
    assert free_of(award, 1) == (100 * HOUR_S, 100 * 2100)
    assert Agreement.objects.filter(award=award).count() == 1


def test_the_preview_says_what_the_book_would_do_or_what_stands_in_the_way(award, now):
    lead = lead_of(award, now)

    seen = preview_for(
        award.code, ChangeKind.TRANSFER, Wish(line=1, to_line=2, card_hours=20), lead, now
    )
    short = preview_for(
        award.code, ChangeKind.TRANSFER, Wish(line=1, to_line=2, card_hours=200), lead, now
    )

    assert seen.refusal is None
    assert {(p.account, p.amount) for p in seen.plan.postings} == {
        (f"award/{award.code}.1/free", -20 * HOUR_S),
        (f"award/{award.code}.1/free", -20 * 2100),
        (f"award/{award.code}.2/free", 20 * HOUR_S),
        (f"award/{award.code}.2/free", 20 * 2100),
    }
    assert short.plan is None
    assert short.refusal.code == "book.exhausted"
    assert free_of(award, 1) == (100 * HOUR_S, 100 * 2100)


def test_what_was_asked_is_worked_out_anew_when_it_is_granted(award, now):
    change = asked(award, ChangeKind.TRANSFER, now, line=1, to_line=2, card_hours=80)
    use(award, now + timedelta(hours=1), hours=40)
    later = now + timedelta(hours=2)

    standing = change_standing(change.pk, staff(Role.OFFICER, now), later)

    assert standing.may_decide
    assert standing.preview.refusal.code == "book.exhausted"
    with pytest.raises(type(standing.preview.refusal)):
        granted(change, later)
    assert free_of(award, 2) == (100 * HOUR_S, 100 * 2100)


def test_more_than_the_cards_can_give_is_refused(now):
    award = changing_award(now, supplement={"percent_max": 100})
    late = now.replace(month=12, day=31, hour=12)

    with pytest.raises(no.MoreThanCardsGive) as refusal:
        asked(award, ChangeKind.SUPPLEMENT, late, line=1, card_hours=93)

    assert refusal.value.most == CardTime.of_hours(92, "nvidia-h800")


def test_a_granted_change_is_undone_by_another_person_as_long_as_nothing_was_used(award, now):
    wish = {"line": 1, "device_model": "ascend-910b", "card_hours": 20}
    exchange = granted(asked(award, ChangeKind.EXCHANGE, now, **wish), now)
    supplement = granted(asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=30), now)
    officer, second = staff(Role.OFFICER, now), staff(Role.OFFICER, now, "second@pier.example")

    def undo(change, by=officer, reason="The wrong line."):
        return undo_change(change_id=change.pk, reason=reason, by=by, now=now)

    with pytest.raises(NotAllowed):
        undo(exchange, by=lead_of(award, now), reason="")
    with pytest.raises(no.ReasonMissing):
        undo(exchange, by=second, reason=" ")
    with pytest.raises(no.SamePerson):
        undo(exchange, by=second)
    with pytest.raises(no.NotLatest) as refusal:
        undo(exchange)
    assert refusal.value.number == supplement.pk
    undo(supplement)
    undone = undo(exchange)

    assert undo(exchange).entries == undone.entries
    assert [free_of(award, n) for n in (1, 4)] == [(100 * HOUR_S, 100 * 2100), (0, 0)]
    assert [line_of(award, n).card_seconds for n in (1, 4)] == [100 * HOUR_S, 0]
    assert latest_agreement(award).number == 5
    assert latest_agreement(award).accepted_at is None
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])


def test_what_was_used_since_is_not_undone(award, now):
    change = granted(asked(award, ChangeKind.SUPPLEMENT, now, line=1, card_hours=50), now)
    use(award, now, hours=120)

    with pytest.raises(CannotReverse):
        undo_change(change_id=change.pk, reason="Too much.", by=staff(Role.OFFICER, now), now=now)

    assert line_of(award, 1).card_seconds == 150 * HOUR_S
