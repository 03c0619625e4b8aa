"""What changes organisations and who belongs to them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.people.access import (
    check_manages,
    check_may_change_registration,
    check_may_verify,
    known_person_id,
)
from praya.apps.people.commands.trail import record
from praya.apps.people.letters import send_letter
from praya.apps.people.models import Affiliation, Organisation
from praya.apps.people.rules import (
    AffiliationState,
    AlreadyAsked,
    AlreadyVerified,
    OrganisationKnown,
    RegistrationMoved,
    RegistrationUnchanged,
    RequestSettled,
    check_evidence,
    check_name,
    one_line,
)
from praya.core.actor import Actor
from praya.core.programme.parts import OrganisationKind
from praya.core.refusal import NotFound


@transaction.atomic
def register_organisation(
    *,
    name: str,
    kind: OrganisationKind,
    by: Actor,
    now: datetime,
    name_zh: str = "",
    place: str = "HK",
    registry: str = "",
    registry_number: str = "",
) -> Organisation:
    """Enter an organisation in the register; who does becomes its first manager.

    Raises:
        NotAllowed: nobody has signed in.
        NameMissing: neither name was given.
        OrganisationKnown: the registry number stands in the register; join that one instead.

    """
    person_id = known_person_id(by, "organisation.register")
    name, name_zh = one_line(name), one_line(name_zh)
    check_name(name, name_zh)
    organisation = Organisation(
        name=name or name_zh,
        name_zh=name_zh,
        kind=kind.value,
        place=place,
        registry=one_line(registry),
        registry_number=one_line(registry_number),
        registered_at=now,
    )
    _check_number_is_new(organisation)
    organisation.save()
    Affiliation.objects.create(
        person_id=person_id,
        organisation=organisation,
        state=AffiliationState.ACTIVE.value,
        is_manager=True,
        asked_at=now,
        settled_at=now,
        settled_by_id=person_id,
    )
    record(
        "organisation.registered",
        subject=("organisation", str(organisation.pk)),
        by=by,
        now=now,
        name=organisation.name,
    )
    return organisation


@transaction.atomic
def join_organisation(*, organisation_id: int, by: Actor, now: datetime) -> Affiliation:
    """Ask to belong to an organisation; one of its managers answers. One may ask again later.

    Raises:
        NotAllowed: nobody has signed in.
        NotFound: there is no such organisation.
        AlreadyAsked: the person belongs to it, or waits for the answer.

    """
    person_id = known_person_id(by, "organisation.join")
    if not Organisation.objects.filter(pk=organisation_id).exists():
        raise NotFound(kind="organisation", key=organisation_id)
    affiliation, _is_new = Affiliation.objects.select_for_update().get_or_create(
        person_id=person_id,
        organisation_id=organisation_id,
        defaults={"state": AffiliationState.ENDED.value, "asked_at": now},
    )
    if affiliation.state in {AffiliationState.ASKED, AffiliationState.ACTIVE}:
        raise AlreadyAsked(state=affiliation.state)
    affiliation.state = AffiliationState.ASKED.value
    affiliation.asked_at, affiliation.settled_at, affiliation.settled_by = now, None, None
    affiliation.is_manager = False
    affiliation.save()
    record(
        "organisation.join_asked",
        subject=("organisation", str(organisation_id)),
        by=by,
        now=now,
        person_id=person_id,
    )
    return affiliation


@transaction.atomic
def answer_join_request(
    *, affiliation_id: int, accept: bool, by: Actor, now: datetime
) -> Affiliation:
    """Let somebody into an organisation, or not. The same answer twice is one answer.

    Raises:
        NotFound: there is no such request.
        NotAllowed: ``by`` does not manage the organisation.
        RequestSettled: it was answered otherwise before.

    """
    affiliation = Affiliation.objects.select_for_update().filter(pk=affiliation_id).first()
    if affiliation is None:
        raise NotFound(kind="join request", key=affiliation_id)
    check_manages(by, affiliation.organisation_id, "organisation.answer_join_request")
    answer = AffiliationState.ACTIVE if accept else AffiliationState.REFUSED
    if affiliation.state == answer:
        return affiliation
    if affiliation.state != AffiliationState.ASKED:
        raise RequestSettled(state=affiliation.state)
    affiliation.state = answer.value
    affiliation.settled_at, affiliation.settled_by_id = now, by.person_id
    affiliation.save(update_fields=["state", "settled_at", "settled_by"])
    record(
        "organisation.joined" if accept else "organisation.join_refused",
        subject=("organisation", str(affiliation.organisation_id)),
        by=by,
        now=now,
        person_id=affiliation.person_id,
    )
    return affiliation


@transaction.atomic
def verify_organisation(
    *, organisation_id: int, by: Actor, now: datetime, seen: str | None = None
) -> Organisation:
    """Say that the organisation is what its entry says, after looking at the register.

    ``seen`` is the registration that was looked at, where that is known.

    Raises:
        NotAllowed: ``by`` is neither an officer of a programme nor a site admin.
        NotFound: there is no such organisation.
        AlreadyVerified: somebody has said so before.
        RegistrationMoved: the entry says something else than what was looked at.

    """
    check_may_verify(by)
    organisation = _for_update(organisation_id)
    if organisation.verified_at is not None:
        raise AlreadyVerified(at=organisation.verified_at)
    if seen not in {None, organisation.registration}:
        raise RegistrationMoved(registration=organisation.registration)
    organisation.verified_at, organisation.verified_by_id = now, by.person_id
    organisation.save(update_fields=["verified_at", "verified_by"])
    record("organisation.verified", subject=("organisation", str(organisation.pk)), by=by, now=now)
    return organisation


@transaction.atomic
def change_registration(
    *,
    organisation_id: int,
    evidence: str,
    by: Actor,
    now: datetime,
    place: str | None = None,
    registry: str | None = None,
    registry_number: str | None = None,
) -> Organisation:
    """Say where an organisation is registered now; what is not given stays.

    Nobody has checked the new entry, so an officer is asked to. Drafts are judged by it when they
    are submitted; what was submitted stays as it was judged, with the registration it names. The
    organisation's other managers are told.

    Raises:
        NotFound: there is no such organisation.
        NotAllowed: ``by`` neither manages it nor may check it.
        EvidenceMissing: nothing is said to show it.
        RegistrationUnchanged: that is how it is registered.
        OrganisationKnown: the number stands in the register as another organisation's.

    """
    organisation = _for_update(organisation_id)
    check_may_change_registration(by, organisation_id)
    check_evidence(evidence)
    before, was_verified = organisation.registration, organisation.verified_at is not None
    given = {"place": place, "registry": registry, "registry_number": registry_number}
    for name, value in given.items():
        if value is not None:
            setattr(organisation, name, one_line(value))
    if organisation.registration == before:
        raise RegistrationUnchanged(registration=before)
    _check_number_is_new(organisation)
    organisation.verified_at = organisation.verified_by = None
    organisation.save()
    facts = {"before": before, "after": organisation.registration, "evidence": evidence.strip()}
    record(
        "organisation.registration_changed",
        subject=("organisation", str(organisation.pk)),
        by=by,
        now=now,
        **facts,
        was_verified=was_verified,
    )
    _tell_managers(organisation, facts, by)
    return organisation


def _for_update(organisation_id: int) -> Organisation:
    organisation = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound(kind="organisation", key=organisation_id)
    return organisation


def _check_number_is_new(organisation: Organisation) -> None:
    """Refuse a number that is another's: a register is a country's, whichever part is written."""
    if not organisation.registry_number:
        return
    known = Organisation.objects.filter(
        place__startswith=organisation.place.partition("-")[0],
        registry__iexact=organisation.registry,
        registry_number__iexact=organisation.registry_number,
    ).exclude(pk=organisation.pk)
    if found := known.first():
        raise OrganisationKnown(organisation_id=found.pk, name=found.name)


def _tell_managers(organisation: Organisation, facts: dict[str, str], by: Actor) -> None:
    managers = organisation.affiliations.filter(
        state=AffiliationState.ACTIVE.value, is_manager=True
    ).exclude(person=by.person_id)
    for one in managers.select_related("person"):
        send_letter(
            "organisation.registration_changed",
            to=one.person,
            organisation=organisation.pk,
            called=organisation.name,
            called_zh=organisation.name_zh,
            **facts,
        )
