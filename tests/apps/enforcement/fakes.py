"""A cluster in a dictionary: it takes every step at once, until a test spoils its temper."""

from __future__ import annotations

from praya.core.execution.accounting import Usage
from praya.core.execution.counters import limit_of
from praya.core.execution.discovery import Discovered, PartitionSeen, SettingCheck, Weight
from praya.core.execution.limits import (
    ALL_MODELS,
    Account,
    Difference,
    ForeignChange,
    Member,
    NotTaken,
    Observed,
    OfOthers,
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
        self.read_at = 0
        self.reserved = []
        self.reservations = []
        self.places = []
        self.told = Usage((), ())
        self.has = frozenset()
        self.looks = 0
        self.reads = []
        self.there = ()
        self.taken_over = []
        self.given_back = []
        self.people = []
        self.applied = []
        self.accounts = {}
        self.others = {}
        self.was_ours = {}
        self.sums = lambda _since, _until: ()
        self.summed = None

    def _answer(self):
        if self.is_away:
            raise EngineUnavailable("sacctmgr: no answer")

    def discover(self):
        self._answer()
        part = PartitionSeen("gpu", ("n1",), True, True, None, {"h800": 8})
        return Discovered(
            "harbour", "22.05.8", (part,), (), ("h800",), {"normal": 0, "urgent": 100}
        )

    def check_settings(self):
        met = not self.is_loose
        name = "AccountingStorageEnforce"
        return (SettingCheck("setting.enforce", Weight.MUST, name, "limits", f"{name}=safe", met),)

    def observe(self, also=frozenset()):
        self._answer()
        self.looks += 1
        told = {name: self._as_ours(name) for name in also & self.others.keys()}
        return Observed(
            self.accounts | told,
            frozenset(self.others) - also,
            frozenset(),
            60,
            self.read_at,
            tuple(self.reservations),
            tuple(self.places),
        )

    def of_others(self):
        self._answer()
        return tuple(self.others.values())

    def _as_ours(self, name):
        if name in self.was_ours:
            return self.was_ours[name]
        other = self.others[name]
        members = dict.fromkeys(other.members, Member())
        return Account(name=name, parent=other.parent, members=members, counted_s=other.counted_s)

    def plan(self, wanted, observed, *, reserved=(), now):
        del observed, now
        self.reserved = list(reserved)
        steps = []
        for one in wanted:
            if one.is_kept and one.account not in self.accounts:
                continue
            after = limit_of(one, ALL_MODELS, one.left_s.keys() | one.charged_s.keys())
            before = self.limits.get(one.account)
            if before != after:
                steps.append(Step(StepKind.SET_LIMIT, one.account, before=before, after=after))
        return Difference(tuple(steps))

    def apply(self, steps):
        if self.is_stubborn:
            return tuple(NotTaken(step, "Nothing modified, by whim") for step in steps)
        self.applied += steps
        self.limits |= {step.account: step.after for step in steps}
        return ()

    def foreign_changes(self, *, since):
        kinds = frozenset({StepKind.SET_LIMIT})
        told = ("wing", "Modify Associations", "pir-0001", "grp_tres_mins='1001=1'")
        return (ForeignChange(since, *told, (("pir-0001", ""),), kinds),)

    def usage(self, *, since, until, accounts=(), alive=True):
        del accounts, alive
        self._answer()
        self.reads.append((since, until))
        return self.told

    def still_known(self, keys):
        if self.has is None:
            raise EngineUnavailable("squeue: no answer")
        return self.has & frozenset(keys)

    def totals(self, *, since, until):
        self._answer()
        return tuple(self.sums(since, until))

    def summed_until(self, *, since, until):
        self._answer()
        return min(until, max(since, until if self.summed is None else self.summed))

    def users(self):
        self._answer()
        return tuple(self.people)

    def give_back(self, account, owner):
        self._answer()
        self.given_back.append((account, owner))
        has = self.accounts.pop(account, None) or Account(name=account, parent="root")
        self.was_ours[account] = has
        self.others[account] = OfOthers(
            name=account, parent=has.parent, owner=owner, members=frozenset(has.members)
        )

    def take_over(self, account):
        self._answer()
        self.taken_over.append(account)
        if account in self.others:
            self.accounts[account] = self._as_ours(account)
            self.was_ours.pop(account, None)
            return self.others.pop(account).owner
        self.accounts[account] = Account(
            name=account, parent="root", cards_at_once=16, members={"jun": Member()},
            counted_s={"": 900, "nvidia-h800": 900}, running_s={"nvidia-h800": 300},
        )  # fmt: skip
        return "physics"

    def alive(self):
        self._answer()
        return self.there
