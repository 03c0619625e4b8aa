"""Which device models the cards of a cluster are; and where no limit on them would hold."""

from __future__ import annotations

import pytest

from praya.apps.enforcement.cards import (
    CardsUnfit,
    CardsWhy,
    KindsUnclear,
    check_called_cards,
    match_kinds,
)
from praya.core.execution.discovery import UNTYPED, NodeSeen
from praya.words.refusals import sentence_for

H800, ASCEND = "nvidia-h800", "ascend-910b"


@pytest.mark.parametrize(
    ("kind", "said", "model"),
    [
        ("h800", {}, H800),
        ("nvidia_h800", {}, H800),
        ("mystery", {"mystery": ASCEND}, ASCEND),
        (UNTYPED, {"no-type": H800}, H800),
    ],
)
def test_a_kind_of_card_is_known_by_its_name_or_as_said(kind, said, model):
    assert match_kinds([kind], [H800, ASCEND], said=said) == {kind: model}


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        ("gpu", {}, "cards are: gpu. Say it for each"),
        ("gpu", {"gpu": "no-such"}, "cards are: gpu. Say it for each"),
        (UNTYPED, {}, "Say it, as no-type=MODEL; there are nvidia-h800."),
    ],
)
def test_a_kind_of_card_that_could_be_anything_is_asked_for(kind, said, sentence):
    with pytest.raises(KindsUnclear) as refused:
        match_kinds([kind], [H800], said=said)
    assert refused.value.kinds == (kind,)
    assert sentence in sentence_for(refused.value)


@pytest.mark.parametrize(
    ("kinds", "said", "why", "sentence"),
    [
        (["h800", UNTYPED], {UNTYPED: ASCEND}, CardsWhy.MIXED, "have one: h800, no-type."),
        (["a", "b"], {"a": H800, "b": H800}, CardsWhy.SAME, "a, b are all nvidia-h800."),
        (["h800", "nvidia_h800"], {}, CardsWhy.SAME, "h800, nvidia_h800 are all"),
    ],
)
def test_cards_on_which_no_limit_would_hold_are_refused(kinds, said, why, sentence):
    with pytest.raises(CardsUnfit) as refused:
        match_kinds(kinds, [H800, ASCEND], said=said)
    assert refused.value.why is why
    assert sentence in sentence_for(refused.value)


def test_cards_that_the_cluster_calls_otherwise_are_refused():
    cards, other, neither = (
        NodeSeen("n1", {"h800": 8}, "IDLE", others=("npu",)),
        NodeSeen("n2", {}, "IDLE", others=("npu",)),
        NodeSeen("n3", {}, "IDLE"),
    )
    for nodes in ([cards, other], [neither], []):
        check_called_cards(nodes)

    with pytest.raises(CardsUnfit) as refused:
        check_called_cards([other, neither])
    assert refused.value.kinds == ("npu",)
    assert "they have npu." in sentence_for(refused.value)
