"""What many postings add, as arrays. Who proves no book begins without loading them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

_Numbers = npt.NDArray[np.int64]
_Sums = dict[tuple[str, str], int]  # by account and commodity


def sums_of(texts: Sequence[bytes]) -> tuple[_Sums, _Sums] | None:
    """What postings add and the least on the way; ``None`` if those of an entry do not balance."""
    if not texts:
        return {}, {}
    postings = pl.read_csv(
        b"\n".join(texts),
        has_header=False,
        separator="\t",
        quote_char=None,
        schema={"account": pl.Categorical(), "commodity": pl.Categorical(), "amount": pl.Int64()},
    )
    amounts = postings["amount"].to_numpy()
    commodities = postings["commodity"].to_physical().to_numpy().astype(np.int64)
    lengths = np.fromiter((text.count(b"\n") + 1 for text in texts), np.int64, len(texts))
    firsts = np.cumsum(lengths) - lengths
    for commodity in np.unique(commodities):
        if np.add.reduceat(np.where(commodities == commodity, amounts, 0), firsts).any():
            return None
    accounts = postings["account"].to_physical().to_numpy().astype(np.int64)
    keys = accounts * (commodities.max() + 1) + commodities
    order = np.argsort(keys, kind="stable")
    firsts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    names = postings[order[firsts]].select("account", "commodity").rows()
    added, least = _added_and_least(amounts[order], firsts)
    return (
        dict(zip(names, added.tolist(), strict=True)),
        dict(zip(names, least.tolist(), strict=True)),
    )


def _added_and_least(amounts: _Numbers, firsts: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Of amounts in groups, which begin at ``firsts``: the sums, and the least on the way."""
    standing = np.cumsum(amounts)
    before = standing[firsts] - amounts[firsts]
    standing -= np.repeat(before, np.diff(firsts, append=len(amounts)))
    return np.add.reduceat(amounts, firsts), np.minimum.reduceat(standing, firsts)
