"""One programme walked from its rules to its public figures, in a browser, by ten people.

Nothing is made behind the pages but the keeper of the site, who is added at the terminal. The job
is real: the local engine runs it while its output is followed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, expect
from tests.browser.walking import Site, Visitor, programme_of_these_days, today

STAFF = {
    "officer": "officer",
    "finance": "finance",
    "operator": "operator",
    "chair": "committee",
    "wan": "reviewer",
    "bo": "reviewer",
}
NAMES = {
    "officer": "Oscar Lam",
    "finance": "Fiona Yip",
    "operator": "Otto Mak",
    "chair": "Clara Ho",
    "wan": "Wan Sze",
    "bo": "Bo Leung",
    "lead": "Lena Tsang",
    "member": "Milo Chu",
}
TITLE = "A model of the tides"
TITLE_ZH = "潮汐模型"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JOB = "import time; [print('tide', n, sum(range(10**6))) or time.sleep(.5) for n in range(4)]"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "home")
    made.home.mkdir()
    made.run("init")
    made.start()
    yield made
    made.stop()


class Walk:
    """The people of the walk, the language they read, and what is known on the way."""

    def __init__(self, browser: Browser, site: Site, language: str) -> None:
        self.site = site
        self.language = language
        self.browser = browser
        self.people: dict[str, Visitor] = {}
        self.case = self.award = ""

    def __getattr__(self, name: str) -> Visitor:
        return self.people[name]

    def meet(self, name: str) -> Visitor:
        self.people[name] = Visitor(self.browser, self.site, self.language)
        return self.people[name]

    def said(self, text: str) -> str:
        """A text of the site in the language of the walk, up to what is filled in."""
        with override(self.language):
            return re.split(r"%[(s]", gettext(text))[0]

    def reads(self, visitor: Visitor) -> None:
        """Each heading, label, link of the frame and button is in the language of the walk."""
        latin, chinese = re.compile(r"[a-z]{3}"), re.compile(r"[\u4e00-\u9fff]")
        mine, other = (chinese, latin) if self.language == "zh-hant" else (latin, chinese)
        strange = [one for one in visitor.labels if other.search(one) and not mine.search(one)]
        assert strange == [], visitor.here


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_a_programme_from_its_rules_to_its_figures(browser: Browser, site: Site, language: str):
    walk = Walk(browser, site, language)
    the_site_admin_applies_the_rules_and_appoints(walk)
    money_is_asked_for_and_approved(walk)
    machines_are_added(walk)
    the_lead_registers_and_applies(walk)
    the_desk_asks_and_passes(walk)
    reviewers_declare_and_mark(walk)
    the_committee_decides_and_somebody_else_releases(walk)
    the_lead_accepts_and_adds_a_member(walk)
    the_member_runs_a_job(walk)
    finance_sees_the_charge(walk)
    the_public_sees_the_award_and_the_figures(walk)
    assert [said for each in walk.people.values() for said in each.complaints] == []


def the_site_admin_applies_the_rules_and_appoints(walk: Walk) -> None:
    said = walk.site.run("--json", "person", "add", "keeper@pier.example", "--admin")
    keeper = walk.meet("keeper")
    keeper.sign_in("keeper@pier.example", re.search(r'"password": ?"([^"]+)"', said)[1])
    keeper.opens("/programmes/new/")
    walk.reads(keeper)
    keeper.writes(text=programme_of_these_days())
    keeper.sends()
    keeper.sends("form:has([name=act][value=apply]) [type=submit]")
    for name, full_name in NAMES.items():
        walk.meet(name).sign_up(f"{name}@pier.example", full_name)
    for name, role in STAFF.items():
        keeper.opens("/programmes/harbour/people/")
        keeper.writes(email=f"{name}@pier.example")
        keeper.field("role").select_option(role)
        keeper.sends()
        assert NAMES[name] in keeper.words


def money_is_asked_for_and_approved(walk: Walk) -> None:
    walk.officer.opens("/finance/harbour/funding/new/")
    walk.reads(walk.officer)
    walk.officer.field("pool").select_option("subsidy")
    walk.officer.writes(amount="100000000", reason="Voted in the budget.")
    walk.officer.sends()
    walk.finance.opens("/finance/harbour/")
    walk.finance.follows("/funding/")
    walk.finance.sends("[name=answer][value=approve]")
    assert "HK$100,000,000.00" in walk.finance.words


def machines_are_added(walk: Walk) -> None:
    operator = walk.operator
    operator.opens("/new-cluster/")
    walk.reads(operator)
    operator.writes(code="quay", name="Quayside")
    operator.field("engine").select_option("local")
    operator.sends()
    operator.opens("/clusters/quay/partitions/new/")
    operator.writes(code="h800")
    operator.field("device_model").select_option("nvidia-h800")
    operator.sends()
    for kind in ("installed", "in-service"):
        operator.opens("/clusters/quay/partitions/h800/capacity/")
        operator.field("kind").select_option(kind)
        operator.writes(devices="16", first_on=today().isoformat())
        operator.sends()


def the_lead_registers_and_applies(walk: Walk) -> None:
    lead = walk.lead
    lead.opens("/organisations/register/")
    walk.reads(lead)
    lead.writes(name="Lantern Bay University", name_zh="燈籠灣大學", place="HK")
    lead.field("kind").select_option("university")
    lead.sends()
    lead.opens("/apply/harbour/rolling/")
    walk.reads(lead)
    lead.page.check('[name="answers.no-double-dipping"][value=no]')
    lead.page.check('[name="answers.data-local"][value=yes]')
    lead.sends("form[method=get] [type=submit]")
    lead.sends("form[method=post] .btn-primary")
    walk.case = re.search(r"/applications/([^/]+)/", lead.here)[1]
    the_lead_fills_the_form(walk, lead)
    lead.opens(f"/applications/{walk.case}/check/")
    walk.reads(lead)
    assert TITLE in lead.words
    lead.sends()
    assert lead.here == f"/applications/{walk.case}/"


def the_lead_fills_the_form(walk: Walk, lead: Visitor) -> None:
    first, last = today(), today() + timedelta(days=60)
    line = {"cards": "16", "card_hours": "20000", "first_on": first, "last_on": last}
    while not re.search(r"/edit/(documents|declaration)/", lead.here):
        if "/project/" in lead.here:
            lead.writes(title=TITLE, title_zh=TITLE_ZH)
            state = lead.page.locator("[data-draft-state]")
            expect(state).to_contain_text(walk.said("Saved at %(time)s."))
        if "/compute/" in lead.here:
            lead.field("lines.0.device_model").select_option("nvidia-h800")
            lead.field("lines.0.shape").select_option("card-hours")
            for part, value in line.items():
                lead.field(f"lines.0.{part}").fill(str(value))
            expect(lead.page.locator("[data-sum=list]")).to_have_text("HK$700,000.00")
        lead.writes_everything("潮汐 and currents")
        lead.sends()
    for kind in ("a", "b"):
        file = {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": PDF}
        lead.page.set_input_files(f"#id_document_{kind}", file)
        lead.sends(f"form:has(#id_document_{kind}) [type=submit]")
        assert f"{kind}.pdf" in lead.words
    lead.follows("/edit/declaration/")
    for box in lead.page.locator("[name=confirmed]").all():
        box.check()
    lead.sends()


def the_desk_asks_and_passes(walk: Walk) -> None:
    case = f"/applications/{walk.case}/"
    walk.officer.opens("/desk/harbour/")
    walk.officer.follows(case)
    walk.officer.opens(f"{case}ask/")
    walk.officer.writes(text="Which harbours?")
    walk.officer.sends()
    walk.lead.opens("/")
    walk.reads(walk.lead)
    walk.lead.follows(walk.case)
    walk.lead.opens(case)
    walk.lead.follows("/questions/")
    walk.lead.writes(text="All of them.")
    walk.lead.sends()
    for _stage in ("completeness", "eligibility"):
        walk.officer.opens(case)
        assert "All of them." in walk.officer.words
        walk.officer.follows("/pass/")
        walk.officer.sends()


def reviewers_declare_and_mark(walk: Walk) -> None:
    desk = f"/applications/{walk.case}/reviews/"
    for name in ("wan", "bo"):
        walk.officer.opens(desk)
        walk.officer.field("person_id").select_option(label=NAMES[name])
        walk.officer.sends("form[action$='/assign/'] [type=submit]")
        reviewer = walk.people[name]
        reviewer.opens("/reviews/")
        walk.reads(reviewer)
        reviewer.follows("/reviews/")
        reviewer.page.check("[name=kind][value=none]")
        reviewer.sends()
        for marks in reviewer.page.locator("select[name^=points-]").all():
            marks.select_option("4")
        reviewer.writes(**{"cards-1": "16", "hours-1": "20000", "comment": "Well thought out."})
        reviewer.page.locator("[name=submit]").click()
        reviewer.leaves_by(reviewer.page.locator("dialog .btn-primary"))
        assert walk.said("The review is submitted. Thank you.") in reviewer.words
    walk.officer.opens(desk)
    walk.officer.sends("form[action$='/close/'] [type=submit]")


def the_committee_decides_and_somebody_else_releases(walk: Walk) -> None:
    chair = walk.chair
    chair.opens("/committee/")
    walk.reads(chair)
    chair.follows("/committee/harbour/")
    chair.follows(walk.case)
    if not chair.here.endswith("/decide/"):
        chair.opens(f"/applications/{walk.case}/decide/")
    chair.page.check("[name=outcome][value=award]")
    chair.writes(reasons="It serves the whole harbour.")
    chair.sends()
    assert chair.page.locator('a[href$="/release/"]').count() == 0
    walk.officer.opens(chair.here)
    walk.officer.follows("/release/")
    walk.reads(walk.officer)
    walk.officer.sends("form[method=post] [type=submit]")


def the_lead_accepts_and_adds_a_member(walk: Walk) -> None:
    lead = walk.lead
    lead.opens("/awards/")
    walk.reads(lead)
    lead.follows("/awards/HCP-")
    walk.award = re.search(r"/awards/([^/]+)/", lead.here)[1]
    lead.opens(f"/awards/{walk.award}/accept/")
    lead.page.check("[name=agreed]")
    lead.sends()
    lead.opens(f"/awards/{walk.award}/members/")
    lead.writes(email="member@pier.example")
    lead.sends()
    assert NAMES["member"] in lead.words


def the_member_runs_a_job(walk: Walk) -> None:
    member = walk.member
    member.opens(f"/awards/{walk.award}/")
    member.follows("/jobs/new/")
    walk.reads(member)
    member.writes(name="tides", time_limit="2m", cards="2")
    member.writes(command=f'{sys.executable} -u -c "{JOB}"')
    member.sends()
    # It takes two seconds, and rounds see it end; a busy machine takes its time.
    expect(member.page.locator("#standing .state-good")).to_be_visible(timeout=60_000)
    expect(member.page.locator("pre").last).to_contain_text("tide 3 499999500000")
    member.opens(f"/awards/{walk.award}/")
    assert "HK$" in member.words


def finance_sees_the_charge(walk: Walk) -> None:
    finance = walk.finance
    finance.opens("/finance/harbour/")
    finance.follows("/statements/")
    assert "tides" in finance.words or "J-000001" in finance.words
    with finance.page.expect_download() as download:
        finance.page.locator('a[href$=".pdf"]').click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def the_public_sees_the_award_and_the_figures(walk: Walk) -> None:
    # The rounds take figures every minute, and at once when Praya starts.
    walk.site.stop()
    walk.site.start()
    visitor = walk.meet("visitor")
    visitor.opens("/programmes/harbour/")
    walk.reads(visitor)
    visitor.follows("/programmes/harbour/awards/")
    walk.reads(visitor)
    assert (TITLE if walk.language == "en" else TITLE_ZH) in visitor.words
    visitor.opens("/programmes/harbour/figures/")
    walk.reads(visitor)
    expect(visitor.page.locator("#figure-approved ~ .figure-value")).to_have_text("1")
