"""Every mail that an app sends has words."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from praya.apps.notices.rules import KINDS, Topic
from praya.words.letters import LETTERS, letter_for
from praya.words.letters.kinds import KIND_NAMES

APPS = Path(__file__).resolve().parents[2] / "src" / "praya" / "apps"
FACTS = {
    "award": "PIR-0001",
    "title": "Reading old harbour maps",
    "accept_by": date(2026, 3, 30),
    "reason": "moved away",
    "application": "PIR-A0001",
    "line": "PIR-0001.1",
    "part": "second",
    "rule": {"en": "Half-way check"},
    "card_seconds": 3600,
    "used_seconds": 0,
    "device_model": "nvidia-h800",
    "due_on": date(2026, 3, 30),
    "text": {"en": "The data clause is signed."},
    "texts": [{"en": "The data clause is signed."}],
    "told": "Signed on 3 March.",
    "lead_change": 7,
    "person": "Ada",
    "former": "Ben",
    "meet_by": date(2026, 3, 30),
}
AWARD_KINDS = sorted(kind for kind in LETTERS if kind.startswith("award."))


def kinds_sent() -> set[str]:
    """The kinds that stand in calls, and the actions that are told as they are recorded."""
    texts = [path.read_text(encoding="utf-8") for path in APPS.glob("*/commands/*.py")]
    calls = r'\b(?:send_letter|tell(?:_lead)?)\(\s*"([^"]+)"'
    return {kind for text in texts for kind in re.findall(calls, text)}


def test_every_kind_that_is_sent_has_words():
    assert {"award.offered", "award.lapsed", "application.decided"} <= kinds_sent()
    assert kinds_sent() <= set(LETTERS)
    assert {"award.suspended", "award.resumed", "award.ended"} <= set(LETTERS)


def test_every_kind_has_one_topic_and_a_name():
    kinds = sorted(kind for kinds in KINDS.values() for kind in kinds)

    assert kinds == sorted(LETTERS) == sorted(KIND_NAMES)
    assert set(KINDS) == set(Topic) - {Topic.DIGEST}
    assert not {topic.value for topic in Topic} & set(kinds)  # both name fields of one form
    assert len(set(map(str, KIND_NAMES.values()))) == len(kinds)


@pytest.mark.parametrize("kind", [*AWARD_KINDS, "application.decided"])
def test_a_letter_names_its_thing_and_greets(kind):
    with translation.override("en"):
        subject, text = letter_for(kind, name="Mei", **FACTS)

    assert re.search(r"PIR-A?0001", subject)
    assert text.startswith("Dear Mei,\n\n")
    assert "Reading old harbour maps" in text
    assert "%(" not in text


def test_an_offer_says_until_when_and_where():
    with translation.override("en"):
        _, text = letter_for("award.offered", name="Mei", **FACTS)

    assert "30 March 2026" in text or "March 30, 2026" in text
    assert "/awards/PIR-0001/accept/" in text


@pytest.mark.parametrize(("agreement", "expected"), [(0, False), (3, True)])
def test_an_undone_change_speaks_of_an_agreement_only_where_there_is_a_new_one(agreement, expected):
    facts = FACTS | {"change": 7, "change_kind": "recovery", "agreement": agreement}
    with translation.override("en"):
        _, text = letter_for("change.undone", name="Mei", **facts)

    assert ("agreement" in text) == expected
    assert "/changes/7/" in text
