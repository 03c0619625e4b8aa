"""Reports that open later parts of a grant: handed in, sent back, accepted."""

from __future__ import annotations

from io import BytesIO

import pytest
from tests.apps.life.lives import HALVES, award_under, day, hold
from tests.awarding import add_member, lead_of
from tests.factories import appointed, make_person

from praya.apps.applications.rules import AttachmentNotAsNamed
from praya.apps.awards.commands import suspend_award
from praya.apps.awards.rules import MemberRole
from praya.apps.awards.rules.refusals import NotActive, ReasonMissing
from praya.apps.life.commands import hand_in_report, open_tranche, return_report
from praya.apps.life.queries import path_of_report, reports_to_read, tranche_report
from praya.apps.life.rules import NotOpenYet, ReportAccepted, TrancheNotNext
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

    assert accept(award, "On paper, in folder 12").report == "On paper, in folder 12"


def test_a_report_sent_back_opens_nothing_and_the_lead_reads_why():
    award = award_under({"tranches": HALVES})
    returned = send_back(hand_in(award))

    with pytest.raises(ReasonMissing):
        accept(award)

    assert send_back(returned, "Something else.").returned_because == "No figures."
    assert [each.number for each in (returned, hand_in(award), hand_in(award))] == [1, 2, 2]
    assert accept(award).report == "progress.pdf"


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
