"""Refusals about people and organisations."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.people.rules import AffiliationState
from praya.core.refusal import Refusal
from praya.words.dates import instant


def _name_missing(refusal: Refusal) -> str:
    del refusal
    return _("A name is missing. Give one in English or in Chinese; both are welcome.")


def _address_taken(refusal: Refusal) -> str:
    return _(
        "Somebody signs in with %(email)s already. Use another address, or set a new password "
        "for that one."
    ) % {"email": refusal.email}


def _organisation_known(refusal: Refusal) -> str:
    return _(
        "%(name)s is registered here under this number already. Open its page and ask to join; "
        "one of its managers will let you in."
    ) % {"name": refusal.name}


def _already_asked(refusal: Refusal) -> str:
    if refusal.state == AffiliationState.ACTIVE:
        return _("You belong to this organisation already. There is nothing more to do.")
    return _("You have asked to join before. One of the organisation's managers will answer.")


def _request_settled(refusal: Refusal) -> str:
    if refusal.state == AffiliationState.ACTIVE:
        return _("Another manager has let this person in already.")
    return _("This request was answered before. The person may ask again.")


def _not_belonging(refusal: Refusal) -> str:
    if refusal.state == AffiliationState.ASKED:
        return _("This person asks to join and is not in yet. Answer the request instead.")
    return _("This person does not belong to the organisation, so nothing was changed.")


def _last_manager(refusal: Refusal) -> str:
    del refusal
    return _(
        "This is the organisation's only manager, and without one nobody could let people in. Make "
        "another member a manager first."
    )


def _already_verified(refusal: Refusal) -> str:
    del refusal
    return _("This organisation was verified before. There is nothing more to do.")


def _evidence_missing(refusal: Refusal) -> str:
    del refusal
    return _(
        "It is not said what shows the new registration. Name the document or the entry in the "
        "register; an officer checks it by that."
    )


def _registration_unchanged(refusal: Refusal) -> str:
    return _("It is registered as %(registration)s already, so nothing was changed.") % {
        "registration": refusal.registration
    }


def _registration_moved(refusal: Refusal) -> str:
    return _(
        "Its registration was changed while you looked: it is %(registration)s now. Nothing was "
        "verified. Open its page and compare the new entry."
    ) % {"registration": refusal.registration}


def _token_days(refusal: Refusal) -> str:
    return ngettext(
        "A token lives from 1 day to %(most)s day. Choose a number of days in between.",
        "A token lives from 1 day to %(most)s days. Choose a number of days in between.",
        refusal.most,
    ) % {"most": refusal.most}


def _token_outlives_maker(refusal: Refusal) -> str:
    return _(
        "A token makes none that is good longer than itself, here until %(until)s. Ask for fewer "
        "days, or make it on the page “Access tokens”."
    ) % {"until": instant(refusal.until)}


def _unix_name_wrong(refusal: Refusal) -> str:
    return _(
        "“%(name)s” is no user name for a member: use small letters, digits, dots, hyphens and "
        "underscores, at most 32, and none of the system's own users."
    ) % {"name": refusal.name}


def _unix_name_taken(refusal: Refusal) -> str:
    return _(
        "Somebody else is called %(name)s on the clusters. Two people cannot share a user there: "
        "give this person another, or take the name back from the other first."
    ) % {"name": refusal.name}


SENTENCES = {
    "people.unix_name_wrong": _unix_name_wrong,
    "people.unix_name_taken": _unix_name_taken,
    "people.name_missing": _name_missing,
    "people.address_taken": _address_taken,
    "people.organisation_known": _organisation_known,
    "people.already_asked": _already_asked,
    "people.not_belonging": _not_belonging,
    "people.last_manager": _last_manager,
    "people.request_settled": _request_settled,
    "people.already_verified": _already_verified,
    "people.evidence_missing": _evidence_missing,
    "people.registration_unchanged": _registration_unchanged,
    "people.registration_moved": _registration_moved,
    "people.token_days_out_of_range": _token_days,
    "people.token_outlives_maker": _token_outlives_maker,
}
