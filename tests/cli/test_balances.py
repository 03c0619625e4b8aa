"""``praya book balances`` into a folder that has files already."""

from __future__ import annotations

import json

from tests.awarding import active_award, make_site
from tests.factories import appointed

from praya.apps.awards.models import Member
from praya.core.actor import Role


def test_who_has_no_balance_any_more_is_left_none_in_their_file(praya, db, now, tmp_path):
    make_site(now)
    active_award(now)
    appointed("pier", Role.OPERATOR, now, "operator@pier.example")
    praya("login", "operator@pier.example")
    other = tmp_path / "other.json"
    other.write_text('{"version": 1, "balances": [{"user": "other", "value": 9}]}')
    command = ("book", "balances", "pier", "--user", "email", "--folder", tmp_path)
    assert praya(*command).status == 0
    file = tmp_path / "lead@pier.example.json"
    assert len(json.loads(file.read_text())["balances"]) == 1

    Member.objects.update(until=now)
    said = praya(*command)

    assert said.status == 0, said.err
    assert json.loads(file.read_text())["balances"] == []
    assert json.loads(other.read_text())["balances"] != []
