"""The people who walk the site, each in a role of their own."""

from __future__ import annotations

# Column of the table: who it is, and the e-mail address.
PEOPLE = {
    "anon": "",  # has not signed in
    "lead": "lead@lab.example",  # leads every case
    "hous": "manager@lab.example",  # a manager of the lead's organisation
    "othr": "other@elsewhere.example",  # an applicant with a case of their own elsewhere
    "awle": "award.lead@lab.example",  # leads the award in force
    "awma": "award.manager@lab.example",  # keeps its members
    "awme": "award.member@lab.example",  # runs its jobs
    "revi": "wan@review.example",  # assigned, conflict denied
    "revn": "new@review.example",  # assigned, nothing declared yet
    "revc": "conflicted@review.example",  # assigned, conflict declared
    "revu": "idle@review.example",  # a reviewer who is not assigned
    "comm": "committee@pier.example",
    "recu": "recused@pier.example",  # of the committee, recused from every case
    "offi": "officer@pier.example",
    "oper": "operator@pier.example",
    "fina": "finance@pier.example",
    "audi": "auditor@pier.example",
    "admi": "admin@site.example",
    "foff": "officer@wharf.example",  # officer of another programme
    "fcom": "committee@wharf.example",  # committee of another programme
}
