"""A claim in the terminal: its evidence elsewhere, and the way back from paid to submitted."""

from __future__ import annotations

from tests.apps.billing.cases import make_house
from tests.apps.billing.test_claims import RULES, approved, paid, submitted
from tests.cli.running import refused

from praya.apps.people.commands import make_token
from praya.apps.people.rules import TokenScope


def test_a_paid_claim_goes_back_step_by_step_by_others(praya, now, settings, tmp_path, monkeypatch):
    settings.PRAYA_HOME = tmp_path
    house = make_house(is_charged=False, payment="claim", claims=RULES)
    code = paid(house, approved(house)).code  # by one of finance, and approved by the other

    def said(by, *words):
        facts = {"name": "t", "scope": TokenScope.WRITE, "days": 30}
        _token, plain = make_token(person_id=by.person_id, **facts, by=by, now=now)
        monkeypatch.setenv("PRAYA_TOKEN", plain)
        return praya("claim", *words)

    why = ("--reason", "It came back.")
    own = said(house.finance, "undo-payment", code, *why)
    assert own.status != 0
    assert f"You recorded the payment of {code}" in own.err
    back = said(house.other_finance, "undo-payment", code, *why)
    assert back.out.startswith(f"{code}, approved: ")
    assert said(house.finance, "undo-approval", code, *why).out.startswith(f"{code}, submitted: ")
    seen = said(house.finance, "show", code).out
    assert f"{code}/2" in seen  # the same file stands in both lines
    assert seen.count("It came back.") == 2
    assert f"{code}/2" not in said(house.lead, "show", code).out


def test_a_claim_is_rejected_as_a_whole(praya, now, settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    house = make_house(is_charged=False, payment="claim", claims=RULES)
    code = submitted(house).code
    praya("login", "lead@pier.example")
    no = ("claim", "reject", code, "--reason", "Nothing of it is rent.")
    assert "It can be done by: finance" in refused(praya(*no))
    praya("login", "cash@pier.example")
    assert praya(*no).out.startswith(f"{code}, rejected: ")
    assert praya("claim", "show", code).out.splitlines()[1] == "Reason  Nothing of it is rent."
