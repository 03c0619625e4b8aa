"""A cluster's settings are looked at again, and operators are told once of one that was lost."""

from __future__ import annotations

from datetime import timedelta

from tests.apps.enforcement.conftest import CODE
from tests.factories import appointed

from praya.apps.enforcement.commands import check_again
from praya.apps.enforcement.queries import link_of
from praya.apps.notices.models import Letter
from praya.apps.people.models import AuditLine
from praya.core.actor import Role

LOST = ["setting.enforce"]


def test_operators_are_told_once_of_a_setting_that_limits_depended_on(harbour, now):
    operator = appointed("pier", Role.OPERATOR, now)

    def after(minutes):
        return check_again(code=CODE, now=now + timedelta(minutes=minutes))

    assert (after(4), after(6)) == (None, [])
    harbour.is_loose = True
    assert [after(12), after(18)] == [LOST, []]
    assert not link_of(CODE).checks[0]["is_met"], "its page says so"
    harbour.is_loose = False
    assert after(24) == []
    harbour.is_loose = True
    assert after(30) == LOST

    letters = Letter.objects.filter(kind="cluster.loosened")
    assert {letter.to_id for letter in letters} == {operator.person_id}
    assert [letter.facts["lines"] for letter in letters] == [["AccountingStorageEnforce=safe"]] * 2
    assert AuditLine.objects.filter(action="cluster.loosened").count() == 2
