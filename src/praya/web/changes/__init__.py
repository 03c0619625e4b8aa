"""Pages about changes of awards, notices, the waiting list and debts."""
