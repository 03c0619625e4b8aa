"""The demo as acts in the order of their days, from a year ago until today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.core.programme.months import add_months, month_start
from praya.demo import applying, billing, changing, judging, setting
from praya.demo.cases import HARBOUR, OPEN, Story
from praya.demo.judging import REVIEWERS
from praya.demo.stage import Stage

MONTHS_BACK = 13
BATCH_MONTHS = 3
_ZONE = ZoneInfo("Asia/Hong_Kong")
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody does at an instant. ``label`` names it in the progress display."""

    at: datetime
    label: str
    play: Callable[[datetime], None]


def moved(source: str, *, to: date) -> str:
    """A programme file with its days moved by whole months, so that its period begins at ``to``."""
    first = re.search(r"^period:\s*\n\s+from: (20\d\d-\d\d-\d\d)", source, re.MULTILINE)
    assert first is not None, "the example has a period"
    began = date.fromisoformat(first[1])
    months = (to.year - began.year) * _MONTHS_IN_YEAR + to.month - began.month

    def later(found: re.Match[str]) -> str:
        day = date.fromisoformat(found[0])
        if (day + timedelta(days=1)).day == 1:  # the last day of a month stays one
            return (month_start(day, months=months + 1) - timedelta(days=1)).isoformat()
        return add_months(day, months).isoformat()

    lines = source.split("\n")
    return "\n".join(line if "source:" in line else _DAY.sub(later, line) for line in lines)


def acts_until(today: date, stage: Stage, files: setting.Files) -> list[Act]:
    """Every act of the demo, earliest first; none lies after ``today``."""
    acts = [
        *_setting(stage, files),
        *(act for story in HARBOUR for act in _story(story, stage, today)),
        *_releases(stage, today),
        *_months(stage, today),
        *_changes(stage),
        *_billing(stage),
    ]
    ordered = sorted(acts, key=lambda act: act.at)
    assert all(act.at.date() <= today for act in ordered), "nothing is played before its day"
    return ordered


def _at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), _ZONE)


def _day(stage: Stage, month: int, day: int) -> date:
    return month_start(stage.first_on, months=month) + timedelta(days=day - 1)


def _setting(stage: Stage, files: setting.Files) -> Iterator[Act]:
    first = stage.first_on
    steps: tuple[tuple[str, Callable[[datetime], None]], ...] = (
        (_("The site's keeper appoints the staff"), partial(setting.people, stage, files)),
        (_("Finance funds what an officer asked for"), partial(setting.funding, stage)),
        (_("The first machines are installed"), partial(setting.machines, stage)),
    )
    for minute, (label, play) in enumerate(steps):
        yield Act(_at(first, 1, minute), label, play)
    yield Act(
        _at(_day(stage, 1, 15)), _("A second programme opens"), partial(setting.campus, files)
    )


def _story(story: Story, stage: Stage, today: date) -> Iterator[Act]:
    """The way of one application until it can be decided, or as far as it has come."""
    if story.month == OPEN:
        came = today - timedelta(days=max(story.day, 1))
    else:
        came = _day(stage, story.month, story.day)
    for days, hour, label, play in _way(story):
        at = _at(came + timedelta(days=days), hour)
        yield Act(at, f"{label}: {story.title}", partial(play, stage, story))


def _way(story: Story) -> Iterator[tuple[int, int, str, Callable[..., None]]]:
    """Days after the beginning, hour, label and act; fates of open cases say where it ends."""
    yield 0, 10, _("Written"), applying.write
    if story.fate == "draft":
        return
    yield 0, 11, _("Submitted"), applying.submit
    if story.fate == "screen":
        return
    if story.twist == "asked" or story.fate == "asked":
        answered = story.fate != "asked"
        yield 2, 10, _("Asked"), partial(applying.ask_and_answer, is_answered=answered)
    if story.fate == "asked":
        return
    if story.twist == "returned":
        yield 2, 10, _("Returned"), applying.return_and_resubmit
    if story.fate == "withdraw":
        yield 6, 10, _("Withdrawn"), applying.withdraw
        return
    yield 8, 10, _("Screened"), applying.screen
    yield 9, 10, _("Reviewers asked"), judging.assign
    reviewers = REVIEWERS[:1] if story.fate == "review" else REVIEWERS
    for order, key in enumerate(reviewers):
        yield 12 + order, 10, _("Reviewed"), partial(judging.review, key=key)
    if story.fate != "review":
        yield 18, 10, _("To decide"), judging.close_review


def _releases(stage: Stage, today: date) -> Iterator[Act]:
    """Each batch is decided and released the month after it closed; leads accept after that."""
    for batch in range(4):
        closed = _day(stage, BATCH_MONTHS * (batch + 1), 1)
        stories = [
            story
            for story in HARBOUR
            if story.month != OPEN and story.month // BATCH_MONTHS == batch
        ]
        decided = [story for story in stories if story.fate not in {"withdraw", "offer"}]
        for minute, story in enumerate(decided):
            yield Act(
                _at(closed + timedelta(days=11), 14, minute),
                _("Decided: %s") % story.title,
                partial(judging.decide, stage, story),
            )
        label = _("Batch %s is released") % (batch + 1)
        yield Act(_at(closed + timedelta(days=13)), label, partial(setting.release, stage))
        for minute, story in enumerate(decided):
            yield Act(
                _at(closed + timedelta(days=16), 15, minute),
                _("Accepted: %s") % story.title,
                partial(judging.accept, stage, story),
            )
    for story in HARBOUR:
        if story.fate == "offer":
            day = today - timedelta(days=6)
            label = _("Decided: %s") % story.title
            yield Act(_at(day), label, partial(judging.decide, stage, story))
            yield Act(_at(day, 16), _("A late offer is released"), partial(setting.release, stage))


# Which award lives through what, on which day of which month of the programme.
_CHANGES = (
    ("video", 8, 20, gettext_lazy("More hours"), changing.supplement),
    ("imaging", 9, 10, gettext_lazy("Suspended"), changing.pause),
    ("imaging", 9, 17, gettext_lazy("Resumed"), changing.resume),
    ("speech", 10, 6, gettext_lazy("A later last day"), changing.extend),
)


def _changes(stage: Stage) -> Iterator[Act]:
    """What awards in force live through."""
    stories = {story.key: story for story in HARBOUR}
    for key, month, day, label, play in _CHANGES:
        story = stories[key]
        at = _at(_day(stage, month, day), 16)
        yield Act(at, f"{label}: {story.title}", partial(play, stage, story))


def _billing(stage: Stage) -> Iterator[Act]:
    """Finance closes the first months with charges, and some of it is paid."""
    first = _day(stage, 5, 3)
    yield Act(
        _at(first), _("Finance closes and invoices"), partial(billing.close_and_invoice, stage)
    )
    paid = first + timedelta(days=17)
    yield Act(_at(paid), _("Invoices are paid"), partial(billing.take_payments, stage))


def _months(stage: Stage, today: date) -> Iterator[Act]:
    """On the first of each month the leases of the month before are charged; machines arrive."""
    month = 0
    while (day := _day(stage, month, 1)) <= today:
        label = _("The month before %s is charged") % f"{day:%Y-%m}"
        yield Act(_at(day, 3), label, partial(setting.month_end, stage))
        month += 1
    for arriving in setting.ARRIVALS:
        arrives = partial(setting.arrival, stage, month=arriving)
        yield Act(_at(_day(stage, arriving, 1), 2), _("Machines arrive"), arrives)
