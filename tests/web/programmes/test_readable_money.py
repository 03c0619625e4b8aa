"""The rules about money as readers meet them."""

from __future__ import annotations

from tests.core.programme.test_money_rules import FORM, RATES, rules_with

from praya.web.programmes.readable_money import money_items


def test_rates_and_ceilings_are_sentences():
    rules = rules_with(
        form=FORM,
        subsidy={
            "percent": 70,
            "rates": RATES,
            "caps": {"per_award": 1000, "per_organisation_a_year": 2000, "programme": 3000},
            "window": {"years": 3, "ceiling": 4000, "act": "warn"},
        },
        invoicing={"due_days": 14},
    )

    assert money_items(rules) == [
        "Private results: up to 20 % (for: Are the results published? No).",
        "Start-ups, to begin with: up to 80 % (for: Start-up), until 30 June 2026.",
        "At most HK$1,000.00 of subsidy to one award.",
        "At most HK$2,000.00 to one organisation in a calendar year.",
        "At most HK$3,000.00 to all awards together.",
        (
            "At most HK$4,000.00 to one organisation in 3 years, over every programme here. "
            "Above that, deciders are warned."
        ),
        "The own share is invoiced month by month, due in 14 days.",
    ]


def test_where_the_programme_pays_all_no_own_share_is_spoken_of():
    assert money_items(rules_with(subsidy={"percent": 100})) == []
    some = [{**row, "percent": 20} for row in RATES[:1]]
    assert money_items(rules_with(form=FORM, subsidy={"percent": 100, "rates": some}))[1:] == [
        "The own share is invoiced month by month, due in 30 days."
    ]


def test_claims_are_sentences():
    shares = [
        {"origin": "home", "name": {"en": "Domestic"}, "share": "2/3"},
        {
            "origin": "away",
            "name": {"en": "Foreign"},
            "share": "1/2",
            "first_on": "2026-01-01",
            "last_on": "2026-06-30",
        },
    ]
    rules = rules_with(
        payment="claim",
        claims={"costs": [{"code": "rent", "name": {"en": "Rent"}}], "shares": shares},
    )

    assert money_items(rules) == [
        "Teams pay their suppliers and claim back: Rent.",
        "Domestic: 2/3 of the cost.",
        "Foreign: 1/2 of the cost, from 1 January 2026 to 30 June 2026.",
    ]
