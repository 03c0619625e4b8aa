"""Every change of an award at the terminal: previewed, asked for, decided, undone; notices."""

from __future__ import annotations

import pytest
from tests.apps.changes.changing import changing_award, staff, use
from tests.cli.running import refused

from praya.apps.changes.models import Notice
from praya.core.actor import Role

pytestmark = pytest.mark.django_db
LEAD, OFFICER, SECOND, FINANCE, COMMITTEE = (
    f"{name}@pier.example" for name in ("lead", "officer", "second", "finance", "committee")
)
WHY = ("--reason", "The tides took longer.")
LEADS = (
    ("supplement", "--line", 1, "--hours", 10),
    ("advance", "--line", 1, "--hours", 10),
    ("transfer", "--line", 1, "--to", 2, "--hours", 10),
    ("exchange", "--line", 1, "--into", "ascend-910b", "--hours", 10),
    ("extend", "--until", "2027-03-31"),
    ("renew", "--until", "2027-03-31", "--amount", "1=50"),
    ("cards", "--line", 3, "--cards", 1, "--since", "2026-03-20"),
)
SAID_NO = {"cards", "exclude"}  # what the rules of changing_award do not know
OFFICERS = (
    ("reduce", "--line", 1, "--hours", 10),
    ("recover", "--formula", "all", "--cause", "resale"),
    ("end", "--cause", "sanctions"),
    ("exclude", "--until", "2026-12-31", "--cause", "resale"),
)


@pytest.fixture
def award(db, now):
    award = changing_award(
        now,
        end_at_once={"causes": ["sanctions"]},
        appeal={"within_days": 14},
    )
    for role in (Role.OFFICER, Role.FINANCE, Role.COMMITTEE):
        staff(role, now)
    staff(Role.OFFICER, now, SECOND)
    use(award, now)
    return award


def test_each_is_previewed_asked_for_shown_and_taken_back(praya, award):
    shown = {}
    for who, wishes in ((LEAD, LEADS), (OFFICER, OFFICERS)):
        praya("login", who)
        for name, *wish in wishes:
            preview = praya("award", name, award.code, *wish, "--preview")
            if preview.status:
                shown[name] = refused(preview)
                continue
            asked = praya("award", name, award.code, *wish, *WHY)
            assert asked.out.endswith(" is made; somebody else decides.\n"), asked.err
            number = asked.out.split()[1]
            told = praya("change", "show", number).out
            assert told.endswith(preview.out), "what it would do is as it was previewed"
            assert "The tides took longer." in told
            assert praya("change", "withdraw", number).out.startswith("Withdrawn: ")
            shown[name] = preview.out
    assert {name for name, said in shown.items() if said.startswith("praya: ")} == SAID_NO
    [out_of_it] = [one for one in shown["reduce"].splitlines() if "pool/subsidy" in one]
    assert out_of_it.split() == ["pool/subsidy", "HKD", "HKD", "210.00"]
    [away] = [one for one in shown["exchange"].splitlines() if "free" in one and "-10.0" in one]
    assert away.split() == ["award/PIR-0001.1/free", "nvidia-h800", "-10.0", "card-hours"]
    assert {one["state"] for one in praya("--json", "change", "list").json} == {"withdrawn"}


def test_it_is_granted_undone_or_refused_by_others(praya, award):
    code = award.code
    praya("login", LEAD)
    assert praya("award", "acknowledge", code).out == "Version 1 of the agreement is accepted.\n"
    assert "PIR-0001" in praya("award", "list", "--state", "active").out
    assert [one["kind"] for one in praya("--json", "award", "entries", code).json][:1] == ["settle"]
    [member] = praya("--json", "award", "members", "list", code).json
    assert (member["email"], member["role"]) == (LEAD, "lead")
    hours = ("--line", 1, "--hours", 10, *WHY)
    moved = praya("--json", "award", "transfer", code, "--to", 2, *hours).json["id"]
    more = praya("--json", "award", "supplement", code, *hours).json["id"]
    refused(praya("change", "grant", moved, *WHY))

    praya("login", OFFICER)
    assert praya("change", "grant", moved, *WHY).out == "Granted: Transfer of PIR-0001.\n"
    assert "who asked may not grant" in refused(praya("change", "undo", moved, *WHY))
    assert praya("change", "refuse", more, *WHY).out == "Refused: Supplement of PIR-0001.\n"
    assert praya("award", "suspend", code, *WHY).out == "PIR-0001 is suspended.\n"
    assert praya("award", "resume", code, *WHY).out == "PIR-0001 is active again.\n"
    praya("login", SECOND)
    assert praya("change", "undo", moved, *WHY).out == "Undone: Transfer of PIR-0001.\n"
    states = [one["state"] for one in praya("--json", "change", "list").json]
    assert states == ["refused", "undone"]


def test_a_notice_is_previewed_agreed_to_and_taken_back(praya, award):
    give = ("award", "notice", "give", award.code, "--kind", "end", "--on", "2026-03-31")
    why = ("--cause", "resale", *WHY)
    praya("login", OFFICER)
    preview = praya(*give, *why, "--preview").out
    assert preview.startswith("At the earliest on        2026-03-16\n")
    asked = praya(*give, *why).out
    number = Notice.objects.get().pk
    assert asked.startswith(f"Number {number} is asked for; somebody else has to agree")
    refused(praya("award", "notice", "agree", number))
    praya("login", COMMITTEE)
    agreed = praya("award", "notice", "agree", number).out
    assert agreed == f"Notice {number} is given; the lead is told.\n"
    assert "officer" in refused(praya("award", "notice", "withdraw", number, *WHY))
    praya("login", SECOND)
    assert praya("award", "notice", "withdraw", number, *WHY).status == 0
    assert "withdrawn" not in praya("award", "notice", "list", award.code).out


def test_what_stands_is_listed_and_said_why(praya, award, now):
    staff(Role.AUDITOR, now)
    praya("login", FINANCE)
    for words, said in (
        (("debt", "list", "pier"), "Nobody owes this programme anything."),
        (("debt", "ahead", "pier"), "no award is to bear anything of another"),
        (("debt", "borne", award.code), "no award is to bear anything of another"),
        (("funding", "list", "pier"), "HKD 10,000,000.00"),
        (("funding", "years", "pier"), "The rules vote no money year by year."),
        (("book", "entries", "pier"), "award/PIR-0001.1/used HK$840.00"),
        (("book", "head", "pier"), "4 entries, sealed "),
        (("invoice", "ahead", "pier"), "Nothing was left to be asked for."),
        (("life", "waivers", award.code), "Nothing is waived on this award."),
        (("organisation", "list"), "Pier University"),
        (("programme", "versions", "pier"), "These are the first rules of the programme."),
        (("round", "list", "pier"), "batch-1"),
        (("forecast", "list"), "No forecast has been asked yet."),
        (("why", "use", award.code), "0.0 card-hours  Cards held for PIR-0001"),
        (("why", "outlook", award.code), "Used by PIR-0001 from 2 February 2026"),
        (("why", "entry", "pier", 4), "HK$840.00"),
        (("why", "account", "pier", "pool/subsidy"), "HK$9,627,880.00  Account pool/subsidy"),
    ):
        told = praya(*words)
        assert (told.status, told.err) == (0, ""), told
        assert said in told.out, told.out
    refused(praya("why", "set-off", 1))
    refused(praya("why", "year", "pier", "subsidy", "2026-01-01"))
    refused(praya("funding", "keep-year", "pier", "subsidy", "2026-01-01", *WHY))
    refused(praya("trail", "list", "pier"))
    praya("login", OFFICER)
    assert praya("waiting", "list", "pier").out == "No case is on the waiting list.\n"
    assert praya("review", "list").out == "No review waits for you.\n"
    praya("login", "auditor@pier.example")
    assert praya("trail", "verify").out.startswith("The trail holds: ")
    assert "programme.applied" in praya("trail", "list", "pier").out
