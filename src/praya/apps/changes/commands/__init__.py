"""What changes awards: asked for, granted, refused; told beforehand; paid back; offered anew."""

from praya.apps.changes.commands.debts import assign_debt, record_debt_payment, take_off_advances
from praya.apps.changes.commands.deciding import grant_change, refuse_change
from praya.apps.changes.commands.interest import enter_interest
from praya.apps.changes.commands.noticing import carry_out_notices, give_notice, withdraw_notice
from praya.apps.changes.commands.requesting import ask_change, withdraw_change
from praya.apps.changes.commands.undoing import undo_change
from praya.apps.changes.commands.waiting import offer_to_waiting

__all__ = [
    "ask_change",
    "assign_debt",
    "carry_out_notices",
    "enter_interest",
    "give_notice",
    "grant_change",
    "offer_to_waiting",
    "record_debt_payment",
    "refuse_change",
    "take_off_advances",
    "undo_change",
    "withdraw_change",
    "withdraw_notice",
]
