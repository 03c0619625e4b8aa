"""An entry that a change of an award made leads to the change, to its rate and to its rules."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.changes.changing import asked, changing_award, granted
from tests.factories import appointed, person_behind

from praya.apps.books.models import Entry
from praya.apps.changes.rules import ChangeKind
from praya.apps.reports.queries.why import GroundKind, why_entry
from praya.core.actor import Role

pytestmark = pytest.mark.django_db


def test_an_exchange_rests_on_its_change_and_the_dated_rate(now):
    award = changing_award(now)
    wish = {"line": 1, "device_model": "ascend-910b", "card_hours": 20}
    change = granted(asked(award, ChangeKind.EXCHANGE, now, **wish), now)
    entry = next(each for each in Entry.objects.all() if each.facts.get("change") == change.pk)
    finance = appointed("pier", Role.FINANCE, now)

    why = why_entry("pier", entry.number, finance)

    found = {ground.kind: ground.facts for ground in why.grounds}
    assert found[GroundKind.CHANGE] == {"change": change.pk}
    assert found[GroundKind.RATE]["rate"] == entry.facts["rate"]
    assert found[GroundKind.RULES]["number"] == entry.facts["rate_version"]
    client = Client()
    client.force_login(person_behind(finance))
    page = client.get(reverse("web:why-entry", args=["pier", entry.number])).content.decode()
    assert reverse("web:change", args=[change.pk]) in page
    assert f"Exchanged at the rate {entry.facts['rate']}" in page
