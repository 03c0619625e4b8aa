"""Changes of awards that people ask for, early ends, the waiting list, and debts."""
