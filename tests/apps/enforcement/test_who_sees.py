"""Who operates another programme sees no one of this one's on the pages of a cluster."""

from __future__ import annotations

import pytest
from tests.factories import appointed, make_admin, make_programme

from praya.apps.enforcement.queries import people_to_name, person_to_name
from praya.core.actor import Role
from praya.core.refusal import NotFound


@pytest.fixture
def other(award, now):
    """Who operates the programme next door."""
    make_programme(now, code="jetty", prefix="JET")
    return appointed("jetty", Role.OPERATOR, now)


def test_operators_name_members_of_their_own_programmes_only(award, other, now):
    for actor in (make_admin(now), appointed("pier", Role.OPERATOR, now)):
        assert list(people_to_name(actor)) == [award.lead]

    assert list(people_to_name(other)) == []
    with pytest.raises(NotFound):
        person_to_name(other, award.lead_id)
