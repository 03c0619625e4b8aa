"""Who belongs to an organisation, and who manages it, once they are in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.people.access import check_manages, known_person_id
from praya.apps.people.commands.trail import record
from praya.apps.people.models import Affiliation, Organisation
from praya.apps.people.rules import AffiliationState, LastManager, NotBelonging
from praya.core.actor import Actor
from praya.core.refusal import NotFound


@transaction.atomic
def leave_organisation(*, organisation_id: int, by: Actor, now: datetime) -> Affiliation:
    """Belong to an organisation no longer; one may ask to join again. Twice is once.

    Applications and awards that the person leads stay theirs.

    Raises:
        NotAllowed: nobody has signed in.
        NotFound: the person never belonged to it.
        NotBelonging: they have asked to join, and belong to it not yet or not any more.
        LastManager: nobody else could let people in.

    """
    person_id = known_person_id(by, "organisation.leave")
    found = Affiliation.objects.filter(person_id=person_id, organisation_id=organisation_id).first()
    if found is None:
        raise NotFound(kind="organisation", key=organisation_id)
    return _end(_locked(found), "organisation.left", by=by, now=now)


@transaction.atomic
def end_affiliation(*, affiliation_id: int, by: Actor, now: datetime) -> Affiliation:
    """End somebody's belonging to an organisation, as one of its managers. Twice is once.

    Raises:
        NotFound: there is no such affiliation.
        NotAllowed: ``by`` does not manage the organisation.
        NotBelonging: the person asks to join, or was refused; answer the request instead.
        LastManager: nobody else could let people in.

    """
    affiliation = _managed(affiliation_id, by, "organisation.end_affiliation")
    return _end(affiliation, "organisation.affiliation_ended", by=by, now=now)


@transaction.atomic
def make_manager(*, affiliation_id: int, by: Actor, now: datetime) -> Affiliation:
    """Let a person who belongs to an organisation manage it, too. Twice is once.

    Raises:
        NotFound: there is no such affiliation.
        NotAllowed: ``by`` does not manage the organisation.
        NotBelonging: the person does not belong to it now.

    """
    affiliation = _managed(affiliation_id, by, "organisation.make_manager")
    if affiliation.state != AffiliationState.ACTIVE:
        raise NotBelonging(state=affiliation.state)
    if affiliation.is_manager:
        return affiliation
    affiliation.is_manager = True
    affiliation.save(update_fields=["is_manager"])
    _record("organisation.manager_made", affiliation, by=by, now=now)
    return affiliation


def _managed(affiliation_id: int, by: Actor, action: str) -> Affiliation:
    found = Affiliation.objects.filter(pk=affiliation_id).first()
    if found is None:
        raise NotFound(kind="affiliation", key=affiliation_id)
    check_manages(by, found.organisation_id, action)
    return _locked(found)


def _locked(affiliation: Affiliation) -> Affiliation:
    # The organisation's row first: two managers who leave at once must not both see the other.
    Organisation.objects.select_for_update().get(pk=affiliation.organisation_id)
    return Affiliation.objects.select_for_update().get(pk=affiliation.pk)


def _end(affiliation: Affiliation, action: str, *, by: Actor, now: datetime) -> Affiliation:
    if affiliation.state == AffiliationState.ENDED:
        return affiliation
    if affiliation.state != AffiliationState.ACTIVE:
        raise NotBelonging(state=affiliation.state)
    if affiliation.is_manager and not _other_managers(affiliation):
        raise LastManager(organisation_id=affiliation.organisation_id)
    affiliation.state, affiliation.is_manager = AffiliationState.ENDED.value, False
    affiliation.settled_at, affiliation.settled_by_id = now, by.person_id
    affiliation.save(update_fields=["state", "is_manager", "settled_at", "settled_by"])
    _record(action, affiliation, by=by, now=now)
    return affiliation


def _other_managers(affiliation: Affiliation) -> bool:
    managers = Affiliation.objects.filter(
        organisation=affiliation.organisation_id, state=AffiliationState.ACTIVE, is_manager=True
    )
    return managers.exclude(pk=affiliation.pk).exists()


def _record(action: str, affiliation: Affiliation, *, by: Actor, now: datetime) -> None:
    record(
        action,
        subject=("organisation", str(affiliation.organisation_id)),
        by=by,
        now=now,
        person_id=affiliation.person_id,
    )
