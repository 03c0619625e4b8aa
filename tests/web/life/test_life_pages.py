"""What awaits an award, on pages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.life.lives import (
    AGEING,
    HALF,
    HALVES,
    LATE,
    LINE,
    award_under,
    committed,
    day,
    live_until,
)
from tests.awarding import active_award
from tests.factories import appointed, person_behind

from praya.apps.life.models import LineCheck, OpenedTranche, TrancheReport, Waiver
from praya.core.actor import Role

pytestmark = pytest.mark.django_db
QUERIES_MAX = 15


def staff(role: Role):
    return person_behind(appointed("pier", role, day(0)))


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_team_reads_what_awaits_its_award(signed_in):
    award = award_under({"steps": [HALF], "grace_days": 14})
    live_until(20)

    text = text_of(signed_in(award.lead).get(f"/awards/{award.code}/life/"))

    assert "Half-way check: after 50 % of its days, of what a line’s team has not used" in text
    assert "Card-hours may be used for 14 days after the last day of an award." in text
    assert "told on 21 February 2026" in text
    assert "No rule has looked at this award yet." in text
    assert "/waive/" not in text


def test_the_committee_waives_from_the_page_and_the_team_reads_why(signed_in):
    award = award_under({"steps": [HALF]})
    committee = signed_in(staff(Role.COMMITTEE))
    assert "/lines/PIR-0001.1/waive/half/after-50/" in text_of(
        committee.get(f"/awards/{award.code}/life/")
    )
    url = f"/lines/{LINE}/waive/half/after-50/"

    without = committee.post(url, {"reason": ""})
    done = committee.post(url, {"reason": "A flood.", "every": "on"})

    assert (without.status_code, done.status_code) == (200, 302)
    assert [(each.mark, each.reason) for each in Waiver.objects.all()] == [("", "A flood.")]
    assert "waived" in text_of(signed_in(award.lead).get(f"/awards/{award.code}/life/"))


def test_the_committee_lets_a_part_be_used_from_the_page(signed_in):
    award = award_under({"tranches": HALVES | {"waived_by": "committee"}})
    committee = signed_in(staff(Role.COMMITTEE))
    url = f"/lines/{LINE}/waive/halves/second/"
    assert url in text_of(committee.get(f"/awards/{award.code}/life/"))
    question = text_of(committee.get(url))
    assert "500.0 card-hours; more once a report is accepted" in question
    assert "all of it" in question

    assert committee.post(url, {"reason": "The reader is ill."}).status_code == 302

    read = text_of(signed_in(award.lead).get(f"/awards/{award.code}/life/"))
    assert "Waived, part “second”: The reader is ill." in read
    assert "May be used by now: all of it" in read


def test_finance_gives_a_cut_back_from_the_page(signed_in):
    award = award_under({"straight_line": AGEING})
    live_until(20)
    check = LineCheck.objects.order_by("due_on").last()
    finance = signed_in(staff(Role.FINANCE))
    assert f"/checks/{check.pk}/reverse/" in text_of(finance.get(f"/awards/{award.code}/life/"))

    assert "100.0 card-hours" in text_of(finance.get(f"/checks/{check.pk}/reverse/"))
    done = finance.post(f"/checks/{check.pk}/reverse/", {"reason": "Usage came late."})

    assert done.status_code == 302
    assert committed()[0] == 900
    assert "given back" in text_of(finance.get(f"/awards/{award.code}/life/"))


def test_an_officer_opens_the_next_part_from_the_page(signed_in):
    award = award_under({"tranches": HALVES})
    officer = signed_in(staff(Role.OFFICER))
    text = text_of(officer.get(f"/awards/{award.code}/life/"))
    assert "500.0 card-hours; more once a report is accepted" in text

    done = officer.post(f"/awards/{award.code}/life/parts/second/", {"report": "Report of May"})

    assert done.status_code == 302
    assert [each.report for each in OpenedTranche.objects.all()] == ["Report of May"]
    page = officer.get(f"/awards/{award.code}/life/").text
    assert "Report of May" in page
    assert f"/awards/{award.code}/life/parts/second/close/" in page


def test_an_officer_closes_a_part_again_and_the_lead_cannot(signed_in):
    award = award_under({"tranches": HALVES})
    url = f"/awards/{award.code}/life/parts/second/"
    officer, lead = signed_in(staff(Role.OFFICER)), signed_in(award.lead)
    officer.post(url, {"report": "Report of May"})
    assert f"{url}close/" not in lead.get(f"/awards/{award.code}/life/").text
    assert lead.post(f"{url}close/", {"reason": "Mine."}).status_code == 403
    assert "Report of May" in text_of(officer.get(f"{url}close/"))

    done = officer.post(f"{url}close/", {"reason": "Of another year."})

    assert done.status_code == 302
    page = text_of(officer.get(f"/awards/{award.code}/life/"))
    assert "The part “second” is closed again, and the lead is told why." in page
    assert "not open yet" in page


def test_a_team_hands_a_report_in_and_an_officer_answers_it(signed_in):
    award = award_under({"tranches": HALVES})
    lead, officer = signed_in(award.lead), signed_in(staff(Role.OFFICER))
    url = f"/awards/{award.code}/life/parts/second/report/"
    pdf = b"%PDF-1.7\nProgress\n%%EOF\n"

    wrong = lead.post(url, {"file": SimpleUploadedFile("progress.pdf", b"<html>")})
    done = lead.post(url, {"file": SimpleUploadedFile("progress.pdf", pdf), "remark": "Of May."})

    assert "The content of “progress.pdf” is not what its name says" in text_of(wrong)
    assert done.status_code == 302
    report = TrancheReport.objects.get()
    assert f"{award.code}: a report is to be read" in text_of(officer.get("/"))
    kept = officer.get(f"/reports/{report.pk}/")
    assert (kept.content, kept.headers["X-Content-Type-Options"]) == (pdf, "nosniff")
    officer.post(f"/reports/{report.pk}/return/", {"reason": "No figures."})
    assert "sent back: No figures." in text_of(lead.get(f"/awards/{award.code}/life/"))
    lead.post(url, {"file": SimpleUploadedFile("progress.pdf", pdf)})
    officer.post(f"/awards/{award.code}/life/parts/second/", {"report": ""})
    assert [each.report for each in OpenedTranche.objects.all()] == ["progress.pdf"]
    assert "a report is to be read" not in text_of(officer.get("/"))


def test_a_team_plans_by_month(signed_in):
    award = award_under({"steps": [HALF]})
    lead = signed_in(award.lead)
    months = {"2026-02": "100", "2026-03": "200", "2026-04": "300", "2026-05": "0"}

    assert lead.post(f"/lines/{LINE}/plan/", months | {"2026-02": "-1"}).status_code == 200
    assert lead.post(f"/lines/{LINE}/plan/", months).status_code == 302

    text = text_of(lead.get(f"/awards/{award.code}/life/"))
    assert "March 2026: 200 card-hours" in text
    assert "Version 1, by Lead." in text


def test_the_desk_previews_whom_the_rules_would_cut(signed_in):
    award_under({"steps": [LATE]})
    officer = signed_in(staff(Role.OFFICER))

    near = text_of(officer.get("/programmes/pier/life/?ahead=30"))
    far = text_of(officer.get("/programmes/pier/life/?ahead=90"))
    as_file = officer.get("/programmes/pier/life/?ahead=90&export=csv").content.decode()

    assert "In these days the rules cut nothing." in near
    assert "1,000.0 card-hours" in far
    assert "PIR-0001" in as_file


@pytest.mark.parametrize("url", ["/awards/PIR-0001/life/", "/programmes/pier/life/"])
def test_pages_cost_the_same_queries_with_one_award_and_with_three(signed_in, url):
    award_under({"steps": [HALF], "straight_line": AGEING, "tranches": HALVES})
    live_until(20)
    officer = signed_in(staff(Role.OFFICER))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(url).status_code == 200
        return len(captured)

    queries()
    before = queries()
    for name in ("b", "c"):
        active_award(day(0), lead=f"{name}@pier.example")

    assert queries() == before <= QUERIES_MAX
