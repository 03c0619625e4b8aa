"""What becomes of an award in the book, step by step on a real Slurm: each is there in seconds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.changes.changing import CHANGES, asked, granted
from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import appointed, make_admin, make_person
from tests.slurm.conftest import ON_SLURM, USERS, until
from tests.slurm.test_site import CODE, at, follow, linked

from praya.apps.awards.commands import (
    add_member,
    end_due_awards,
    remove_member,
    resume_award,
    suspend_award,
)
from praya.apps.awards.rules import MemberRole
from praya.apps.changes.rules import ChangeKind
from praya.apps.enforcement.commands import follow_cluster
from praya.apps.enforcement.commands.following import engine_of
from praya.apps.enforcement.models import Drift
from praya.apps.enforcement.queries import link_of
from praya.apps.people.commands import set_unix_name
from praya.apps.usage.queries import days_of, zone_of
from praya.core.actor import Actor, Role
from praya.core.execution.limits import ALL_MODELS, Gate

pytestmark = [*ON_SLURM, pytest.mark.django_db]
HOUR_S = 3600


def test_every_change_of_an_award_is_on_the_cluster_within_seconds(cluster, settings, tmp_path):
    settings.PRAYA_HOME = tmp_path
    make_site(at(), changes=CHANGES)
    linked(cluster)
    today = at().date()
    line = Given(hours=4, first_on=today - timedelta(days=2), last_on=today + timedelta(days=30))
    award = active_award(at(), lines=[line])
    lead, officer = lead_of(award, at()), appointed("pier", Role.OFFICER, at())
    mate = make_person("mate@pier.example")
    for person, name in ((award.lead, USERS[0]), (mate, USERS[1])):
        set_unix_name(email=person.email, name=name, by=make_admin(at()), now=at())

    def there():
        """Limit, members and gate, five seconds after the change at most."""
        until(follow, lambda _: not link_of(CODE).left)
        account = engine_of(link_of(CODE)).observe().accounts[award.code.lower()]
        return account.limit_s[ALL_MODELS], {*account.members} & {*USERS}, account.gate

    told = {"code": award.code, "now": at()}
    assert there() == (4 * HOUR_S, {USERS[0]}, Gate.OPEN)

    granted(asked(award, ChangeKind.SUPPLEMENT, at(), line=1, card_hours=2), at())
    assert there() == (6 * HOUR_S, {USERS[0]}, Gate.OPEN)
    cut = asked(award, ChangeKind.REDUCTION, at(), line=1, card_hours=3, pool="subsidy")
    granted(cut, at())
    assert there() == (3 * HOUR_S, {USERS[0]}, Gate.OPEN)

    suspend_award(**told, reason="A leak.", by=officer)
    assert there() == (3 * HOUR_S, {USERS[0]}, Gate.CLOSED)
    resume_award(**told, reason="Mended.", by=officer)
    member = add_member(**told, email=mate.email, role=MemberRole.MEMBER, by=lead)
    assert there() == (3 * HOUR_S, {*USERS[:2]}, Gate.OPEN)
    remove_member(member_id=member.pk, by=lead, now=at())
    assert there() == (3 * HOUR_S, {USERS[0]}, Gate.OPEN)

    over = days_of(award.lines.get()).end_in(zone_of(award)) + timedelta(seconds=1)
    assert end_due_awards(by=Actor.praya("awards"), now=over) == [award.code]
    follow_cluster(code=CODE, now=over)
    account = engine_of(link_of(CODE)).observe().accounts[award.code.lower()]
    assert (account.limit_s[ALL_MODELS], account.gate) == (0, Gate.CLOSED)
    assert list(Drift.objects.all()) == [], "each was a change of Praya's own"
