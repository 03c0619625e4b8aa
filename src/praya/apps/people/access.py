"""Who may do what with people and organisations."""

from __future__ import annotations

from praya.apps.people.models import Affiliation
from praya.apps.people.rules import AffiliationState
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed


def known_person_id(by: Actor, action: str) -> int:
    """The id of the person who acts; refuses somebody who has not signed in."""
    if by.person_id is None:
        raise NotAllowed(action=action, needs="signed-in")
    return by.person_id


def check_self(by: Actor, person_id: int, action: str) -> None:
    """Refuse anybody but the person themselves; Praya itself may."""
    if not (by.is_praya or by.person_id == person_id):
        raise NotAllowed(action=action, needs="self")


def check_adds_people(by: Actor) -> None:
    """Refuse anybody but a site admin; Praya itself may, as the terminal on the machine does."""
    if not (by.is_praya or by.is_admin):
        raise NotAllowed(action="person.add", needs=Role.ADMIN)


def manages(by: Actor, organisation_id: int) -> bool:
    """Whether the actor is a manager of the organisation. One query."""
    return (
        by.is_known
        and Affiliation.objects.filter(
            person=by.person_id,
            organisation=organisation_id,
            state=AffiliationState.ACTIVE,
            is_manager=True,
        ).exists()
    )


def may_manage(by: Actor, organisation_id: int) -> bool:
    """Whether the actor says who belongs to the organisation: its managers and site admins."""
    return by.is_admin or manages(by, organisation_id)


def check_manages(by: Actor, organisation_id: int, action: str) -> None:
    """Refuse anybody who does not manage the organisation; a site admin may."""
    if not may_manage(by, organisation_id):
        raise NotAllowed(action=action, needs=("manager", Role.ADMIN))


def may_verify(by: Actor) -> bool:
    """Whether the actor may say that an organisation is what it says: an officer, a site admin."""
    return by.is_admin or bool(by.programmes_as(Role.OFFICER))


def check_may_verify(by: Actor) -> None:
    """Refuse anybody but an officer of some programme or a site admin."""
    if not may_verify(by):
        raise NotAllowed(action="organisation.verify", needs=(Role.OFFICER, Role.ADMIN))


def may_change_registration(by: Actor, organisation_id: int) -> bool:
    """Whether the actor says where the organisation is registered: who keeps it, who checks it."""
    return may_verify(by) or may_manage(by, organisation_id)


def check_may_change_registration(by: Actor, organisation_id: int) -> None:
    """Refuse anybody but the organisation's managers, officers and site admins."""
    if not may_change_registration(by, organisation_id):
        needs = ("manager", Role.OFFICER, Role.ADMIN)
        raise NotAllowed(action="organisation.change_registration", needs=needs)


def check_may_name(by: Actor) -> None:
    """Refuse anybody but operators and site admins to say who somebody is on the clusters."""
    if not (by.is_praya or by.is_admin or by.programmes_as(Role.OPERATOR)):
        raise NotAllowed(action="person.unix_name", needs=(Role.OPERATOR, Role.ADMIN))
