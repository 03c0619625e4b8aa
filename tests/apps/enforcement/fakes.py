"""A cluster in a dictionary: it takes every step at once, until a test spoils its temper."""

from __future__ import annotations

from praya.core.execution.accounting import Usage
from praya.core.execution.discovery import Discovered, PartitionSeen, SettingCheck, Weight
from praya.core.execution.limits import (
    Account,
    Difference,
    ForeignChange,
    NotTaken,
    Observed,
    Step,
    StepKind,
)
from praya.core.execution.port import EngineUnavailable


class ObedientCluster:
    """Holds for each account what may be used; nothing else of a cluster is pretended."""

    def __init__(self):
        self.limits = {}
        self.is_away = False
        self.is_stubborn = False
        self.is_loose = False
        self.reserved = []
        self.reservations = []
        self.places = []
        self.told = Usage((), ())
        self.looks = 0
        self.reads = []
        self.there = ()
        self.taken_over = []
        self.accounts = {}
        self.sums = lambda _since, _until: ()
        self.summed = None

    def _answer(self):
        if self.is_away:
            raise EngineUnavailable("sacctmgr: no answer")

    def discover(self):
        self._answer()
        part = PartitionSeen("gpu", ("n1",), True, True, None, {"h800": 8})
        return Discovered("harbour", "22.05.8", (part,), (), ("h800",), ("normal",))

    def check_settings(self):
        met = not self.is_loose
        name = "AccountingStorageEnforce"
        return (SettingCheck("setting.enforce", Weight.MUST, name, "limits", f"{name}=safe", met),)

    def observe(self):
        self._answer()
        self.looks += 1
        return Observed(
            self.accounts,
            frozenset(),
            frozenset(),
            60,
            0,
            tuple(self.reservations),
            tuple(self.places),
        )

    def plan(self, wanted, observed, *, reserved=(), now):
        del observed, now
        self.reserved = list(reserved)
        steps = []
        for one in wanted:
            after = sum(one.left_s.values()) + sum(one.charged_s.values())
            before = self.limits.get(one.account)
            if before != after:
                steps.append(Step(StepKind.SET_LIMIT, one.account, before=before, after=after))
        return Difference(tuple(steps))

    def apply(self, steps):
        if self.is_stubborn:
            return tuple(NotTaken(step, "Nothing modified, by whim") for step in steps)
        self.limits |= {step.account: step.after for step in steps}
        return ()

    def foreign_changes(self, *, since):
        return (ForeignChange(since, "wing", "Modify Associations", "acct='pir-0001'", ""),)

    def usage(self, *, since, until, accounts=()):
        del accounts
        self._answer()
        self.reads.append((since, until))
        return self.told

    def totals(self, *, since, until):
        self._answer()
        return tuple(self.sums(since, until))

    def summed_until(self, *, since, until):
        self._answer()
        return min(until, max(since, until if self.summed is None else self.summed))

    def take_over(self, account):
        self._answer()
        self.taken_over.append(account)
        self.accounts[account] = Account(
            name=account, parent="", counted_s={"": 900, "nvidia-h800": 900},
            running_s={"nvidia-h800": 300},
        )  # fmt: skip

    def alive(self):
        self._answer()
        return self.there
