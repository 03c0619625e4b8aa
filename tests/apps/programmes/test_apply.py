"""Applying programme files: who may, what is refused in which order, what follows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from tests.factories import appointed, make_admin, make_programme, minimal_programme_yaml

from praya.apps.clusters.models import DeviceModel
from praya.apps.people.models import AuditLine
from praya.apps.programmes.commands import apply_programme, next_application_code
from praya.apps.programmes.models import Programme, Round, RuleVersion
from praya.apps.programmes.queries import (
    changes_of,
    preview_programme,
    rules_of,
    version_in_force,
    versions_of,
)
from praya.apps.programmes.rules import (
    CallBegun,
    EffectiveTooEarly,
    NoRulesInForce,
    PrefixTaken,
    ProgrammeFieldFixed,
    ProgrammeHasFindings,
    ProgrammeUnchanged,
)
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound, Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(now) -> Actor:
    make_programme(now)
    return appointed("pier", Role.OFFICER, now)


@pytest.fixture
def begun(officer) -> Actor:
    """The officer of a programme in which an application has been begun."""
    next_application_code(Programme.objects.get(code="pier"))
    return officer


def refused(source: str | bytes, by: Actor, now, **facts: object) -> Refusal:
    before = (RuleVersion.objects.count(), Programme.objects.count(), AuditLine.objects.count())
    with pytest.raises(Refusal) as caught:
        apply_programme(source=source, by=by, now=now, **facts)
    after = (RuleVersion.objects.count(), Programme.objects.count(), AuditLine.objects.count())
    assert before == after
    return caught.value


def test_the_first_version_makes_the_programme_its_models_and_its_rounds(now):
    version = apply_programme(source=minimal_programme_yaml(), by=make_admin(now), now=now)

    programme = Programme.objects.get()
    assert (programme.code, programme.prefix, programme.currency) == ("pier", "PIR", "HKD")
    assert programme.name["zh_hant"] == "碼頭算力計劃"
    assert (version.number, version.effective_on) == (1, date(2026, 1, 1))
    assert version.changes == []
    assert version.source == minimal_programme_yaml()
    assert [model.code for model in DeviceModel.objects.all()] == ["ascend-910b", "nvidia-h800"]
    only = Round.objects.get()
    assert (only.call_code, only.code, only.state) == ("rolling", "batch-1", "gathering")
    assert (only.opens_on, only.closes_on) == (date(2026, 1, 1), date(2026, 3, 31))
    assert only.decide_by == date(2026, 4, 30)
    actions = list(AuditLine.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["device-models.registered", "programme.applied"]


def test_an_officer_applies_a_later_version_and_both_are_kept(officer, now):
    source = minimal_programme_yaml(effective_on="2026-04-01", subsidy={"percent": 60})
    version = apply_programme(source=source.encode(), by=officer, now=now)

    assert version.number == 2
    assert [each.number for each in versions_of("pier")] == [2, 1]
    assert version_in_force("pier", date(2026, 3, 31)).number == 1
    assert version_in_force("pier", date(2026, 4, 1)).number == 2
    assert rules_of(version).subsidy.percent == 60
    assert {change.path for change in changes_of(version)} == {
        "effective_on",
        "subsidy.percent",
        "subsidy.exceptional",
    }
    assert [change["path"] for change in version.changes] == [
        change.path for change in changes_of(version)
    ]


def test_a_day_before_the_first_version_has_no_rules(officer):
    with pytest.raises(NoRulesInForce):
        version_in_force("pier", date(2025, 12, 31))
    with pytest.raises(NotFound):
        version_in_force("quay", date(2026, 3, 1))


def test_refusals_come_in_the_order_that_is_promised(begun, now):
    stranger = Actor.anonymous()
    soon = "2026-04-01"
    # Each file has one mistake fewer than the one before it.
    wrong = {"currency": "CNY", "effective_on": "2026-02-01", "calls": []}
    assert isinstance(
        refused(minimal_programme_yaml(**wrong), stranger, now, programme_code="quay"),
        ProgrammeHasFindings,
    )
    call = {
        "code": "rolling",
        "title": {"en": "Rolling"},
        "kind": "rolling",
        "opens_on": "2026-02-01",
    }
    wrong = wrong | {"calls": [call]}
    moved = minimal_programme_yaml(**wrong)
    other = refused(moved, stranger, now, programme_code="quay")
    assert (other.code, other.field) == ("programme.field_fixed", "code")
    assert isinstance(refused(moved, stranger, now, programme_code="pier"), NotAllowed)
    fixed = refused(moved, begun, now)
    assert isinstance(fixed, ProgrammeFieldFixed)
    assert (fixed.field, fixed.old, fixed.new) == ("currency", "HKD", "CNY")
    assert isinstance(refused(minimal_programme_yaml(), begun, now), ProgrammeUnchanged)
    del wrong["currency"]
    early = refused(minimal_programme_yaml(**wrong), begun, now)
    assert isinstance(early, EffectiveTooEarly)
    assert early.earliest_on == date(2026, 3, 2)
    wrong["effective_on"] = soon
    call_begun = refused(minimal_programme_yaml(**wrong), begun, now)
    assert isinstance(call_begun, CallBegun)
    assert (call_begun.call_code, call_begun.field) == ("rolling", "opens_on")
    call["opens_on"] = "2026-01-01"
    assert apply_programme(source=minimal_programme_yaml(**wrong), by=begun, now=now).number == 2


@pytest.mark.parametrize("field", ["prefix", "currency", "time_zone"])
def test_what_numbers_and_amounts_mean_never_changes(officer, now, field):
    other = {"prefix": "QUA", "currency": "CNY", "time_zone": "Asia/Tokyo"}[field]
    refusal = refused(minimal_programme_yaml(**{field: other}), officer, now)
    assert (refusal.code, refusal.field) == ("programme.field_fixed", field)


def test_only_a_site_admin_makes_a_programme_and_only_an_officer_changes_it(officer, now):
    quay = minimal_programme_yaml(code="quay", prefix="QUA")
    assert isinstance(refused(quay, officer, now), NotAllowed)
    later = minimal_programme_yaml(effective_on="2026-05-01")
    assert isinstance(refused(later, make_admin(now), now), NotAllowed)
    assert isinstance(refused(later, appointed("pier", Role.AUDITOR, now), now), NotAllowed)


def test_two_programmes_do_not_share_a_prefix(officer, now):
    refusal = refused(minimal_programme_yaml(code="quay"), make_admin(now), now)
    assert isinstance(refusal, PrefixTaken)
    assert refusal.programme_code == "pier"


def test_before_the_first_application_rules_may_begin_in_the_past_and_move_calls(officer, now):
    call = {
        "code": "spring",
        "title": {"en": "Spring"},
        "kind": "window",
        "opens_on": "2026-02-01",
        "closes_on": "2026-02-28",
    }
    source = minimal_programme_yaml(effective_on="2026-01-15", calls=[call])
    apply_programme(source=source, by=officer, now=now)
    assert list(Round.objects.values_list("call_code", flat=True)) == []
    assert version_in_force("pier", date(2026, 3, 2)).number == 2


def test_a_call_that_has_begun_is_not_dropped_but_may_close(begun, now):
    other = {
        "code": "other",
        "title": {"en": "Other"},
        "kind": "rolling",
        "opens_on": "2026-04-01",
    }
    refusal = refused(minimal_programme_yaml(effective_on="2026-03-02", calls=[other]), begun, now)
    assert (refusal.code, refusal.call_code, refusal.field) == (
        "programme.call_begun",
        "rolling",
        "code",
    )
    closing = {
        "code": "rolling",
        "title": {"en": "Rolling"},
        "kind": "rolling",
        "opens_on": "2026-01-01",
        "closes_on": "2026-03-15",
    }
    source = minimal_programme_yaml(effective_on="2026-03-02", calls=[closing, other])
    apply_programme(source=source, by=begun, now=now)
    assert Round.objects.get().closes_on == date(2026, 3, 15)


def test_a_binary_file_is_one_finding(now):
    refusal = refused(b"\x89PNG\r\n\x1a\n\x00\xff", make_admin(now), now)
    assert [finding.code.value for finding in refusal.findings] == ["file.not_text"]


def test_a_preview_stores_nothing(officer):
    rules, findings, changes = preview_programme(minimal_programme_yaml(subsidy={"percent": 50}))
    assert (rules is not None, findings) == (True, [])
    assert [change.path for change in changes] == ["subsidy.percent", "subsidy.exceptional"]
    assert preview_programme(minimal_programme_yaml()).changes == []
    assert preview_programme("code: [").rules is None
    assert RuleVersion.objects.count() == 1


def test_name_and_summary_wait_until_their_version_is_in_force(begun, now):
    source = minimal_programme_yaml(effective_on="2026-04-01", name={"en": "Pier and Quay"})
    apply_programme(source=source, by=begun, now=now)
    assert Programme.objects.get().name["en"] == "Pier Compute Programme"

    later = now + timedelta(days=40)
    again = minimal_programme_yaml(
        effective_on="2026-05-01", name={"en": "Pier and Quay"}, subsidy={"percent": 60}
    )
    apply_programme(source=again, by=begun, now=later)
    assert Programme.objects.get().name["en"] == "Pier and Quay"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_admins_at_the_same_instant_make_one_programme(now):
    admin = make_admin(now)
    start = Barrier(2)

    def attempt() -> str:
        try:
            start.wait()
            apply_programme(source=minimal_programme_yaml(), by=admin, now=now)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "applied"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(each.result() for each in [pool.submit(attempt) for _ in range(2)])
    assert answers[0] == "applied"
    # The slower one met the row as it was made, or came later and is no officer of it.
    assert answers[1] in {"form.stale", "access.not_allowed"}
    assert (Programme.objects.count(), RuleVersion.objects.count()) == (1, 1)


def test_a_class_of_service_stays_priced_once_somebody_may_have_asked_for_it(officer, now):
    def rules(on, *classes):
        price = {"device_model": "nvidia-h800", "per_card_hour": 30, "valid_from": "2026-01-01"}
        prices = [price, price | {"device_model": "ascend-910b", "per_card_hour": 20}]
        factors = dict.fromkeys(classes, "3/2")
        named = [one | {"factors": factors} for one in prices]
        return minimal_programme_yaml(effective_on=on, prices=named)

    apply_programme(source=rules("2026-01-15", "fast"), by=officer, now=now)
    apply_programme(source=rules("2026-01-15", "urgent"), by=officer, now=now)  # nobody asked yet
    next_application_code(Programme.objects.get(code="pier"))

    refusal = refused(rules("2026-04-01", "swift"), officer, now)

    assert (refusal.code, refusal.service_class, refusal.known) == (
        "programme.class_dropped",
        "urgent",
        ["swift"],
    )
    assert (
        apply_programme(source=rules("2026-04-01", "swift", "urgent"), by=officer, now=now).number
        == 4
    )
