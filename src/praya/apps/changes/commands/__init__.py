"""What changes awards: asked for, granted, refused; told beforehand; paid back; offered anew."""

from praya.apps.changes.commands.advances import take_off_advances
from praya.apps.changes.commands.appealing import (
    make_appeal,
    reject_appeal,
    uphold_appeal,
    withdraw_appeal,
)
from praya.apps.changes.commands.bearing import (
    tell_bearings,
    waive_bearing,
    withdraw_bearing_waiver,
)
from praya.apps.changes.commands.debts import (
    assign_debt,
    record_debt_payment,
    take_back_debt_payment,
)
from praya.apps.changes.commands.deciding import grant_change, refuse_change
from praya.apps.changes.commands.interest import enter_interest
from praya.apps.changes.commands.noticing import (
    agree_notice,
    carry_out_notices,
    give_notice,
    withdraw_notice,
)
from praya.apps.changes.commands.requesting import ask_change, withdraw_change
from praya.apps.changes.commands.reviving import take_up_unstarted, undo_notice
from praya.apps.changes.commands.setting_off import set_off_debts
from praya.apps.changes.commands.undoing import undo_change
from praya.apps.changes.commands.waiting import offer_to_waiting

__all__ = [
    "agree_notice",
    "ask_change",
    "assign_debt",
    "carry_out_notices",
    "enter_interest",
    "give_notice",
    "grant_change",
    "make_appeal",
    "offer_to_waiting",
    "record_debt_payment",
    "refuse_change",
    "reject_appeal",
    "set_off_debts",
    "take_back_debt_payment",
    "take_off_advances",
    "take_up_unstarted",
    "tell_bearings",
    "undo_change",
    "undo_notice",
    "uphold_appeal",
    "waive_bearing",
    "withdraw_appeal",
    "withdraw_bearing_waiver",
    "withdraw_change",
    "withdraw_notice",
]
