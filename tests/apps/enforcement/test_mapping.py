"""An account that others made and called otherwise becomes an award's, and is charged to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.enforcement.conftest import CODE
from tests.apps.enforcement.fakes import ObedientCluster
from tests.apps.enforcement.test_receiving import run  # noqa: F401 -- a fixture
from tests.awarding import active_award, lead_of
from tests.factories import appointed, make_admin, make_programme

from praya.apps.awards.models import Award
from praya.apps.awards.rules.refusals import OwnOrganisation
from praya.apps.clusters.models import Cluster
from praya.apps.enforcement import engines
from praya.apps.enforcement.commands import (
    Comparison,
    accounts_of_others,
    agree_adoption,
    ask_mapping,
    compare_last_days,
    end_adoption,
    follow_cluster,
    give_back,
    link_cluster,
    plan_mapping,
    read_accounts,
    start_enforcing,
    stop_enforcing,
)
from praya.apps.enforcement.models import Adoption, ComparedDay, Link
from praya.apps.enforcement.queries import (
    accounts_held,
    hidden_accounts,
    link_of,
    wanted_on,
)
from praya.apps.enforcement.queries.charged import accounts_charged
from praya.apps.enforcement.queries.reserving import wanted_here
from praya.apps.enforcement.rules import (
    JobsAlive,
    MappedOtherwise,
    NotDropped,
    NotMappable,
    ReasonMissing,
    Unreachable,
)
from praya.apps.usage.models import Charge
from praya.core.actor import Role
from praya.core.execution.accounting import DayTotal, RunEnd, Usage
from praya.core.execution.limits import Account, Gate, Member, OfOthers, Standing
from praya.core.refusal import NotAllowed, NotFound

REASON = "The group's account from before."
GROUP = "physics_lab"


def of_others(name, *, members=("mei",), below=False):
    counted_s = {"": 900, "nvidia-h800": 900}
    told = {"parent": "faculty", "owner": "physics", "members": frozenset(members)}
    return OfOthers(name=name, **told, counted_s=counted_s, below=below)


@pytest.fixture
def operator(harbour, award, now):
    harbour.others = {GROUP: of_others(GROUP), "ada": of_others("ada", members=["ada"])}
    return appointed("pier", Role.OPERATOR, now)


def ask(by, now, account=GROUP, award="PIR-0001"):
    told = {"code": CODE, "account": account, "award_code": award}
    return ask_mapping(**told, reason=REASON, by=by, now=now)


def map_it(by, now, **which):
    asked = ask(by, now, **which)
    return agree_adoption(code=CODE, adoption_id=asked.pk, by=make_admin(now), now=now)


def elsewhere(now):
    """An operator of another programme alone."""
    one = appointed("pier", Role.OPERATOR, now, "q@quay.example")
    return replace(one, appointments=frozenset({("quay", Role.OPERATOR)}))


def wanted(now):
    return {one.account: one for one in wanted_on(link_of(CODE), now=now)}


def test_the_operator_is_shown_whose_accounts_they_are_and_what_would_be_done(
    harbour, operator, now
):
    found = accounts_of_others(code=CODE, by=operator)
    assert [(one.account.name, one.award_code) for one in found] == [
        (GROUP, "PIR-0001"),
        ("ada", ""),
    ]

    told = {"code": CODE, "account": GROUP, "award_code": "pir-0001"}
    would = plan_mapping(**told, by=operator, now=now)
    [step] = would.difference.steps
    assert (step.account, step.after) == (GROUP, 36_000 + 900)
    assert (would.award.code, would.counted_s, would.jobs) == ("PIR-0001", {"nvidia-h800": 900}, 0)
    assert (harbour.taken_over, harbour.applied, Adoption.objects.count()) == ([], [], 0)


def test_a_mapped_account_is_held_and_charged_as_the_awards(harbour, operator, run, now):  # noqa: F811
    follow_cluster(code=CODE, now=now)
    harbour.accounts["pir-0001"] = Account(name="pir-0001", parent="pier")
    assert map_it(operator, now).award.code == "PIR-0001"

    one, kept = wanted(now)[GROUP], wanted(now)["pir-0001"]
    assert (one.left_s, one.charged_s) == ({"nvidia-h800": 36_000}, {"nvidia-h800": 900})
    assert (kept.left_s, kept.standing, kept.is_kept) == (
        {"nvidia-h800": 0},
        Standing.SUSPENDED,
        True,
    )
    assert follow_cluster(code=CODE, now=now).steps == 2
    assert harbour.limits == {GROUP: 36_900, "pir-0001": 0}
    told = Cluster.objects.get(code=CODE).engine_settings
    assert told["accounts"] == {"pir-0001": GROUP}
    assert accounts_charged(link_of(CODE)) == {"pir-0001": "PIR-0001", GROUP: "PIR-0001"}


def test_it_is_given_back_and_the_award_has_its_own_account_again(harbour, operator, now):
    adoption = map_it(operator, now)
    told = {"code": CODE, "adoption_id": adoption.pk, "by": operator, "now": now}
    with pytest.raises(NotDropped):
        end_adoption(**told)

    give_back(**told)

    assert harbour.given_back == [(GROUP, "physics")]
    assert list(wanted(now)) == ["pir-0001"]
    assert accounts_charged(link_of(CODE)) == {"pir-0001": "PIR-0001"}
    assert Cluster.objects.get(code=CODE).engine_settings["accounts"] == {}
    assert map_it(operator, now).pk != adoption.pk, "it may be mapped again"


def test_one_mapped_under_the_awards_own_name_is_of_others_as_soon_as_it_is_given_back(
    harbour, operator, now
):
    harbour.others["pir-0001"] = of_others("pir-0001")
    adoption = map_it(operator, now, account="pir-0001")
    assert accounts_charged(link_of(CODE)) == {"pir-0001": "PIR-0001"}
    give_back(code=CODE, adoption_id=adoption.pk, by=operator, now=now)
    assert accounts_charged(link_of(CODE)) == {}


def test_one_that_is_deleted_while_it_is_agreed_to_is_dropped(harbour, operator, now, monkeypatch):
    take_over = harbour.take_over

    def deleted_meanwhile(account):
        owner = take_over(account)
        harbour.there_was = harbour.accounts.pop(account)
        return owner

    monkeypatch.setattr(harbour, "take_over", deleted_meanwhile)
    asked = ask(operator, now)
    told = {"code": CODE, "adoption_id": asked.pk, "by": make_admin(now), "now": now}
    with pytest.raises(NotMappable) as refused:
        agree_adoption(**told)
    assert refused.value.why == "gone"
    assert list(wanted(now)) == ["pir-0001"]

    harbour.accounts[GROUP] = harbour.there_was
    with pytest.raises(NotDropped):
        end_adoption(**told)
    del harbour.accounts[GROUP]
    harbour.is_away = True
    with pytest.raises(Unreachable):
        end_adoption(**told)
    harbour.is_away = False
    assert end_adoption(**told).ended_at == now


def test_an_account_is_one_awards_and_an_award_has_one_account(harbour, operator, now):
    other = active_award(now, hours=5)
    first = ask(operator, now)
    assert ask(operator, now) == first
    for which in ({"account": "ada"}, {"award": other.code}):
        with pytest.raises(MappedOtherwise):
            ask(operator, now, **which)
    row = {"link": first.link, "kind": "account", "reason": "x", "asked_at": now}
    row |= {"asked_by_id": operator.person_id}
    for which in ({"account": GROUP, "award": other}, {"account": "ada", "award": first.award}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Adoption.objects.create(**row, **which)

    end_adoption(code=CODE, adoption_id=first.pk, by=operator, now=now)
    assert ask(operator, now, award=other.code).award == other


@pytest.mark.parametrize(
    ("account", "why"),
    [
        ("two words", "name"),
        ("--parsable2", "name"),
        ("a,root", "name"),
        ("it's", "name"),
        ("a\nb", "name"),
        ("x" * 101, "name"),
        ("pir-0002", "taken"),
        ("pir-0001-2", "taken"),
        ("pier", "taken"),
        ("root", "gone"),
        ("nobody", "gone"),
        ("faculty", "below"),
    ],
)
def test_what_cannot_be_an_awards_is_refused(harbour, operator, now, account, why):
    harbour.others["faculty"] = of_others("faculty", below=True)
    for odd in ("two words", "--parsable2", "pir-0002", "pier"):
        harbour.others[odd] = of_others(odd)
    with pytest.raises(NotMappable) as refused:
        ask(operator, now, account=account)
    assert refused.value.why == why


def test_it_is_asked_for_with_a_reason_by_who_may_and_knows_of_the_award(
    harbour, operator, award, now
):
    told = {"code": CODE, "account": GROUP, "award_code": "PIR-0001", "now": now}
    with pytest.raises(ReasonMissing):
        ask_mapping(**told, reason=" ", by=operator)
    with pytest.raises(NotFound):
        ask(operator, now, award="PIR-9999")
    with pytest.raises(NotAllowed):
        ask(lead_of(award, now), now)
    with pytest.raises(NotFound):
        ask(elsewhere(now), now)
    lead = appointed("pier", Role.OPERATOR, now, email=award.lead.email)
    with pytest.raises(OwnOrganisation):
        ask(lead, now)
    assert Adoption.objects.count() == 0


def test_others_are_not_told_of_an_account_that_is_an_awards(harbour, operator, now):
    stranger = elsewhere(now)
    assert GROUP not in hidden_accounts(stranger, link_of(CODE))
    asked = ask(operator, now)
    assert GROUP in hidden_accounts(stranger, link_of(CODE))
    assert GROUP not in hidden_accounts(operator, link_of(CODE))
    with pytest.raises(NotFound):
        agree_adoption(code=CODE, adoption_id=asked.pk, by=stranger, now=now)


def test_an_account_asked_for_by_another_programme_is_as_good_as_gone(harbour, operator, now):
    other = active_award(now, hours=5)
    asked = ask(operator, now, award=other.code)
    jetty = make_programme(now, code="jetty", prefix="JET")
    Award.objects.filter(pk=other.pk).update(programme=jetty)

    told = {"code": CODE, "account": GROUP, "award_code": "PIR-0001", "by": operator, "now": now}
    for refused in (lambda: plan_mapping(**told), lambda: ask_mapping(**told, reason=REASON)):
        with pytest.raises(NotMappable) as refusal:
            refused()
        assert refusal.value.why == "gone"
    assert Adoption.objects.get() == asked


def test_jobs_under_the_awards_own_account_end_first(harbour, operator, now):
    asked = ask(operator, now)
    busy = Account(name="pir-0001", parent="pier", members={"mei": Member(running=1, waiting=2)})
    harbour.accounts["pir-0001"] = busy
    told = {"code": CODE, "adoption_id": asked.pk, "by": make_admin(now), "now": now}

    with pytest.raises(JobsAlive) as refused:
        agree_adoption(**told)

    assert refused.value.jobs == 3
    assert [step.kind.value for step in harbour.applied] == ["close", "open"]
    assert harbour.taken_over == []
    harbour.accounts["pir-0001"] = Account(name="pir-0001", parent="pier", gate=Gate.CLOSED)
    assert agree_adoption(**told).agreed_at == now


def test_an_award_that_comes_to_be_called_so_has_no_account_there(harbour, operator, now):
    map_it(operator, now)
    Adoption.objects.update(account="pir-0002")  # as of a programme that came later
    other = active_award(now, hours=5)
    assert other.code == "PIR-0002"

    assert accounts_held(link_of(CODE))["pir-0002"] == "PIR-0001"
    here = wanted_here(link_of(CODE), now=now)
    assert [one.account for one in here.accounts] == ["pir-0002", "pir-0001"]
    assert [(one.kind.value, one.subject) for one in here.clashes] == [("name-shared", "PIR-0002")]


def test_what_is_used_before_awards_are_first_held_is_not_charged(award, now, monkeypatch):
    cluster = ObedientCluster()
    monkeypatch.setattr(engines, "reached", lambda *_, **__: cluster)
    cluster.others = {GROUP: of_others(GROUP)}
    admin, operator = make_admin(now), appointed("pier", Role.OPERATOR, now)
    link_cluster(code=CODE, name="Harbour", by=admin, now=now)
    map_it(operator, now)
    more = {"": 2_000, "nvidia-h800": 2_000}
    cluster.accounts[GROUP] = Account(name=GROUP, parent="faculty", counted_s=more)

    later = now + timedelta(hours=1)
    start_enforcing(code=CODE, by=admin, now=later)

    one = wanted(later)[GROUP]
    assert (one.left_s, one.charged_s) == ({"nvidia-h800": 36_000}, {"nvidia-h800": 2_000})
    stop_enforcing(code=CODE, by=admin, now=later)
    cluster.accounts[GROUP] = Account(
        name=GROUP, parent="faculty", counted_s={"nvidia-h800": 9_000}
    )
    start_enforcing(code=CODE, by=admin, now=later)
    assert wanted(later)[GROUP].charged_s == {"nvidia-h800": 2_000}, "it was held before"


def test_its_runs_are_charged_to_the_award_once_it_is_mapped(harbour, operator, run, now):  # noqa: F811
    theirs = replace(run, account=GROUP)
    harbour.told = Usage((theirs,), ())
    assert read_accounts(code=CODE, now=now).charged == 0
    map_it(operator, now)
    Link.objects.update(read_at=None)
    later = now + timedelta(hours=2)
    at = int(later.timestamp())
    short = {"submitted_at": at - 600, "began_at": at - 600, "ended_at": at, "held_s": 600}
    harbour.told = Usage((replace(theirs, key="harbour:9:1", **short),), ())
    assert read_accounts(code=CODE, now=later + timedelta(minutes=1)).charged == 1
    assert Charge.objects.get().award.code == "PIR-0001"


def test_what_was_charged_stays_the_first_awards_when_the_account_becomes_anothers(
    harbour,
    operator,
    run,  # noqa: F811
    now,
):
    def at(hours):
        return now + timedelta(hours=hours)

    first, other = map_it(operator, now), active_award(now, hours=5)
    ran = replace(run, account=GROUP, ended_at=run.ended_at + 3600)
    failed = replace(ran, key="harbour:9:1", job_id="9", end=RunEnd.NODE_FAILED)
    harbour.told = Usage((ran, failed), ())
    assert read_accounts(code=CODE, now=at(2)).charged == 1
    give_back(code=CODE, adoption_id=first.pk, by=operator, now=at(3))
    map_it(operator, at(4), award=other.code)

    harbour.told = Usage((ran, replace(failed, end=RunEnd.COMPLETED)), ())
    read = read_accounts(code=CODE, now=at(5))

    assert (read.charged, read.corrected, read.uncorrected) == (0, 0, {})
    assert Charge.objects.get().award.code == "PIR-0001"


def test_its_sums_are_compared_with_what_was_charged_under_either_account(
    harbour,
    operator,
    run,  # noqa: F811
    now,
):
    Link.objects.update(charged_since=now - timedelta(days=30))
    adoption = map_it(operator, now)
    Adoption.objects.update(agreed_at=now - timedelta(days=20))
    own = replace(run, began_at=run.began_at - 86_400, ended_at=run.ended_at - 86_400)
    theirs = replace(own, key="harbour:9:1", job_id="9", account=GROUP)
    harbour.told = Usage((own, theirs), ())
    harbour.sums = lambda since, until: [
        DayTotal(one.account, "mei", model, 7200)
        for one in (own, theirs)
        for model in ("", "nvidia-h800")
        if since <= one.began_at < until
    ]

    assert compare_last_days(code=CODE, now=now) == Comparison(days=3, rows=2, to_look_at=0)
    rows = ComparedDay.objects.values_list("account", "award_code", "summed_s", "charged_s")
    assert set(rows) == {
        ("pir-0001", "PIR-0001", 7200, 7200),
        (GROUP, "PIR-0001", 7200, 7200),
    }

    give_back(code=CODE, adoption_id=adoption.pk, by=operator, now=now)
    later = now + timedelta(hours=2)
    assert compare_last_days(code=CODE, now=later) == Comparison(days=3, rows=1, to_look_at=0)
