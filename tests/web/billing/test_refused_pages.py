"""A page that says on the next one what was refused leads to the figure behind it."""

from __future__ import annotations

from dataclasses import replace

from django.test import Client
from django.urls import reverse
from tests.apps.billing.cases import make_house
from tests.apps.billing.test_claims import COST, NOW, RULES, add, assess, begin, hkd
from tests.factories import person_behind

from praya.apps.billing.commands import submit_claim


def test_a_claim_beyond_the_award_leads_to_what_its_line_has_free(db, settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    house = make_house(is_charged=False, payment="claim", claims=RULES)
    claim = begin(house)
    add(house, claim, replace(COST, amount=hkd(10**10)))
    submit_claim(claim_code=claim.code, by=house.lead, now=NOW)
    assess(house, claim, 1, 10**10 * 2 // 3)
    finance = Client()
    finance.force_login(person_behind(house.other_finance))

    text = finance.post(reverse("web:claim-approve", args=[claim.code]), follow=True).text

    told = text[text.index('class="alert') :]
    link = told[told.index('class="why" href="') :].split('"')[3].replace("&amp;", "&")
    assert link.startswith(f"/awards/{house.award.code}/why/free/")
    assert "Why?" in finance.get(link).text
