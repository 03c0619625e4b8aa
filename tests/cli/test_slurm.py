"""A Slurm at the terminal: added, held, looked at, and left; what others change there; its jobs."""

from __future__ import annotations

import pytest
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.apps.enforcement.fakes import ObedientCluster
from tests.apps.enforcement.test_adopting import drift
from tests.apps.enforcement.test_mapping import GROUP, of_others
from tests.apps.enforcement.test_receiving import receive, run  # noqa: F401 -- a fixture
from tests.apps.enforcement.test_watching import alive, watch
from tests.factories import appointed, make_admin

from praya.apps.enforcement import engines
from praya.apps.enforcement.commands import follow_cluster
from praya.apps.enforcement.models import Link
from praya.core.actor import Role
from praya.core.execution.accounting import DayTotal, Usage
from praya.core.execution.limits import NotTaken, Step, StepKind
from praya.core.execution.waiting import Holds

ADMIN, ONE, TWO, LEAD = (
    "admin@site.example", "one@pier.example", "two@pier.example", "lead@pier.example",
)  # fmt: skip
H800 = "nvidia-h800"
NONE_SUCH = "There is no such thing here, or it is not open to you."


def refused(said, *words):
    """One sentence on stderr, nothing on stdout, and no traceback."""
    assert (said.status, said.out) == (1, ""), said
    assert said.err.startswith("praya: ")
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err


@pytest.fixture
def operators(now, praya):
    for email in (ONE, TWO):
        appointed("pier", Role.OPERATOR, now, email)
    praya("login", ONE)


def test_a_slurm_is_added_planned_held_and_left(praya, award, now, monkeypatch):  # noqa: F811
    cluster = ObedientCluster()
    monkeypatch.setattr(engines, "reached", lambda *_, **__: cluster)
    make_admin(now)
    praya("login", ADMIN)
    add = ("cluster", "add", CODE, "Harbour", "--engine", "slurm")
    wrong = praya(*add, "--kind", "h800")
    assert (wrong.status, "h800=nvidia-h800" in wrong.err) == (2, True)
    assert praya(*add[:4], "--kind", "h800=nvidia-h800").status == 2, "no facts of a local one"

    added = praya(*add, "--kind", "h800=nvidia-h800")
    assert (added.status, added.err) == (0, "")
    assert "harbour (harbour, Slurm 22.05.8)" in added.out
    assert "not yet" in added.out
    cluster.is_loose = True
    assert "AccountingStorageEnforce=safe" in praya("cluster", "check", CODE).out
    refused(praya("cluster", "enforce", CODE), "AccountingStorageEnforce")
    cluster.is_loose = False
    assert "Every setting is as it should be." in praya("cluster", "check", CODE).out
    assert praya("cluster", "enforce", CODE).out == f"Awards are held on {CODE} from now on.\n"

    assert "36000" in praya("cluster", "plan", CODE).out
    assert praya("--json", "cluster", "plan", CODE).json["steps"][0]["after"] == "36000"
    follow_cluster(code=CODE, now=now)
    assert praya("cluster", "plan", CODE).out == "Nothing is to be done: all is held.\n"
    left = praya("--json", "cluster", "leave", CODE)
    assert left.json["enforced_since"] is None
    assert "Nothing was taken back" in praya("cluster", "leave", CODE).out


def test_what_the_terminal_is_refused_of_a_slurm(praya, harbour, operators):  # noqa: F811
    nowhere = ("check", "enforce", "leave", "plan", "drift", "holds", "accounts", "find-users",
               "reservations", "completeness")  # fmt: skip
    for name in nowhere:
        refused(praya("cluster", name, "nowhere"), NONE_SUCH)
    for name, *more in (
        ("ignore", "--reason", "x"), ("mend",), ("adopt", "--reason", "x"), ("agree",), ("drop",),
        ("give-back",),
    ):  # fmt: skip
        refused(praya("cluster", name, CODE, 99, *more), NONE_SUCH)
    harbour.is_away = True
    refused(praya("cluster", "plan", CODE), "does not answer")
    refused(praya("cluster", "completeness", CODE, "--from", "soon"), "first_on")
    praya("logout")
    praya("login", LEAD)
    for name in ("check", "enforce", "leave", "plan", "find-users"):
        refused(praya("cluster", name, CODE))


def test_what_others_changed_is_ignored_mended_and_taken_over(praya, harbour, operators, now):  # noqa: F811
    one = drift(now, "set-cards", has="4", wants="8", changed_by="wing")
    closed = drift(now, "open")
    drift(now, "set-limit", account="other", has="60", wants="90", mended_at=now)
    assert "wing" in praya("cluster", "drift", CODE).out
    [first, _] = praya("--json", "cluster", "drift", CODE, "--stands", "--account", "pir-0001").json
    assert first["id"] == closed.pk
    assert len(praya("cluster", "drift", CODE, "--limit", 1).out.splitlines()) == 2

    assert praya("cluster", "ignore", CODE, one.pk).status == 2, "a reason is asked for"
    refused(praya("cluster", "ignore", CODE, one.pk, "--reason", " "), "reason")
    left = praya("cluster", "ignore", CODE, one.pk, "--reason", "A workshop.")
    assert left.out == "It is left as the cluster has it.\n"
    assert "A workshop." in praya("cluster", "drift", CODE).out
    assert praya("--json", "cluster", "mend", CODE, one.pk).json["ignored_at"] is None

    asked = praya("cluster", "adopt", CODE, one.pk, "--reason", "A workshop.").out
    assert "has to agree to number" in asked
    at_once = praya("--json", "cluster", "adopt", CODE, closed.pk, "--reason", "Let be.").json
    assert at_once[0]["agreed_at"]
    number = asked.split("agree to number ")[1].split(":")[0]
    refused(praya("--json", "cluster", "agree", CODE, number))
    dropped = praya("cluster", "drop", CODE, number)
    assert dropped.out == "It is taken back; the next round mends it.\n"
    assert praya("--json", "cluster", "drop", CODE, at_once[0]["id"]).json["ended_at"]


def test_many_are_agreed_to_and_an_account_is_given_back(
    praya,
    harbour,  # noqa: F811
    operators,
    monkeypatch,
):
    harbour.others = {GROUP: of_others(GROUP)}
    take = ("cluster", "take-over", CODE, GROUP, "--award", "PIR-0001")
    refused(praya(*take), "Say")
    asked = praya("--json", *take, "--reason", "From before.").json["id"]
    praya("login", TWO)
    some = praya("--json", "cluster", "agree", CODE, asked, 99)
    assert (some.status, [one["id"] for one in some.json]) == (1, [asked])
    assert NONE_SUCH in some.err

    step = Step(StepKind.SET_CARDS, GROUP, before=16, after=4)
    told = NotTaken(step, "Nothing modified, by whim")
    monkeypatch.setattr(harbour, "apply", lambda _steps: (told,))
    [said, heading, *_rows] = praya("cluster", "give-back", CODE, asked).out.splitlines()
    assert said.endswith("the cluster refused steps back to before:")
    assert "The cluster said" in heading
    assert praya("--json", "cluster", "give-back", CODE, asked).json == []


def test_jobs_of_a_slurm_wait_run_and_end_and_say_why(praya, harbour, run, operators, now):  # noqa: F811
    assert praya("cluster", "waiting", CODE).out == (
        f"No job of an award that you may see waits on {CODE}.\n"
    )
    watch(
        harbour, now, alive("9_1"), alive("11", began_at=1_000_000, reason="", holds=Holds.NOTHING)
    )
    praya("login", LEAD)
    heading, row = praya("cluster", "waiting", CODE).out.splitlines()[:2]
    assert heading.split() == ["Job", "Award", "Member", "Cards", "Why"]
    assert row.startswith(f"{CODE}/9_1  PIR-0001")
    [waits] = praya("--json", "cluster", "waiting", CODE).json
    assert waits["reason"] == "AssocGrpGRESMinutes"

    why = praya("why", f"{CODE}/9_1")
    assert why.out == f"{CODE}/9_1: {waits['sentence']}\n"
    assert praya("why", "job", f"{CODE}/9_1").out == why.out
    assert praya("--json", "why", f"{CODE}/11").json["state"] == "running"
    receive([run], now)
    ended = praya("why", f"{CODE}/7").out.splitlines()
    assert "were charged" in ended[0]
    assert any("HK$" in one for one in ended[1:]), "and why so much"
    assert praya("--json", "why", f"{CODE}/7").json["usage"] == f"{CODE}:{run.key}"
    assert f"{CODE}/7" in praya("jobs", "--ended-on-clusters").out
    assert f"{CODE}/11" in praya("jobs", "--state", "running").out
    assert "User on the cluster" in praya("show", f"{CODE}/9_1").out

    for unknown in (f"{CODE}/99", "nowhere/9_1", f"{CODE}/x", f"{CODE}/", "/9_1"):
        refused(praya("why", unknown))
    appointed("pier", Role.OFFICER, now, "officer@pier.example")
    praya("login", "officer@pier.example")
    refused(praya("why", f"{CODE}/9_1"), NONE_SUCH)


def test_what_is_set_aside_and_what_was_summed_are_read(praya, harbour, run, operators, now):  # noqa: F811
    assert praya("cluster", "reservations", CODE).out == "Nothing is set aside there.\n"
    assert praya("--json", "cluster", "reservations", CODE).json == []
    assert "Nothing was compared" in praya("cluster", "completeness", CODE).out
    receive([run], now)
    Link.objects.update(charged_since=now.replace(year=2025))
    day = now.date().isoformat()
    harbour.told = Usage((run,), ())
    totals = (DayTotal("pir-0001", "mei", "", 9_000), DayTotal("pir-0001", "mei", H800, 9_000))
    harbour.sums = lambda since, until: totals if since <= run.began_at < until else ()
    span = ("--from", day, "--to", day)
    again = praya("cluster", "completeness", CODE, *span, "--again")
    assert (again.status, again.err) == (0, ""), again
    assert "9,000" in again.out
    [one] = praya("--json", "cluster", "completeness", CODE, *span).json["days"]
    assert (one["award"], one["summed_s"]) == ("PIR-0001", 9_000)
    lines = praya("cluster", "completeness", CODE, *span, "--csv").out.splitlines()
    assert lines[0].startswith("day,account,award")
    assert lines[1].startswith(f"{day},pir-0001,PIR-0001,nvidia-h800,9000,")
    harbour.is_away = True
    refused(praya("cluster", "completeness", CODE, "--again"), "does not answer")


def test_users_are_found_and_named_from_a_file(praya, harbour, operators, now, tmp_path):  # noqa: F811
    harbour.people = ["one", "two", "mei"]
    found = praya("cluster", "find-users", CODE)
    assert (found.status, found.err) == (0, "")
    assert praya("--json", "cluster", "find-users", CODE).json == []
    file = tmp_path / "users.csv"
    file.write_text(f"E-mail,User\n{LEAD},mei7\nnobody@pier.example,ann\n{LEAD},no good\n")
    [good, odd, bad] = praya("--json", "cluster", "users", file).json
    assert (good["is_new"], good["sentence"]) == (True, "")
    assert odd["sentence"]
    assert bad["refusal"]
    assert "mei7" in praya("cluster", "users", file, "--apply").out
    assert not praya("--json", "cluster", "users", file).json[0]["is_new"]
    file.write_bytes(b"\xff\xfe@,x\n")
    refused(praya("cluster", "users", file), "users.csv cannot be read")
    file.write_text("nothing of use\n")
    assert "no line of address and user" in praya("cluster", "users", file).out
    assert praya("cluster", "users", tmp_path / "none.csv").status == 2
