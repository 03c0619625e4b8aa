"""Accounts of others are listed, mapped from a file, and agreed to at the terminal."""

from __future__ import annotations

from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.apps.enforcement.test_mapping import GROUP, of_others
from tests.factories import appointed

from praya.apps.enforcement.models import Adoption
from praya.core.actor import Role

ONE, TWO = "one@pier.example", "two@pier.example"


def test_accounts_are_listed_tried_asked_for_and_agreed_to(praya, harbour, now, tmp_path):  # noqa: F811
    harbour.others = {GROUP: of_others(GROUP), "ada": of_others("ada", members=["ada"])}
    for email in (ONE, TWO):
        appointed("pier", Role.OPERATOR, now, email)
    praya("login", ONE)
    found = praya("cluster", "accounts", CODE, "--csv").out
    assert found.splitlines() == [f"{GROUP},PIR-0001", "ada,"]
    file = tmp_path / "accounts.csv"
    file.write_text(f"{found}two words,PIR-0001\n", encoding="utf-8")

    [good, odd] = praya("--json", "cluster", "map-accounts", CODE, file).json
    assert (good["steps"], good["jobs"], good["sentence"]) == (1, 0, "")
    assert "does not pass on" in odd["sentence"]
    would = praya("cluster", "take-over", CODE, GROUP, "--award", "PIR-0001", "--dry-run").out
    assert "Set what may be used, in seconds" in would
    assert Adoption.objects.count() == 0

    told = ("--reason", "The group's, from before.", "--apply")
    [asked, _] = praya("--json", "cluster", "map-accounts", CODE, file, *told).json
    assert praya("cluster", "agree", CODE, asked["number"]).status == 1
    praya("logout")
    praya("login", TWO)
    assert "It counts from now on" in praya("cluster", "agree", CODE, asked["number"]).out
    assert "PIR-0001" in praya("cluster", "holds", CODE).out
