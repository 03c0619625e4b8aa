"""What holds for people and organisations on paper."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from praya.core.execution.names import is_member_name
from praya.core.refusal import Refusal


class AffiliationState(StrEnum):
    """Where a person's wish to belong to an organisation stands."""

    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"


class TokenScope(StrEnum):
    """What a personal token may be used for."""

    READ = "read"
    WRITE = "write"


TOKEN_DAYS = 90
TOKEN_DAYS_MAX = 366
_OF_THE_SYSTEM = frozenset({"root", "slurm", "munge"})


class NameMissing(Refusal):
    """A person or an organisation needs a name in English or in Chinese."""

    code = "people.name_missing"


class AddressTaken(Refusal):
    """Somebody signs in with this e-mail address already."""

    code = "people.address_taken"


class OrganisationKnown(Refusal):
    """An organisation stands in the register under this number; ``organisation_id``, ``name``."""

    code = "people.organisation_known"


class AlreadyAsked(Refusal):
    """The person belongs to the organisation, or has asked to; ``state`` says which."""

    code = "people.already_asked"


class RequestSettled(Refusal):
    """A request to join was answered before; ``state`` is the answer."""

    code = "people.request_settled"


class NotBelonging(Refusal):
    """The person does not belong to the organisation now; ``state`` says how they stand to it."""

    code = "people.not_belonging"


class LastManager(Refusal):
    """The person is the only manager of ``organisation_id``; nobody else could let people in."""

    code = "people.last_manager"


class AlreadyVerified(Refusal):
    """Somebody has checked the organisation before."""

    code = "people.already_verified"


class EvidenceMissing(Refusal):
    """A registration is changed with what shows the new one."""

    code = "people.evidence_missing"


class RegistrationUnchanged(Refusal):
    """The organisation is registered so already: ``registration``."""

    code = "people.registration_unchanged"


class RegistrationMoved(Refusal):
    """What was looked at is not what the entry says now: ``registration``."""

    code = "people.registration_moved"


class TokenDaysOutOfRange(Refusal):
    """A token lives from one day to ``most`` days; ``days`` were asked for."""

    code = "people.token_days_out_of_range"


class TokenOutlivesMaker(Refusal):
    """A token is made with one that ends before it, at the instant ``until``."""

    code = "people.token_outlives_maker"


class UnixNameWrong(Refusal):
    """No member of an award can be called ``name`` on a cluster."""

    code = "people.unix_name_wrong"


class UnixNameTaken(Refusal):
    """Somebody else is called ``name`` on the clusters."""

    code = "people.unix_name_taken"


def one_line(name: str) -> str:
    r"""A name as it is kept: on one line, with no sign that steers a terminal or a mail's head.

    >>> one_line(" Wan\r\nBcc:\x1b[2J ")
    'Wan Bcc: [2J'
    """
    seen = (" " if unicodedata.category(sign) == "Cc" else sign for sign in name)
    return " ".join("".join(seen).split())


def check_name(name: str, name_zh: str) -> None:
    """Refuse a person or an organisation without any name."""
    if not (name.strip() or name_zh.strip()):
        raise NameMissing


def check_evidence(evidence: str) -> None:
    """Refuse a changed registration that nothing is said to show."""
    if not evidence.strip():
        raise EvidenceMissing


def end_of_token(days: int | None, *, now: datetime, until: datetime | None = None) -> datetime:
    """When a token ends that is made now; refuse one that would live no day, or more than a year.

    One that is made with another token ends with that one, ``until``, at the latest. Where nobody
    says how many days, it is good for 90, or up to that instant.
    """
    lives = TOKEN_DAYS if days is None else days
    if not 1 <= lives <= TOKEN_DAYS_MAX:
        raise TokenDaysOutOfRange(days=lives, most=TOKEN_DAYS_MAX)
    ends = now + timedelta(days=lives)
    if until is None or ends <= until:
        return ends
    if days is not None or until <= now:
        raise TokenOutlivesMaker(until=until)
    return until


def check_unix_name(name: str) -> None:
    """Refuse what no cluster takes as a user, and the users that run the cluster itself."""
    if not is_member_name(name) or name in _OF_THE_SYSTEM:
        raise UnixNameWrong(name=name)
