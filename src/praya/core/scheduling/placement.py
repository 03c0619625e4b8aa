"""Which of the nodes on which a job fits it is given: rules that look at free cards alone.

Each rule scores a node by the cards free on it now and the cards the job takes of it; the lowest
score wins, and among equals the first node. ``random`` draws instead.

``fragmentation`` follows the gradient of fragmentation: with a mix of job sizes (how many jobs ask
for 1, 2, 4, ... cards of a node), the fragmentation of a node with ``f`` free cards is ``f`` times
the jobs of the mix that ask for more than ``f``: what of it they could not use. A job goes where it
adds least. Worked example, a mix of 9 jobs for 1 card and 1 job for 8: a free node of 8 has 0, one
of 7 has 7, one of 4 has 4. A job for 1 card adds 7 on the free node and -1 on the one of 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_WORD = (1 << 64) - 1


class Rule(StrEnum):
    """The rules of placement."""

    FIRST_FIT = "first_fit"
    BEST_FIT = "best_fit"
    WORST_FIT = "worst_fit"
    FRAGMENTATION = "fragmentation"
    RANDOM = "random"


@dataclass(slots=True)
class Draws:
    """Numbers by chance, the same from the same seed on every machine: splitmix64."""

    state: int

    def below(self, bound: int) -> int:
        """A number from 0 until just before ``bound``."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _WORD
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
        return ((mixed ^ (mixed >> 31)) >> 1) % bound


@dataclass(frozen=True, slots=True)
class Placement:
    """A rule with what it rests on: ``mix`` for fragmentation, ``draws`` for chance."""

    rule: Rule = Rule.FIRST_FIT
    mix: Mapping[int, int] = field(default_factory=dict)
    draws: Draws = field(default_factory=lambda: Draws(0))

    def choose(self, free: Mapping[int, int], takes: int, nodes: int) -> list[int]:
        """So many of the nodes in ``free`` (node: cards free on it), in the order of choosing."""
        assert 1 <= nodes <= len(free), (nodes, len(free))
        if self.rule is Rule.RANDOM:
            left = sorted(free)
            return [left.pop(self.draws.below(len(left))) for _ in range(nodes)]
        return sorted(free, key=lambda node: (self.score(free[node], takes), node))[:nodes]

    def score(self, free: int, takes: int) -> int:
        """How little a node with so many free cards suits a job; lower is better."""
        if self.rule is Rule.BEST_FIT:
            return free
        if self.rule is Rule.WORST_FIT:
            return -free
        if self.rule is Rule.FRAGMENTATION:
            return fragmentation(free - takes, self.mix) - fragmentation(free, self.mix)
        return 0


def fragmentation(free: int, mix: Mapping[int, int]) -> int:
    """What of ``free`` cards on one node the jobs of a mix could not use, summed over them."""
    return free * sum(jobs for cards, jobs in mix.items() if cards > free)


def mix_of(sizes: Sequence[int]) -> dict[int, int]:
    """How many jobs ask for how many cards of a node."""
    return {size: sizes.count(size) for size in sorted(set(sizes))}
