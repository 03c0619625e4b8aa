"""The committee's and the officer's pages, as they are read and used."""

from __future__ import annotations

import pytest
from tests.apps.applications.cases import LARGE, desk_officer, lead_of, reread
from tests.apps.awards.cases import decided, decision_on, holder, member, money
from tests.apps.reviews.cases import BO, WAN, reviewed
from tests.factories import make_programme, person_behind

from praya.apps.awards.commands import propose_amounts, recuse, release_round
from praya.apps.awards.models import Award, Decision
from praya.apps.awards.queries import ranking
from praya.apps.awards.rules import Outcome
from praya.apps.forecasts.models import Forecast
from praya.core.actor import Role
from praya.core.quantity import Money
from praya.core.refusal import NotFound
from praya.core.review.amount import LineAmount
from praya.words import clock

pytestmark = pytest.mark.django_db

WEAK = {WAN: (2, 2, 8), BO: (2, 3, 8)}
STRONG = {WAN: (5, 5, 16), BO: (5, 4, 16)}


@pytest.fixture(autouse=True)
def _at_now(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)
    make_programme(now)


def sign_in(client, actor):
    client.force_login(person_behind(actor))


def text_of(response):
    return response.content.decode()


def round_url(application):
    return f"/committee/pier/{application.round_id}/"


def hkd(major):
    return Money.parse(major, "HKD")


def test_a_round_is_ranked_beside_its_envelope(now):
    money(now, "400000")
    weak = reviewed(now, email="weak@lab.example", marks=WEAK)
    strong = reviewed(now, email="strong@lab.example", marks=STRONG)
    middle = reviewed(now)

    found = ranking(strong.round_id, member(now), now)

    assert [one.application.code for one in found.cases] == [strong.code, middle.code, weak.code]
    assert [one.likely for one in found.cases] == [
        hkd("241920"),  # all 16 cards are recommended
        hkd("211680"),  # 14 of them
        hkd("120960"),  # 8 of them
    ]
    assert (found.funded_cases, found.free, found.remains) == (1, hkd("400000"), hkd("-174560"))


def test_what_is_decided_counts_before_what_is_proposed_or_recommended(now):
    money(now)
    held = decided(now, outcome=Outcome.PART_AWARD, lines=[LineAmount(1, 1)])
    rejected = decided(now, email="weak@lab.example", outcome=Outcome.REJECT)

    found = ranking(held.round_id, member(now), now)

    assert [one.likely for one in found.cases] == [hkd("15120"), hkd("0")]
    assert (found.held, found.held_by_actor, found.envelope.promised) == (2, 2, hkd("15120"))
    assert (found.free, found.remains) == (hkd("1000000"), hkd("984880"))
    assert rejected.outcome == "reject"


def test_a_recused_member_sees_a_place_and_no_more(client, now):
    money(now)
    application = reviewed(now)
    by = member(now)
    recuse(application_code=application.code, reason="my pupil", by=by, now=now)

    case = ranking(application.round_id, by, now).cases[0]

    assert (case.rank, case.application.code, case.takes_part) == (1, application.code, False)
    assert (case.application.title, case.application.organisation.name) == ("", "")
    said = (case.result, case.requested, case.recommended, case.proposed, case.decided, case.likely)
    assert said == (None,) * 6
    sign_in(client, by)
    for query in ("", "?export=csv"):
        answer = client.get(round_url(application) + query)
        page = (answer.getvalue() if answer.streaming else answer.content).decode()
        assert application.code in page
        assert "You take no part" in page
        assert application.title not in page
        assert str(application.organisation) not in page


def test_a_round_is_shown_to_who_decides_or_audits(client, now):
    money(now)
    application = reviewed(now)
    seen = {}
    for role in Role:
        if role is Role.ADMIN:
            continue
        actor = holder(role, now)
        client.force_login(person_behind(actor))
        seen[role] = client.get(round_url(application)).status_code
    sign_in(client, lead_of(application, now))

    decides = {Role.OFFICER, Role.COMMITTEE, Role.AUDITOR}
    assert seen == {role: 200 if role in decides else 404 for role in seen}
    assert client.get(round_url(application)).status_code == 404
    with pytest.raises(NotFound):
        ranking(application.round_id, lead_of(application, now), now)


def test_the_page_says_where_the_money_ends(client, now):
    money(now, "300000")
    reviewed(now, email="weak@lab.example", marks=WEAK)
    strong = reviewed(now, email="strong@lab.example", marks=STRONG)
    sign_in(client, member(now))

    page = text_of(client.get(round_url(strong)))

    assert "The money reaches to rank 1; the funding line falls after it." in page
    assert "Below the funding line" in page
    assert "98.00 %" not in page
    assert "96.00 %" in page
    narrowed = text_of(client.get(round_url(strong) + "?money=within"))
    assert "Laboratory of Strong" in narrowed
    assert "Laboratory of Weak" not in narrowed
    lines = client.get(round_url(strong) + "?export=csv").getvalue().decode("utf-8-sig")
    assert lines.splitlines()[1].startswith(f"1,{strong.code},")


@pytest.mark.parametrize("count", [1, 3])
def test_a_round_costs_the_same_whatever_it_holds(client, now, count, django_assert_num_queries):
    money(now)
    cases = [decided(now, email=f"lead{number}@lab.example") for number in range(count)]
    reviewed(now, email="open@lab.example")
    sign_in(client, member(now))

    with django_assert_num_queries(14):
        client.get(round_url(cases[0].application))


@pytest.mark.parametrize("count", [1, 3])
def test_deciding_costs_the_same_whatever_is_held(client, now, count, django_assert_num_queries):
    money(now)
    cases = [decided(now, email=f"lead{number}@lab.example") for number in range(count)]
    sign_in(client, member(now))

    with django_assert_num_queries(15):
        page = client.get(f"/applications/{cases[0].application.code}/decide/")

    assert page.status_code == 200


FORM = {
    "outcome": "award",
    "cards-1": "16",
    "rate": "70",
    "rate_reason": "",
    "reasons": "Ranked first.",
    "conditions": "",
}


def test_the_page_of_a_round_leads_to_its_forecast(client, now):
    money(now)
    application = reviewed(now)
    sign_in(client, member(now))

    page = text_of(client.get(round_url(application)))

    ask = f"/programmes/pier/forecasts/new/?round={application.round_id}"
    assert ask in page
    assert "Its forecast" not in page
    made = Forecast.objects.create(
        code="F-000001",
        programme=application.round.programme,
        round=application.round,
        purpose="question",
        seeds=1,
        days=1,
        question_sha256="",
        state="done",
        version="",
        asked_at=now,
    )
    assert f'<option value="{application.round_id}" selected>' in text_of(client.get(ask))
    assert f'href="/forecasts/{made.code}/"' in text_of(client.get(round_url(application)))


def test_a_case_is_decided_on_its_page(client, now):
    money(now)
    application = reviewed(now)
    sign_in(client, member(now))
    url = f"/applications/{application.code}/decide/"
    assert f"Decide {application.code}" in text_of(client.get("/"))

    page = text_of(client.get(url))
    for words in ("16 cards", "14 cards", "Worth doing.", "HK$1,000,000.00", "82.00 %"):
        assert words in page
    told = text_of(client.post(url, {**FORM, "cards-1": "10"}))
    assert "Choose “Part award”, or give the lines in full." in told
    dear = text_of(client.post(url, {**FORM, "rate": "90"}))
    assert "reason" in dear
    done = text_of(client.post(url, FORM, follow=True))

    assert f"Decision 1 on {application.code} is taken, and held" in done
    assert "You decided held cases of this round, so somebody else releases it." in done
    assert reread(application).state == "decided"


def test_a_member_who_takes_no_part_is_told_so(client, now):
    money(now)
    application = reviewed(now)
    sign_in(client, member(now))
    url = f"/applications/{application.code}/"

    asked = text_of(client.get(f"{url}recuse/"))
    assert "cannot be taken back" in asked
    client.post(f"{url}recuse/", {"reason": "my pupil"})
    page = text_of(client.get(f"{url}decide/"))

    assert "you recused yourself" in page
    assert "Worth doing." not in page
    assert text_of(client.post(f"{url}decide/", FORM)).count("you recused yourself") == 1
    assert Decision.objects.count() == 0


def test_the_desk_proposes_amounts(client, now):
    money(now)
    application = reviewed(now)
    sign_in(client, desk_officer(now))
    url = f"/applications/{application.code}/amounts/"

    too_much = text_of(client.post(url, {"cards-1": "17"}))
    assert "Line 1 asks for 16 cards. That much can be given, or less." in too_much
    client.post(url, {"cards-1": "12"})

    assert application.proposals.get().cards == 12
    sign_in(client, member(now))
    assert client.get(url).status_code == 404


def test_a_round_is_released_by_somebody_else(client, now):
    money(now)
    decision = decided(now)
    url = round_url(decision.application)
    sign_in(client, member(now))
    refused = text_of(client.post(f"{url}release/", follow=True))
    code = decision.application.code
    assert f"who decides may not release. You decided {code}." in refused
    sign_in(client, desk_officer(now))
    assert "Release decisions of round" in text_of(client.get("/"))
    assert "Every held decision becomes known" in text_of(client.get(f"{url}release/"))

    done = text_of(client.post(f"{url}release/", follow=True))

    assert "1 decision is released, and the lead has been told." in done
    assert Award.objects.get().state == "offered"
    twice = text_of(client.post(f"{url}release/", follow=True))
    assert "No decision of the round" in twice


def test_one_decision_is_released_by_itself(client, now):
    money(now)
    decision = decided(now)
    sign_in(client, lead_of(decision.application, now))
    assert client.get(f"/decisions/{decision.pk}/release/").status_code == 404
    sign_in(client, desk_officer(now))

    assert "Release the decision on" in text_of(client.get(f"/decisions/{decision.pk}/release/"))
    done = text_of(client.post(f"/decisions/{decision.pk}/release/", follow=True))

    assert f"The decision on {decision.application.code} is released." in done
    assert "There is nothing for you to decide here." in done


def test_an_applicant_learns_nothing_before_the_release(client, now):
    money(now)
    decision = decided(now, outcome=Outcome.REJECT, reasons="Too vague.")
    sign_in(client, lead_of(decision.application, now))
    code = decision.application.code

    for page in ("decide", "decision", "recuse", "amounts"):
        assert client.get(f"/applications/{code}/{page}/").status_code == 404
    page = text_of(client.get(f"/applications/{code}/"))
    assert "Too vague." not in page
    assert "Rejected" not in page


def test_the_applicant_reads_the_released_decision_without_reviewers_names(client, now):
    money(now)
    decision = decided(now, outcome=Outcome.REJECT, reasons="Too vague.")
    release_round(round_id=decision.round_id, by=desk_officer(now), now=now)
    sign_in(client, lead_of(decision.application, now))

    page = text_of(client.get(f"/applications/{decision.application.code}/decision/"))

    for words in ("Too vague.", "Worth doing.", "Reviewer 2", "16 cards", "0 cards"):
        assert words in page
    for words in ("Wan", "Bo<", "milestone", "Committee", "Recommended", "14 cards"):
        assert words not in page


def test_the_four_amounts_of_a_decision_stand_side_by_side_for_those_who_decide(client, now):
    money(now)
    application = reviewed(now)
    propose_amounts(
        application_code=application.code,
        lines=[LineAmount(1, 12)],
        by=desk_officer(now),
        now=now,
    )
    decision = decision_on(application, now, outcome=Outcome.PART_AWARD, lines=[LineAmount(1, 10)])
    sign_in(client, desk_officer(now))
    page = text_of(client.get(f"/applications/{application.code}/decide/"))
    amounts = "Line 1: 10 cards (requested 16 cards, recommended 14 cards, proposed 12 cards)."
    assert f"<br>{amounts}<br>" in page

    release_round(round_id=decision.round_id, by=desk_officer(now), now=now)

    page = text_of(client.get(f"/applications/{application.code}/decision/"))
    for words in ("16 cards", "14 cards", "12 cards", "10 cards", "Recommended", "Proposed"):
        assert words in page


def test_the_list_of_rounds_says_what_waits_in_each(client, now):
    money(now)
    decided(now)
    reviewed(now, email="open@lab.example")
    sign_in(client, member(now))

    lines = client.get("/committee/?export=csv").getvalue().decode("utf-8-sig").splitlines()

    assert lines[1].startswith("batch-1,Pier Compute Programme,rolling,1,1,2026-04-30,")
    assert "batch-1" in text_of(client.get("/committee/?q=rolling"))
    assert "batch-1" not in text_of(client.get("/committee/?q=window"))
    sign_in(client, holder(Role.FINANCE, now))
    assert "batch-1" not in text_of(client.get("/committee/"))


def test_small_cases_stand_on_the_page_of_who_decides(client, now):
    money(now)
    application = reviewed(now, lines=[LARGE])
    decision_on(application, now)
    sign_in(client, desk_officer(now))

    page = text_of(client.get(f"/applications/{application.code}/decide/"))

    assert "A case of this size is decided by the committee." in page
    assert "Take the decision" not in page
    assert "Release this decision" in page


def test_the_case_leads_to_its_decision_once_that_is_released(client, now):
    money(now)
    decision = decided(now)
    sign_in(client, lead_of(decision.application, now))
    url = f"/applications/{decision.application.code}/"
    held = text_of(client.get(url))

    release_round(round_id=decision.round_id, by=desk_officer(now), now=now)

    assert f"{url}decision/" not in held
    assert f"{url}decision/" in text_of(client.get(url))


def test_an_officer_takes_up_a_case_that_waits_on_its_page(client, now):
    money(now)
    decision = decided(now, outcome=Outcome.WAIT_LIST)
    release_round(round_id=decision.round_id, by=desk_officer(now), now=now)
    code = decision.application.code
    page, reopen = f"/applications/{code}/", f"/applications/{code}/reopen/"
    sign_in(client, lead_of(decision.application, now))
    assert "Take up again" not in text_of(client.get(page))
    assert client.get(reopen).status_code == 403
    sign_in(client, desk_officer(now))
    assert "Take up again" in text_of(client.get(page))
    assert "somebody else releases" in text_of(client.get(reopen))

    done = text_of(client.post(reopen, {"text": "Cards came free."}, follow=True))

    assert "The case was taken up again." in done
    assert reread(decision.application).state == "to-decide"
    again = client.post(reopen, {"text": "Once more."})
    assert "Only a case that waits or was put off is taken up again." in text_of(again)
