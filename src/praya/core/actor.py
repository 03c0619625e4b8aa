"""Who acts: a person with their roles, or Praya itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is appointed to do in a programme; ``ADMIN`` is for the whole site."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    COMMITTEE = "committee"
    OPERATOR = "operator"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMIN = "admin"


EVERY_PROGRAMME = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one in whose name a command runs, with the appointments in force when it began.

    ``appointments`` holds pairs of programme code and role; a site role stands under ``"*"``.
    Being a lead, a member or an applicant is no role: it is read from the award or application.
    """

    person_id: int | None
    name: str
    appointments: frozenset[tuple[str, Role]] = field(default=frozenset())
    is_praya: bool = False

    @classmethod
    def praya(cls, round_name: str) -> Actor:
        """Praya itself, in one of the worker's rounds. It may do what its rounds do."""
        return cls(person_id=None, name=f"praya:{round_name}", is_praya=True)

    @classmethod
    def anonymous(cls) -> Actor:
        """Somebody who has not signed in."""
        return cls(person_id=None, name="")

    @property
    def is_known(self) -> bool:
        """Whether somebody has signed in."""
        return self.person_id is not None

    @property
    def is_admin(self) -> bool:
        """Whether the actor keeps the whole site."""
        return (EVERY_PROGRAMME, Role.ADMIN) in self.appointments

    def holds(self, programme_code: str, *roles: Role) -> bool:
        """Whether the actor holds any of the roles in the programme; an admin holds none."""
        return any((programme_code, role) in self.appointments for role in roles)

    def programmes_as(self, *roles: Role) -> frozenset[str]:
        """Codes of the programmes in which the actor holds any of the roles."""
        return frozenset(code for code, role in self.appointments if role in roles)
