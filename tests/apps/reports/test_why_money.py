"""Figures of years, outlooks and debts explained: each is its parts, and leads to its records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.apps.billing.test_years import BEGIN, NEW_YEAR, PRAYA, YEARS, offer_of, site
from tests.apps.changes.test_setting_off import LATER, later_award
from tests.apps.changes.test_setting_off import award as debtor  # noqa: F401 -- a fixture
from tests.apps.usage.test_idle import HOUR_S, LINE, NEXT, busy
from tests.apps.usage.test_idle import lease as leased  # noqa: F401 -- a fixture
from tests.awarding import lead_of
from tests.factories import appointed, person_behind

from praya.apps.billing.commands import lapse_years
from praya.apps.billing.queries import years_in
from praya.apps.changes.commands import set_off_debts, take_back_debt_payment
from praya.apps.changes.models import Debt
from praya.apps.notices.queries import outlook_of
from praya.apps.reports.queries.why import (
    OF_YEAR,
    GroundKind,
    WhyCode,
    Window,
    why_outlook,
    why_set_off,
    why_use,
    why_year,
)
from praya.apps.usage.models import UsageDay
from praya.apps.usage.queries import held_cards
from praya.core.actor import Role
from praya.core.refusal import NotAllowed, NotFound
from praya.words import clock
from praya.words.why import ground_sentence, sentence

pytestmark = pytest.mark.django_db
YEAR = {"purpose": "subsidy", "first_on": date(2026, 1, 1)}
DECEMBER = datetime(2026, 12, 20, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def parts(found):
    return [(part.code, part.amount) for part in found.parts]


@pytest.fixture
def spent():
    """A year of which something is committed, promised, spent and, at its end, lapsed."""
    award = site(*YEARS)
    UsageDay.objects.create(
        line=award.lines.get(), day=date(2026, 3, 1), kind="job", subsidy_minor=700
    )
    offer_of(10, DECEMBER)
    return award


def test_every_figure_of_a_year_is_its_parts(spent, django_assert_max_num_queries):
    reader = appointed("pier", Role.AUDITOR, BEGIN, "reads@pier.example")
    lapse_years(by=PRAYA, now=NEW_YEAR)
    year = years_in("pier", NEW_YEAR)[0]

    found = {}
    for name in OF_YEAR:
        with django_assert_max_num_queries(13):
            found[name] = why_year("pier", name, reader, NEW_YEAR, **YEAR)
        assert found[name].amount == getattr(year, name).minor, name
        assert all(part.code is not WhyCode.REST for part in found[name].parts), name

    assert parts(found["spent"]) == [(WhyCode.AWARD, 700)]
    assert (WhyCode.ENTRY, 100 * 2100) in parts(found["committed"])
    assert parts(found["promised"]) == [(WhyCode.GRANTED, 10 * 2100)]
    assert parts(found["lapsed"]) == [(WhyCode.ENTRY, year.lapsed.minor)]
    assert sum(part.amount for part in found["left"].parts) == 0
    assert found["left"].parts[-1].facts["figure"] == "lapsed"
    assert found["voted"].grounds[0].kind is GroundKind.RULES
    first = why_year("pier", "committed", reader, NEW_YEAR, **YEAR, window=Window(0, 1))
    assert (len(first.parts), first.parts[1].code) == (2, WhyCode.REST)


def test_a_year_is_for_readers_of_the_book(spent):
    lead = lead_of(spent, BEGIN)
    reader = appointed("pier", Role.AUDITOR, BEGIN, "reads@pier.example")

    with pytest.raises(NotAllowed):
        why_year("pier", "left", lead, NEW_YEAR, **YEAR)
    for figure, first_on in (("saved", date(2026, 1, 1)), ("left", date(2026, 1, 2))):
        with pytest.raises(NotFound):
            why_year("pier", figure, reader, NEW_YEAR, purpose="subsidy", first_on=first_on)


def test_the_page_of_years_leads_to_the_days_of_what_was_spent(spent, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NEW_YEAR)
    client.force_login(person_behind(appointed("pier", Role.FINANCE, BEGIN, "cash@pier.example")))
    of_year = "/finance/pier/years/subsidy/2026-01-01/why/?of="

    page = client.get("/finance/pier/years/").text
    left = client.get(f"{of_year}left").text
    by_award = client.get(f"{of_year}spent").text

    assert all(f"{of_year}{name}" in page for name in OF_YEAR if name != "lapsed")
    assert f"{of_year}committed" in left
    days = (
        f"/awards/{spent.code}/use/why/?first_on=2026-01-01&amp;last_on=2026-12-31&amp;of=subsidy"
    )
    assert days in by_award
    assert "HK$7.00" in plain(client.get(days.replace("&amp;", "&")).text)
    assert client.get("/finance/pier/years/subsidy/soon/why/").status_code == 404


def test_the_pace_is_the_days_it_is_told_by(leased):  # noqa: F811 -- the fixture
    lead = lead_of(leased, NEXT)
    told = {one.numbers.commodity: one for one in outlook_of(leased, NEXT).outlooks}

    for commodity in ("HKD", "nvidia-h800·s"):
        found = why_outlook(leased.code, "burn", lead, NEXT, commodity=commodity)
        assert (found.unit, found.amount) == (commodity, sum(told[commodity].daily))
        assert found.facts["days"] == len(told[commodity].daily) == 2
        assert [part.facts["day"].day for part in found.parts] == [2, 1]
    assert plain(sentence(found)).endswith(
        "over 2 days that is 48.0 card-hours of nvidia-h800 a day"
    )
    by_day = why_use(leased.code, lead, of="subsidy")
    assert by_day.amount == sum(told["HKD"].daily)
    with pytest.raises(NotFound):
        why_outlook(leased.code, "burn", lead, NEXT, commodity="EUR")


def test_what_idle_cards_cost_is_each_day_by_itself(leased, client, monkeypatch):  # noqa: F811
    lead = lead_of(leased, NEXT)
    busy(leased, 1, 12)
    [held] = held_cards(leased.code)

    listed = why_outlook(leased.code, "idle-list", lead, NEXT, line=LINE)
    own = why_outlook(leased.code, "idle-own", lead, NEXT)

    assert (listed.amount, own.amount) == (held.idle_list_minor, held.idle_own_minor)
    assert [part.amount for part in listed.parts] == [144_000, 108_000]
    assert "36.0 card-hours of the 48.0 card-hours held" in plain(sentence(listed.parts[1]))
    with pytest.raises(NotFound):
        why_outlook(leased.code, "idle-list", lead, NEXT, line="PIR-0001.9")
    monkeypatch.setattr(clock, "now", lambda: NEXT)
    client.force_login(person_behind(lead))
    page = client.get(f"/awards/{leased.code}/outlook/").text
    for query in (f"of=idle-list&amp;line={LINE}", "of=burn&amp;commodity=HKD"):
        assert f"/awards/{leased.code}/outlook/why/?{query}" in page
    day = (
        f"/awards/{leased.code}/use/why/?first_on=2026-02-01&amp;last_on=2026-02-01&amp;line={LINE}"
    )
    assert day in client.get(f"/awards/{leased.code}/outlook/why/?of=idle-own").text
    assert held.idle_s == 84 * HOUR_S


def test_a_sum_set_off_is_its_lines_with_what_bounded_each(debtor, now, client, monkeypatch):  # noqa: F811
    later = now + LATER
    after = later_award(debtor, later, hours=60)
    set_off_debts(now=later)
    debt = Debt.objects.get()
    finance = appointed("pier", Role.FINANCE, now, "second.cash@pier.example")

    found = why_set_off(debt.pk, finance)

    assert (found.amount, parts(found)) == (630_00, [(WhyCode.OFF_LINE, 630_00)])
    entry, bounds = found.parts[0].grounds
    assert entry.kind is GroundKind.ENTRY
    assert plain(ground_sentence(bounds)) == (
        "The least of three: HK$840.75 was owed; 50 % of the HK$1,260.00 granted to "
        f"{after.code}.1 may go to debts, less HK$0.00 that went before; HK$1,260.00 was free on it"
    )
    monkeypatch.setattr(clock, "now", lambda: later)
    client.force_login(person_behind(finance))
    assert f"/debts/{debt.pk}/set-off/why/" in client.get(f"/debts/{debt.pk}/").text
    assert "The least of three" in client.get(f"/debts/{debt.pk}/set-off/why/").text
    with pytest.raises(NotFound):
        why_set_off(debt.pk, appointed("pier", Role.OPERATOR, now, "ops@pier.example"))
    take_back_debt_payment(
        debt_id=debt.pk, number=1, reason="Wrong.", by=finance, now=later + timedelta(hours=1)
    )
    assert parts(why_set_off(debt.pk, finance)) == []
