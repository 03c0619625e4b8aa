"""Reports that open later parts of a grant: handed in, sent back, accepted, and that undone."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.life.lives import HALVES, LINE, award_under, day, hold
from tests.awarding import add_member, lead_of
from tests.factories import appointed, make_person

from praya.apps.applications.rules import AttachmentNotAsNamed, Recused
from praya.apps.awards.commands import recuse, suspend_award
from praya.apps.awards.rules import AwardState, MemberRole
from praya.apps.awards.rules.refusals import NotActive, ReasonMissing
from praya.apps.life.commands import (
    close_tranche,
    give_plan,
    hand_in_report,
    open_tranche,
    return_report,
    waive_check,
)
from praya.apps.life.queries import award_life, path_of_report, reports_to_read, tranche_report
from praya.apps.life.rules import (
    NotOpenYet,
    PartUsed,
    ReportAccepted,
    TrancheNotLast,
    TrancheNotNext,
)
from praya.apps.notices.models import Letter
from praya.apps.notices.queries import preview_of
from praya.core.actor import Role
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nProgress\n%%EOF\n"
THIRDS = HALVES | {
    "parts": [
        *HALVES["parts"][:1],
        *({"code": code, "percent": 25, "report": {"en": "R"}} for code in ("b", "c")),
    ]
}


def officer():
    return appointed("pier", Role.OFFICER, day(0))


def hand_in(award, content: bytes = PDF, **changed):
    facts = {
        "award_code": award.code,
        "part_code": "second",
        "file_name": "progress.pdf",
        "content": BytesIO(content),
        "remark": "As agreed in March.",
        "by": lead_of(award, day(1)),
        "now": day(1),
    }
    return hand_in_report(**(facts | changed))


def accept(award, report: str = "", part: str = "second", **changed):
    facts = {"award_code": award.code, "part_code": part, "by": officer(), "now": day(3)}
    return open_tranche(report=report, **(facts | changed))


def send_back(report, reason: str = "No figures.", **changed):
    facts = {"report_id": report.pk, "reason": reason, "by": officer(), "now": day(2)}
    return return_report(**(facts | changed))


def test_a_report_that_was_handed_in_opens_its_part():
    award = award_under({"tranches": HALVES})
    report = hand_in(award)
    with pytest.raises(NotOpenYet):
        hold(award, 504, day(1))

    opened = accept(award)

    assert opened.report == "progress.pdf"
    assert path_of_report(report).read_bytes() == PDF
    assert hold(award, 504, day(3)).code
    assert accept(award) == opened


def test_nothing_handed_in_opens_nothing_unless_a_report_is_named():
    award = award_under({"tranches": HALVES})

    with pytest.raises(ReasonMissing):
        accept(award)

    opened = accept(award, "On paper, in folder 12")
    assert opened.report == "On paper, in folder 12"
    assert accept(award) == opened


def test_a_report_sent_back_opens_nothing_and_the_lead_reads_why():
    award = award_under({"tranches": HALVES})
    returned = send_back(hand_in(award))

    with pytest.raises(ReasonMissing):
        accept(award)

    assert send_back(returned, "Something else.").returned_because == "No figures."
    assert [each.number for each in (returned, hand_in(award), hand_in(award))] == [1, 2, 2]
    assert accept(award).report == "progress.pdf"


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_sending_back_and_accepting_wait_for_each_other():
    award = award_under({"tranches": HALVES})
    report = hand_in(award)
    locks = []
    for act in (lambda: send_back(report), lambda: accept(award, "On paper")):
        with CaptureQueriesContext(connection) as asked:
            act()
        locks.append([one["sql"] for one in asked if one["sql"].endswith('OF "awards_award"')])

    assert [len(of_one) for of_one in locks] == [1, 1]


def test_who_is_recused_neither_accepts_nor_returns_nor_closes_nor_plans():
    award = award_under({"tranches": HALVES})
    report, shy = hand_in(award), appointed("pier", Role.OFFICER, day(0), "shy@pier.example")
    recuse(application_code=award.application.code, reason="A friend.", by=shy, now=day(1))
    page = award_life(award.code, shy, day(1))
    plan = {"months": {}, "reason": "No.", "by": shy, "now": day(1)}

    for act in (
        lambda: send_back(report, by=shy),
        lambda: accept(award, by=shy),
        lambda: close_tranche(
            award_code=award.code, part_code="second", reason="No.", by=shy, now=day(3)
        ),
        lambda: give_plan(line_code=LINE, **plan),
    ):
        with pytest.raises(Recused):
            act()

    assert (page.may_open, page.may_close) == (False, False)
    assert award_life(award.code, officer(), day(1)).may_open
    assert accept(award)


def test_the_same_document_once_more_is_the_one_that_is_there():
    award = award_under({"tranches": HALVES})

    first = hand_in(award)

    assert hand_in(award) == first
    assert hand_in(award, file_name="final.pdf").number == 2
    assert hand_in(award, PDF + b"more").number == 3


def test_handing_in_is_refused_in_the_promised_order():
    award = award_under({"tranches": THIRDS})
    member = add_member(award, make_person("plain@lab.example"), day(0))

    for refusal, changed in [
        (NotFound, {"award_code": "PIR-9999", "by": member}),
        (NotFound, {"part_code": "first", "by": member}),
        (NotAllowed, {"part_code": "c", "by": member}),
        (NotAllowed, {"part_code": "c", "by": officer()}),
        (TrancheNotNext, {"part_code": "c", "content": b"no report"}),
        (AttachmentNotAsNamed, {"part_code": "b", "content": b"no report"}),
    ]:
        with pytest.raises(refusal):
            hand_in(award, **changed)
    manager = add_member(award, make_person("manager@lab.example"), day(0), MemberRole.MANAGER)
    assert hand_in(award, part_code="b", by=manager).number == 1
    suspend_award(code=award.code, reason="A flood.", by=officer(), now=day(1))
    with pytest.raises(NotActive):
        hand_in(award, part_code="c")


def test_sending_back_is_refused_in_the_promised_order():
    award = award_under({"tranches": HALVES})
    report = hand_in(award)
    lead = lead_of(award, day(1))

    with pytest.raises(NotFound):
        tranche_report(report.pk, appointed("pier", Role.REVIEWER, day(0)))
    with pytest.raises(NotAllowed):
        send_back(report, "", by=lead)
    with pytest.raises(ReasonMissing):
        send_back(report, " ")
    accept(award)
    with pytest.raises(ReportAccepted):
        send_back(report)


def test_an_officer_reads_what_was_handed_in_last_until_it_is_answered():
    award = award_under({"tranches": THIRDS})

    def waiting():
        return [each.number for each in reports_to_read({"pier"})]

    assert waiting() == []
    hand_in(award, part_code="b")
    hand_in(award, PDF + b"more", part_code="b")
    assert waiting() == [2]
    assert list(reports_to_read({"wharf"})) == []
    send_back(reports_to_read({"pier"})[0])
    assert waiting() == []
    hand_in(award, part_code="b")
    assert waiting() == [3]
    accept(award, part="b")
    assert waiting() == []


def close(award, part: str = "second", **changed):
    facts = {"award_code": award.code, "part_code": part, "reason": "Wrong year.", "by": officer()}
    return close_tranche(**(facts | {"now": day(4)} | changed))


def test_an_acceptance_is_taken_back_and_the_report_is_read_again():
    award = award_under({"tranches": HALVES})
    report = hand_in(award)
    accept(award)

    closed = close(award)

    assert close(award, reason="Once more.") == closed
    with pytest.raises(NotOpenYet):
        hold(award, 504, day(4))
    assert list(reports_to_read({"pier"})) == [report]
    subject, text = preview_of(Letter.objects.get(kind="award.tranche_closed", to=award.lead))
    assert subject == "PIR-0001: the part “second” is closed again"
    assert "was accepted in error: Wrong year." in text
    again = accept(award, now=day(5))
    assert (again.number, again.report) == (2, "progress.pdf")
    assert hold(award, 504, day(5)).code
    with pytest.raises(ReportAccepted):
        send_back(report)


def test_a_report_may_be_sent_back_once_its_acceptance_is_taken_back():
    award = award_under({"tranches": HALVES})
    report = hand_in(award)
    accept(award)
    close(award)

    assert send_back(report, now=day(5)).returned_because == "No figures."
    with pytest.raises(ReasonMissing):
        accept(award)


def test_taking_an_acceptance_back_is_refused_in_the_promised_order():
    award = award_under({"tranches": THIRDS})
    lead, reviewer = lead_of(award, day(1)), appointed("pier", Role.REVIEWER, day(0))
    with pytest.raises(NotFound):
        close(award, "b")  # it was never opened
    accept(award, "On paper", part="b")
    accept(award, "On paper", part="c")

    for refusal, changed in [
        (NotFound, {"part": "first", "reason": ""}),
        (NotFound, {"by": reviewer, "reason": ""}),
        (NotAllowed, {"by": lead, "reason": ""}),
        (ReasonMissing, {"reason": " "}),
        (TrancheNotLast, {}),
    ]:
        with pytest.raises(refusal):
            close(award, **({"part": "b"} | changed))
    close(award, "c")
    hold(award, 504, day(4))
    suspend_award(code=award.code, reason="A flood.", by=officer(), now=day(5))
    with pytest.raises(PartUsed) as refused:
        close(award, "b", now=day(5))
    assert (refused.value.used.seconds, refused.value.most.seconds) == (504 * 3600, 500 * 3600)
    type(award).objects.filter(pk=award.pk).update(state=AwardState.ENDED.value)
    with pytest.raises(NotActive):
        close(award, "b", now=day(5))


def test_a_part_that_was_waived_on_a_line_stays_open_there():
    award = award_under({"tranches": HALVES | {"waived_by": "committee"}})
    waive_check(
        line_code=LINE,
        rule_code="halves",
        mark="second",
        reason="A flood.",
        by=appointed("pier", Role.COMMITTEE, day(0)),
        now=day(1),
    )
    accept(award, "On paper")
    hold(award, 504, day(3))

    close(award)

    assert hold(award, 8, day(4)).code
