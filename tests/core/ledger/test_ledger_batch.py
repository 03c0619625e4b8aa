"""A use among many has the fingerprint that it would have alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from praya.core.ledger import request_hash
from praya.core.ledger.batch import use_hash

AMOUNTS = st.tuples(st.text(), st.integers(-(10**16), 10**16))


@given(st.text(), st.text(), AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_use_has_the_hash_of_the_request(kind, subject, time, subsidy, own):
    content = (kind, subject, time, subsidy, own)
    assert use_hash(*content) == request_hash(*content)
