"""What comes back to a line pays its overrun first, whatever brings it back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from tests.core.ledger.test_ledger_kinds import LINE, entry, given, grant, hkd, text, told

from praya.core import ledger
from praya.core.ledger import EntryKind
from praya.core.ledger.batch import Use, settle_many

SPENT = replace(LINE, free=grant(0, 0), in_flight=grant(60, 30), used=grant(40, 20))
CLOSED = replace(SPENT, in_flight=grant(0, 0), is_closed=True)


def standing(line: ledger.Line, overrun: int) -> Counter[tuple[str, str]]:
    """What stands on a line, with an overrun in seconds; there is enough of all else."""
    stands: Counter[tuple[str, str]] = Counter()
    for part in ("free", "in_flight", "used"):
        for commodity, amount in getattr(line, part).amounts():
            stands[f"award/{line.code}/{part.replace('_', '-')}", commodity] = amount
    stands[f"award/{line.code}/overrun", "h800·s"] = overrun
    return stands


@pytest.mark.parametrize(
    ("postings", "overrun", "expected"),
    [
        pytest.param(
            ledger.release(SPENT, grant(60, 0)),
            10,
            """
            award/H-1.1/free +50 h800·s
            award/H-1.1/in-flight -60 h800·s
            award/H-1.1/overrun -10 h800·s
            award/H-1.1/used +10 h800·s
            outside +10 h800·s
            """,
            id="a hold that is released",
        ),
        pytest.param(
            ledger.settle(SPENT, held=grant(60, 0), used=grant(55, 0), own=hkd(0)),
            10,
            """
            award/H-1.1/in-flight -60 h800·s
            award/H-1.1/overrun -5 h800·s
            award/H-1.1/used +60 h800·s
            outside +5 h800·s
            """,
            id="the rest of a hold, as far as it reaches",
        ),
        pytest.param(
            ledger.commit("research", hkd(0), [given("H-1.1", 8, 0)], {"H-1.1": SPENT}),
            10,
            """
            award/H-1.1/overrun -8 h800·s
            award/H-1.1/used +8 h800·s
            """,
            id="a grant",
        ),
        pytest.param(
            ledger.charge(SPENT, grant(5, 0), hkd(0)),
            10,
            """
            award/H-1.1/overrun +5 h800·s
            outside -5 h800·s
            """,
            id="nothing, where nothing is free",
        ),
    ],
)
def test_what_comes_back_pays_the_overrun_first(postings, overrun, expected):
    stands = standing(SPENT, overrun)
    paid = ledger.pay_overruns(postings, lambda *place: stands[place])
    assert told(paid) == text(expected)
    stands_after = standing(SPENT, overrun)
    assert ledger.pay_overruns(paid, lambda *place: stands_after[place]) == paid, "once is enough"


OVER = replace(SPENT, is_closed=True, overrun=grant(10, 0))


@pytest.mark.parametrize(
    ("postings", "expected"),
    [
        pytest.param(
            ledger.release(OVER, grant(60, 0)),
            """
            award/H-1.1/in-flight -60 h800·s
            award/H-1.1/overrun -10 h800·s
            award/H-1.1/used +10 h800·s
            outside +60 h800·s
            """,
            id="what is released",
        ),
        pytest.param(
            ledger.settle(OVER, held=grant(60, 0), used=grant(53, 0), own=hkd(0)),
            """
            award/H-1.1/in-flight -60 h800·s
            award/H-1.1/overrun -7 h800·s
            award/H-1.1/used +60 h800·s
            outside +7 h800·s
            """,
            id="the rest of a hold, as far as it reaches",
        ),
        pytest.param(
            settle_many(OVER, [Use((20, 0), (15, 0), 0), Use((0, 0), (3, 0), 0)]),
            """
            award/H-1.1/in-flight -20 h800·s
            award/H-1.1/overrun -2 h800·s
            award/H-1.1/used +20 h800·s
            outside +2 h800·s
            """,
            id="the rest of one of many",
        ),
        pytest.param(
            settle_many(OVER, [Use((20, 0), (5, 0), 0), Use((0, 0), (3, 0), 0)]),
            """
            award/H-1.1/in-flight -20 h800·s
            award/H-1.1/overrun -7 h800·s
            award/H-1.1/used +15 h800·s
            outside +12 h800·s
            """,
            id="but no use that comes after it has gone",
        ),
    ],
)
def test_what_would_go_home_from_a_closed_line_pays_its_overrun_first(postings, expected):
    assert told(postings) == text(expected)


def test_what_a_reversal_sends_home_from_a_closed_line_pays_its_overrun_first():
    charged = entry(EntryKind.CHARGE, ledger.charge(LINE, grant(15, 0), hkd(0)))
    stands = standing(CLOSED, overrun=10)
    postings = ledger.reverse(charged, [CLOSED], lambda *place: stands[place])
    assert told(postings) == text("""
        award/H-1.1/overrun -10 h800·s
        award/H-1.1/used -5 h800·s
        outside +15 h800·s
    """)


@pytest.mark.parametrize(
    ("line", "home"), [(replace(SPENT, in_flight=grant(0, 0)), "award/H-1.1/free"), (CLOSED, "")]
)
def test_a_charge_is_turned_round_whose_overrun_was_paid_since(line, home):
    charged = entry(EntryKind.CHARGE, ledger.charge(SPENT, grant(15, 0), hkd(0)))
    stands = standing(line, overrun=5)
    postings = ledger.reverse(charged, [line], lambda *place: stands[place])
    came_home = f"{home} +10 h800·s" if home else ""
    outside = "outside +5 h800·s" if home else "outside +15 h800·s"
    lines = (came_home, "award/H-1.1/overrun -5 h800·s", "award/H-1.1/used -10 h800·s", outside)
    assert told(postings) == "\n".join(line for line in lines if line)
