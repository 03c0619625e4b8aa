"""Devices over days, on paper."""

from __future__ import annotations

from datetime import date

import pytest

from praya.apps.clusters.rules import (
    CapacityAboveInstalled,
    CapacityBelowZero,
    CapacityKind,
    CodeWrong,
    Window,
    check_capacity,
    check_code,
    days_of_change,
    device_seconds_of,
    devices_of,
)

INSTALLED, IN_SERVICE = CapacityKind.INSTALLED, CapacityKind.IN_SERVICE


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def windows(table: str, kind: CapacityKind = IN_SERVICE) -> list[Window]:
    """Rows of ``devices first last``; a dash for no end."""
    rows = (line.split() for line in table.strip().splitlines())
    return [
        Window(kind, int(devices), day(first), None if last == "-" else day(last))
        for devices, first, last in rows
    ]


GROWING = windows("""
    16  05-01  -
     8  07-01  -
    -4  07-10  07-12
""")


@pytest.mark.parametrize(
    ("on", "devices"),
    [
        ("04-30", 0),
        ("05-01", 16),
        ("06-30", 16),
        ("07-01", 24),
        ("07-09", 24),
        ("07-10", 20),
        ("07-12", 20),
        ("07-13", 24),
        ("12-31", 24),
    ],
)
def test_windows_add_up_on_a_day(on, devices):
    assert devices_of(GROWING, kind=IN_SERVICE, day=day(on)) == devices
    assert devices_of(GROWING, kind=INSTALLED, day=day(on)) == 0


@pytest.mark.parametrize(
    ("first", "last", "device_days"),
    [
        ("04-01", "04-30", 0),
        ("05-01", "05-01", 16),
        ("04-30", "05-02", 2 * 16),
        ("05-01", "06-30", 61 * 16),
        ("07-09", "07-13", 24 + 3 * 20 + 24),
        ("07-11", "07-11", 20),
        ("06-30", "07-31", 16 + 31 * 24 - 3 * 4),
        ("05-02", "05-01", 0),
    ],
)
def test_device_seconds_are_whole_days_of_devices(first, last, device_days):
    seconds = device_seconds_of(GROWING, kind=IN_SERVICE, first_on=day(first), last_on=day(last))
    assert seconds == device_days * 86_400


def test_device_seconds_are_the_sum_over_days():
    days = [date.fromordinal(day("06-25").toordinal() + n) for n in range(30)]
    whole = device_seconds_of(GROWING, kind=IN_SERVICE, first_on=days[0], last_on=days[-1])
    by_day = sum(devices_of(GROWING, kind=IN_SERVICE, day=each) for each in days)
    assert whole == by_day * 86_400


def test_a_count_changes_on_the_first_day_and_after_the_last():
    assert days_of_change(GROWING) == [day("05-01"), day("07-01"), day("07-10"), day("07-13")]


def test_more_taken_out_than_there_is_is_refused_on_its_first_day():
    table = windows(
        """
         8  05-01  06-30
        -8  05-10  07-31
    """,
        INSTALLED,
    )
    with pytest.raises(CapacityBelowZero) as caught:
        check_capacity(table)
    assert (caught.value.day, caught.value.devices) == (day("07-01"), -8)


def test_more_in_service_than_installed_is_refused_on_its_first_day():
    installed = windows("8 05-01 06-30", INSTALLED)
    check_capacity([*installed, *windows("8 05-01 06-30")])
    with pytest.raises(CapacityAboveInstalled) as caught:
        check_capacity([*installed, *windows("8 05-01 -")])
    assert caught.value.facts == {"day": day("07-01"), "in_service": 8, "installed": 0}


@pytest.mark.parametrize("value", ["", "Quay", "quay 1", "-quay", "quay_1", "q" * 41, "quay\n"])
def test_codes_stand_in_addresses(value):
    check_code("quay-1")
    with pytest.raises(CodeWrong):
        check_code(value)
