"""Free cards over time, against a list with one number for each second."""

from hypothesis import given
from hypothesis import strategies as st

from praya.core.scheduling.profile import Room

HORIZON = 30
TAKES = st.lists(
    st.tuples(st.integers(-2, 3), st.integers(0, HORIZON - 1), st.integers(1, HORIZON)).map(
        lambda take: (take[0], take[1], min(take[1] + take[2], HORIZON))
    ),
    max_size=6,
)


def both(takes):
    room, seconds = Room(4), [4] * (3 * HORIZON)
    for cards, begins_at, ends_at in takes:
        room.take(cards, begins_at, ends_at)
        for second in range(begins_at, ends_at):
            seconds[second] -= cards
    return room, seconds


@given(TAKES, st.integers(0, HORIZON), st.integers(1, HORIZON))
def test_least_is_the_least_of_all_seconds(takes, begins_at, length):
    room, seconds = both(takes)

    assert room.least(begins_at, begins_at + length) == min(seconds[begins_at:][:length])


@given(TAKES, st.integers(0, HORIZON), st.integers(1, HORIZON), st.integers(1, 5))
def test_earliest_is_the_first_second_that_serves(takes, now, limit_s, cards):
    room, seconds = both(takes)
    serving = [at for at in range(now, 2 * HORIZON) if min(seconds[at:][:limit_s]) >= cards]

    assert room.earliest(cards, limit_s, now=now) == (serving[0] if serving else None)


@given(TAKES, st.integers(0, HORIZON), st.integers(1, 5))
def test_lasts_until_the_first_second_with_fewer(takes, now, cards):
    room, seconds = both(takes)
    short = [at for at in range(now, 2 * HORIZON) if seconds[at] < cards]

    assert room.lasts_until(cards, now=now) == (short[0] if short else None)
