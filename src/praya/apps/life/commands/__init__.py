"""What changes the life of awards: the worker's two rounds, and what people do about them."""

from praya.apps.life.commands.deciding import reverse_cut, waive_check, withdraw_waiver
from praya.apps.life.commands.paying import close_paid_part, open_paid_part
from praya.apps.life.commands.planning import give_plan
from praya.apps.life.commands.reporting import (
    close_tranche,
    hand_in_report,
    open_tranche,
    return_report,
)
from praya.apps.life.commands.running import Lived, run_life_rules
from praya.apps.life.commands.warning import warn_of_cuts

__all__ = [
    "Lived",
    "close_paid_part",
    "close_tranche",
    "give_plan",
    "hand_in_report",
    "open_paid_part",
    "open_tranche",
    "return_report",
    "reverse_cut",
    "run_life_rules",
    "waive_check",
    "warn_of_cuts",
    "withdraw_waiver",
]
