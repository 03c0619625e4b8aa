"""The kinds of letters by their topics, each in the order in which people are shown them."""

from __future__ import annotations

from praya.apps.notices.rules.letters import Topic
from praya.core.refusal import Refusal

KINDS: dict[Topic, tuple[str, ...]] = {
    Topic.APPLICATION: (
        "application_submitted",
        "application_asked",
        "application_not_asked",
        "application_returned",
        "application_failed",
        "application_reopened",
        "application.decided",
        "appeal.upheld",
        "appeal.rejected",
        "organisation.registration_changed",
    ),
    Topic.AWARD: (
        "award.offered",
        "award.withdrawn",
        "award.lapsed",
        "award.condition_told",
        "award.condition_reopened",
        "award.condition_waived",
        "award.conditions_due",
        "award.meet_by_moved",
        "award.started",
        "award.not_started",
        "award.member_added",
        "award.cut_ahead",
        "award.hold_waived",
        "award.waiver_withdrawn",
        "award.report_returned",
        "award.tranche_closed",
        "award.suspended",
        "award.resumed",
        "award.ended",
        "award.revived",
        "award.lead_asked",
        "award.lead_asked_of",
        "award.lead_agreed",
        "award.lead_declined",
        "award.lead_withdrawn",
        "award.lead_granted",
        "award.lead_refused",
        "award.lead_undone",
        "change.asked",
        "change.granted",
        "change.refused",
        "change.undone",
        "notice.given",
        "notice.withdrawn",
        "bearing.advance_ahead",
        "advance.taken_off",
        "bearing.debt_ahead",
        "debt.set_off",
        "bearing.waived",
        "bearing.waiver_withdrawn",
    ),
    Topic.USE: ("warning.used", "warning.run_out", "warning.open_run_out"),
    Topic.DATES: (
        "warning.ends",
        "warning.year_lapses",
        "warning.year_lapsed",
        "warning.year_waived",
        "warning.year_waiver_withdrawn",
    ),
    Topic.MONEY: (
        "invoice.issued",
        "invoice.issued_ahead",
        "invoice.credited",
        "claim.decided",
        "claim.undone",
        "book.broken",
    ),
    Topic.DESK: (
        "application_answered",
        "appeal.made",
        "hook.disabled",
        "cluster.incomplete",
        "cluster.loosened",
    ),
}
_TOPICS = {kind: topic for topic, kinds in KINDS.items() for kind in kinds}


class UnknownKind(Refusal):
    """There is no letter of ``kind`` among those of ``topic``."""

    code = "notice.unknown_kind"


def topic_of(kind: str) -> Topic:
    """What a letter of a kind is about; every kind has its topic."""
    return _TOPICS[kind]


def check_kind(topic: Topic, kind: str) -> None:
    """Refuse what is no kind of the topic's letters.

    Raises:
        UnknownKind: it is not among them.

    """
    if kind not in KINDS.get(topic, ()):
        raise UnknownKind(topic=topic.value, kind=kind)
