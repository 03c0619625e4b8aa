"""People, organisations and tokens by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from praya.api.callers import caller, calling_token
from praya.api.fields import Email, Line, NumberInPath, Whole
from praya.api.paging import Page, Paging, page_of
from praya.apps.enforcement.commands import name_person
from praya.apps.people import commands, queries
from praya.apps.people.rules import TokenScope
from praya.core.programme.parts import OrganisationKind, Place
from praya.words import clock
from praya.words.roles import ROLES

_Name = Annotated[Line, Field(max_length=200)]
router = Router(tags=["people"])


class RoleHeldOut(Schema):
    """A role held in a programme; ``*`` stands for the whole site."""

    programme: str
    role: str
    role_word: str


class MeOut(Schema):
    """Who calls; ``called`` is the name in the language asked for."""

    called: str
    name: str
    name_zh: str
    email: str
    language: str
    appointments: list[RoleHeldOut]


class ProfileIn(Schema):
    """One's own names and language."""

    name: _Name = ""
    name_zh: _Name = ""
    language: Annotated[str, Field(pattern=r"^(|en|zh-hant|zh-hans)$")] = ""


class UnixNameIn(Schema):
    """What a person is called on the clusters; empty takes it back.

    With a ``cluster``, on that one alone; empty: they have no user there.
    """

    email: Email
    name: Annotated[Line, Field(max_length=32)] = ""
    cluster: Annotated[Line, Field(max_length=40)] = ""


class UnixNameOut(Schema):
    """What a person is called on the clusters, or on one, and whether that was changed now."""

    email: str
    name: str
    cluster: str
    is_new: bool


class OrganisationIn(Schema):
    """An organisation to enter in the register."""

    name: _Name = ""
    name_zh: _Name = ""
    kind: OrganisationKind
    place: Place = "HK"
    registry: Annotated[Line, Field(max_length=100)] = ""
    registry_number: Annotated[Line, Field(max_length=60)] = ""


class OrganisationOut(Schema):
    """An organisation of the register."""

    id: int
    name: str
    name_zh: str
    kind: str
    place: str
    registry: str
    registry_number: str
    verified_at: datetime | None


class RegistrationIn(Schema):
    """Where an organisation is registered now, and what shows it; what is not given stays."""

    place: Place | None = None
    registry: Annotated[Line, Field(max_length=100)] | None = None
    registry_number: Annotated[Line, Field(max_length=60)] | None = None
    evidence: Annotated[Line, Field(min_length=1, max_length=1000)]


class AffiliationOut(Schema):
    """A person in an organisation, or their wish to be."""

    id: int
    organisation: OrganisationOut
    state: str
    is_manager: bool


class OrganisationMemberOut(Schema):
    """Somebody who belongs to an organisation; ``id`` is that of the membership."""

    id: int
    person: str
    is_manager: bool


class JoinRequestOut(Schema):
    """Somebody who waits to be let in."""

    id: int
    organisation: OrganisationOut
    person: str
    asked_at: datetime


class JoinAnswerIn(Schema):
    """Whether somebody is let in."""

    let_in: bool


class TokenIn(Schema):
    """A token to make."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    scope: TokenScope = TokenScope.READ
    days: Annotated[Whole, Field(ge=1, le=365)] | None = None


class TokenOut(Schema):
    """A token without its secret."""

    id: int
    name: str
    prefix: str
    scope: str
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


class TokenMadeOut(TokenOut):
    """A fresh token; its secret is shown this once."""

    token: str


@router.get("/me", response=MeOut, summary="Who calls")
def me(request: HttpRequest) -> dict[str, Any]:
    by = caller(request)
    assert by.person_id is not None
    person = queries.person_by_id(by.person_id)
    appointments = [
        {"programme": programme, "role": role.value, "role_word": str(ROLES[role])}
        for programme, role in sorted(by.appointments)
    ]
    return {
        "called": str(person),
        "name": person.recorded_name,
        "name_zh": person.name_zh,
        "email": person.email,
        "language": person.language,
        "appointments": appointments,
    }


@router.put(
    "/me",
    response=MeOut,
    summary="Change one's own names and language",
    description="Safe to repeat.",
)
def change_me(request: HttpRequest, profile: ProfileIn) -> dict[str, Any]:
    commands.update_profile(**profile.dict(), by=caller(request), now=clock.now())
    return me(request)


@router.get("/me/tokens", response=list[TokenOut], summary="One's own tokens")
def tokens(request: HttpRequest) -> Any:  # noqa: ANN401 -- rows that the schema reads
    by = caller(request)
    assert by.person_id is not None
    return queries.tokens_of(by.person_id)[:200]


@router.post(
    "/me/tokens",
    response={201: TokenMadeOut},
    summary="Make a token",
    description="Not safe to repeat: each call makes another token. One that is made with a token "
    "ends with that one: it is good no longer, and revoked with it. Without `days` it is good for "
    "90, or as long as the token of the call, if that is shorter. Whoever is signed in on the site "
    "makes tokens that stand for themselves.",
)
def make_token(request: HttpRequest, wish: TokenIn) -> Status[dict[str, Any]]:
    by = caller(request)
    assert by.person_id is not None
    token, plain = commands.make_token(
        person_id=by.person_id,
        **wish.dict(),
        by=by,
        now=clock.now(),
        made_with=calling_token(request),
    )
    return Status(201, TokenOut.from_orm(token).dict() | {"token": plain})


@router.delete(
    "/me/tokens/{token_id}",
    response=TokenOut,
    summary="Revoke a token",
    description="Those that were made with it are revoked, too. Safe to repeat.",
)
def revoke_token(request: HttpRequest, token_id: NumberInPath) -> Any:  # noqa: ANN401 -- a row
    return commands.revoke_token(token_id=token_id, by=caller(request), now=clock.now())


@router.get(
    "/organisations", response=Page[OrganisationOut], summary="The register of organisations"
)
def organisations(request: HttpRequest, paging: Query[Paging], q: Line = "") -> dict[str, Any]:
    del request
    rows = queries.organisations()
    if q:
        rows = rows.filter(name__icontains=q) | rows.filter(name_zh__icontains=q)
    return page_of(rows, paging, _organisations)


def _organisations(rows: list[Any]) -> list[dict[str, Any]]:
    return [OrganisationOut.from_orm(row).dict() for row in rows]


@router.post(
    "/organisations",
    response={201: OrganisationOut},
    summary="Register an organisation",
    description="You manage it then. With a registry number it is refused when repeated.",
)
def register(request: HttpRequest, wish: OrganisationIn) -> Status[Any]:
    made = commands.register_organisation(**wish.dict(), by=caller(request), now=clock.now())
    return Status(201, made)


@router.get("/me/organisations", response=list[AffiliationOut], summary="Where one belongs")
def affiliations(request: HttpRequest) -> Any:  # noqa: ANN401 -- rows that the schema reads
    by = caller(request)
    assert by.person_id is not None
    return queries.affiliations_of(by.person_id)[:200]


@router.post(
    "/organisations/{organisation_id}/join",
    response=AffiliationOut,
    summary="Ask to join",
    description="One of its managers answers. Refused when repeated while the wish waits.",
)
def join(request: HttpRequest, organisation_id: NumberInPath) -> Any:  # noqa: ANN401 -- a row
    by = caller(request)
    return commands.join_organisation(organisation_id=organisation_id, by=by, now=clock.now())


@router.get("/me/join-requests", response=list[JoinRequestOut], summary="Who waits to be let in")
def join_requests(request: HttpRequest) -> list[dict[str, Any]]:
    by = caller(request)
    assert by.person_id is not None
    return [
        {
            "id": row.pk,
            "organisation": row.organisation,
            "person": str(row.person),
            "asked_at": row.asked_at,
        }
        for row in queries.managed_join_requests(by.person_id)[:200]
    ]


@router.post(
    "/join-requests/{affiliation_id}",
    response=AffiliationOut,
    summary="Let in, or not",
    description="Safe to repeat with the same answer; another one is refused.",
)
def answer_join_request(
    request: HttpRequest, affiliation_id: NumberInPath, answer: JoinAnswerIn
) -> Any:  # noqa: ANN401 -- a row
    return commands.answer_join_request(
        affiliation_id=affiliation_id, accept=answer.let_in, by=caller(request), now=clock.now()
    )


@router.post(
    "/organisations/{organisation_id}/verify",
    response=OrganisationOut,
    summary="Verify",
    description="Safe to repeat.",
)
def verify(request: HttpRequest, organisation_id: NumberInPath) -> Any:  # noqa: ANN401 -- a row
    return commands.verify_organisation(
        organisation_id=organisation_id, by=caller(request), now=clock.now()
    )


@router.put(
    "/organisations/{organisation_id}/registration",
    response=OrganisationOut,
    summary="Change where an organisation is registered",
    description="Its managers and officers; an officer checks it again. Refused when repeated.",
)
def change_registration(
    request: HttpRequest, organisation_id: NumberInPath, wish: RegistrationIn
) -> Any:  # noqa: ANN401 -- a row
    return commands.change_registration(
        organisation_id=organisation_id, **wish.dict(), by=caller(request), now=clock.now()
    )


@router.post(
    "/organisations/{organisation_id}/leave",
    response=AffiliationOut,
    summary="Leave",
    description="What one leads stays one's own. Safe to repeat.",
)
def leave(request: HttpRequest, organisation_id: NumberInPath) -> Any:  # noqa: ANN401 -- a row
    by = caller(request)
    return commands.leave_organisation(organisation_id=organisation_id, by=by, now=clock.now())


@router.get(
    "/organisations/{organisation_id}/members",
    response=Page[OrganisationMemberOut],
    summary="Who belongs to an organisation",
)
def members(
    request: HttpRequest, organisation_id: NumberInPath, paging: Query[Paging]
) -> dict[str, Any]:
    rows = queries.members_shown_to(caller(request), organisation_id)
    return page_of(rows, paging, lambda found: [_member(row) for row in found])


def _member(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- an Affiliation
    return {"id": row.pk, "person": str(row.person), "is_manager": row.is_manager}


@router.post(
    "/memberships/{affiliation_id}/manager",
    response=OrganisationMemberOut,
    summary="Make a member a manager",
    description="Managers and site admins. Safe to repeat.",
)
def make_manager(request: HttpRequest, affiliation_id: NumberInPath) -> dict[str, Any]:
    by = caller(request)
    queries.affiliation_to_manage(affiliation_id, by)
    return _member(commands.make_manager(affiliation_id=affiliation_id, by=by, now=clock.now()))


@router.delete(
    "/memberships/{affiliation_id}",
    response=OrganisationMemberOut,
    summary="End a membership",
    description="Managers and site admins. Awards and jobs go on. Safe to repeat.",
)
def end_membership(request: HttpRequest, affiliation_id: NumberInPath) -> dict[str, Any]:
    by = caller(request)
    queries.affiliation_to_manage(affiliation_id, by)
    return _member(commands.end_affiliation(affiliation_id=affiliation_id, by=by, now=clock.now()))


@router.put(
    "/unix-names",
    response=UnixNameOut,
    summary="Say what a person is called on the clusters",
    description="Operators and site admins. Safe to repeat.",
)
def set_unix_name(request: HttpRequest, wish: UnixNameIn) -> dict[str, Any]:
    is_new = name_person(**wish.dict(), by=caller(request), now=clock.now())
    return {**wish.dict(), "is_new": is_new}
