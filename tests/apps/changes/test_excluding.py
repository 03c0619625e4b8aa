"""An organisation that broke the terms may not apply for a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.applications.cases import begun, make_applicant
from tests.apps.changes.changing import asked, changing_award, granted, staff

from praya.apps.applications.models import Exclusion
from praya.apps.applications.queries import eligibility_for
from praya.apps.applications.rules import Excluded
from praya.apps.changes.commands import grant_change
from praya.apps.changes.rules import Cause, ChangeKind
from praya.apps.changes.rules import refusals as no
from praya.core.actor import Role
from praya.core.programme.eligibility import Verdict
from praya.core.refusal import NotAllowed

RULE = {"exclusion": {"months_max": 12}, "renewal": {"months_max": 12}}


@pytest.fixture
def award(db, now):
    """An award of the laboratory that applies again."""
    award = changing_award(now, **RULE)
    _lead, organisation = make_applicant(now)
    award.organisation = organisation
    award.save()
    award.application.organisation = organisation
    award.application.save()
    return award


def exclude(award, now, until=date(2026, 12, 31)):
    change = asked(award, ChangeKind.EXCLUSION, now, last_on=until, cause=Cause.RESALE)
    return granted(change, now, staff(Role.COMMITTEE, now))


def test_who_is_excluded_cannot_apply_until_the_day_is_over(award, now):
    organisation = award.organisation_id
    answers = {"no-other": False}
    exclude(award, now)

    found = eligibility_for("pier", organisation, answers, now)
    assert (found.verdict, found.excluded_until) == (Verdict.NO, date(2026, 12, 31))
    with pytest.raises(Excluded) as refused:
        begun(now)
    assert refused.value.until == date(2026, 12, 31)
    assert begun(now, email="other@lab.example").pk  # another organisation may

    later = now + timedelta(days=305)
    found = eligibility_for("pier", organisation, answers, later)
    assert (found.verdict is Verdict.NO, found.excluded_until) == (False, None)


def test_nothing_is_offered_to_who_is_excluded(award, now):
    renewal = asked(award, ChangeKind.RENEWAL, now, last_on=date(2027, 6, 30))
    exclude(award, now)

    with pytest.raises(Excluded):
        granted(renewal, now)


def test_a_later_one_takes_its_place_and_lifts_it(award, now):
    exclude(award, now)
    exclude(award, now + timedelta(days=1), until=now.date())

    assert begun(now + timedelta(days=1)).pk
    assert Exclusion.objects.count() == 2


def test_it_is_refused_in_the_order_that_is_promised(award, now):
    for day in (None, now.date() - timedelta(days=2), date(2027, 3, 3)):
        with pytest.raises(no.ExclusionUnfit):
            asked(award, ChangeKind.EXCLUSION, now, last_on=day)
    change = asked(award, ChangeKind.EXCLUSION, now, last_on=date(2027, 3, 2))
    with pytest.raises(NotAllowed):
        granted(change, now)  # a second officer: the rules leave it to the committee
    both = staff(Role.OFFICER, now)
    with pytest.raises(NotAllowed):
        grant_change(change_id=change.pk, reason="", by=both, now=now)
    assert not Exclusion.objects.exists()


def test_without_the_rule_nobody_is_excluded(db, now):
    award = changing_award(now)

    with pytest.raises(no.KindNotAllowed):
        asked(award, ChangeKind.EXCLUSION, now, last_on=date(2026, 12, 31))
