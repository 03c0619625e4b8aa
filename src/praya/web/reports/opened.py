"""Which pages behind a figure its reader may open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from praya.apps.awards.queries.cases import decisions_read_by
from praya.apps.books.access import may_read_book
from praya.apps.changes.queries import changes_seen
from praya.apps.reports.queries.why import OF_LEADS, Ground, GroundKind, Why, WhyCode
from praya.apps.usage.queries import job_codes_seen
from praya.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Opened:
    """What of some chains the reader may open; a link to anything else would lead nowhere."""

    reader: Actor
    jobs: set[str]
    decisions: set[str]
    changes: set[int]

    def opens(self, ground: Ground) -> bool:
        """Whether the page of a ground is there for the reader."""
        if ground.kind is GroundKind.JOB:
            return ground.facts["job"] in self.jobs
        if ground.kind is GroundKind.DECISION:
            return ground.facts["application"] in self.decisions
        if ground.kind is GroundKind.CHANGE:
            return ground.facts["change"] in self.changes
        if ground.kind is GroundKind.FUNDING:
            return may_read_book(self.reader, ground.facts["programme"])
        return True

    def explains(self, why: Why) -> bool:
        """Whether a part has a page of its own for the reader."""
        if why.code is not WhyCode.ACCOUNT:
            return True
        kind = why.facts["account"].partition("/")[0]
        return kind in OF_LEADS or may_read_book(self.reader, why.facts["programme"])


def opened_by(reader: Actor, chains: Sequence[Why]) -> Opened:
    """What a reader may open of some chains; three queries at most."""
    grounds = [ground for why in chains for ground in _grounds_in(why)]

    def named(kind: GroundKind, name: str) -> set[Any]:
        return {ground.facts[name] for ground in grounds if ground.kind is kind}

    return Opened(
        reader,
        job_codes_seen(named(GroundKind.JOB, "job"), reader),
        decisions_read_by(reader, named(GroundKind.DECISION, "application")),
        changes_seen(named(GroundKind.CHANGE, "change"), reader),
    )


def _grounds_in(why: Why) -> Iterator[Ground]:
    yield from why.grounds
    for part in why.parts:
        yield from _grounds_in(part)
