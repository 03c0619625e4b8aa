"""What others changed on clusters, what is taken over of it, and who is who there, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from praya.api.callers import caller
from praya.api.enforcement import AdoptionOut, StepOut, adoption_shown, facts_of, step_shown
from praya.api.fields import CodeInPath, Email, Line, NumberInPath
from praya.api.paging import Page, Paging, page_of
from praya.apps.enforcement import commands, queries
from praya.words import clock
from praya.words.enforcement import step_sentence
from praya.words.refusals import sentence_for

router = Router(tags=["clusters"])


class DriftOut(Schema):
    """A difference that Praya did not make, and what became of it."""

    id: int
    account: str
    kind: str
    member: str
    device_model: str
    has: str
    wants: str
    found_at: datetime
    changed_by: str
    changed_at: datetime | None
    mended_at: datetime | None
    ignored_at: datetime | None
    reason: str
    sentence: str


class NameIn(Schema):
    """Whom it is about, and what they are called on the clusters."""

    email: Email
    name: Annotated[Line, Field(max_length=32)]


class NamesIn(Schema):
    """A list of names; nothing is said unless ``apply`` is true."""

    names: Annotated[list[NameIn], Field(max_length=5_000)]
    apply: bool = False


class NameGivenOut(Schema):
    """A line of the list, and what becomes of it; ``refusal`` is the code, if it is not taken."""

    email: str
    name: str
    is_new: bool
    refusal: str
    sentence: str


class IgnoreIn(Schema):
    """Why a difference may stay."""

    reason: Annotated[Line, Field(max_length=300)] = ""


class TakeOverIn(Schema):
    """An account made by others, and why it becomes the award's.

    ``award`` is needed where it is called otherwise, or while no awards are held there yet.
    """

    account: Annotated[Line, Field(max_length=100)]
    award: Annotated[Line, Field(max_length=20)] = ""
    reason: Annotated[Line, Field(max_length=300)] = ""


@router.get(
    "/links/{code}/names",
    response=list[NameIn],
    summary="Users of a cluster who are probably members without a name",
    description="A user who is called as a member's address before the @. Nothing is said by this.",
)
def names(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    found = commands.match_names(code=code, by=caller(request))
    return [{"email": email, "name": name} for email, name in found]


@router.post(
    "/unix-names/many",
    response=list[NameGivenOut],
    summary="Say what many people are called on the clusters",
    description="Of members of awards of programmes that one operates. Each line is taken or "
    "refused by itself; without apply nothing is said. Safe to repeat.",
)
def name_people(request: HttpRequest, wish: NamesIn) -> list[dict[str, Any]]:
    rows = [(one.email, one.name) for one in wish.names]
    by, now = caller(request), clock.now()
    done = commands.name_people(rows=rows, is_trial=not wish.apply, by=by, now=now)
    return [
        {
            "email": one.email,
            "name": one.name,
            "is_new": one.is_new,
            "refusal": one.refusal.code if one.refusal else "",
            "sentence": sentence_for(one.refusal) if one.refusal else "",
        }
        for one in done
    ]


class WhichDrift(Schema):
    """Which differences to list; all when left out."""

    account: Annotated[Line, Field(max_length=100)] | None = None
    stands: bool | None = None


@router.get(
    "/links/{code}/drift",
    response=Page[DriftOut],
    summary="Differences that Praya did not make",
    description="Those that stand are neither mended yet nor left as they are.",
)
def drift(
    request: HttpRequest, code: CodeInPath, paging: Query[Paging], which: Query[WhichDrift]
) -> dict[str, Any]:
    rows = queries.drifts_visible_to(caller(request), code)
    asked = {name: value for name, value in which.dict().items() if value is not None}
    return page_of(rows.filter(**asked), paging, lambda found: map(_drift, found))


@router.post(
    "/links/{code}/drift/{drift_id}/ignore",
    response=DriftOut,
    summary="Leave a difference as the cluster has it",
    description="Safe to repeat; the reason given first stands.",
)
def ignore(
    request: HttpRequest, code: CodeInPath, drift_id: NumberInPath, wish: IgnoreIn
) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    drift = commands.ignore_drift(code=code, drift_id=drift_id, reason=wish.reason, by=by, now=now)
    return _drift(drift)


@router.post(
    "/links/{code}/drift/{drift_id}/mend",
    response=DriftOut,
    summary="Mend a difference that was ignored",
    description="The next round mends it. Safe to repeat.",
)
def mend(request: HttpRequest, code: CodeInPath, drift_id: NumberInPath) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    return _drift(commands.heed_drift(code=code, drift_id=drift_id, by=by, now=now))


@router.post(
    "/links/{code}/drift/{drift_id}/adopt",
    response=list[AdoptionOut],
    summary="Take over what the cluster has",
    description=(
        "Fewer cards at once wait for another person to agree, an account closed by hand stays so, "
        "who was let in becomes a member. A limit is refused: the book leads. Safe to repeat."
    ),
)
def adopt(
    request: HttpRequest, code: CodeInPath, drift_id: NumberInPath, wish: IgnoreIn
) -> list[dict[str, Any]]:
    by, now = caller(request), clock.now()
    made = commands.adopt_drift(code=code, drift_id=drift_id, reason=wish.reason, by=by, now=now)
    return [] if made is None else [adoption_shown(made)]


@router.post(
    "/links/{code}/adoptions",
    response={201: AdoptionOut},
    summary="Ask that an account made by others becomes its award's",
    description="Nothing is done until another person agrees. Safe to repeat.",
)
def ask_take_over(
    request: HttpRequest, code: CodeInPath, wish: TakeOverIn
) -> Status[dict[str, Any]]:
    by, now = caller(request), clock.now()
    facts = wish.dict()
    award = facts.pop("award")
    if award:
        made = commands.ask_mapping(code=code, **facts, award_code=award, by=by, now=now)
    else:
        made = commands.ask_take_over(code=code, **facts, by=by, now=now)
    return Status(201, adoption_shown(made))


@router.post(
    "/links/{code}/adoptions/{adoption_id}/agree",
    response=AdoptionOut,
    summary="Agree to what another person asked to take over",
    description="Safe to repeat.",
)
def agree(request: HttpRequest, code: CodeInPath, adoption_id: NumberInPath) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    return adoption_shown(
        commands.agree_adoption(code=code, adoption_id=adoption_id, by=by, now=now)
    )


@router.post(
    "/links/{code}/adoptions/{adoption_id}/give-back",
    response=list[StepOut],
    summary="Give an account that was taken over back as it was",
    description=(
        "Its parent, limits, members and owner are put back, and it is left alone from then on. "
        "Answers the steps that the cluster refused. Safe to repeat."
    ),
)
def give_back(
    request: HttpRequest, code: CodeInPath, adoption_id: NumberInPath
) -> list[dict[str, Any]]:
    by, now = caller(request), clock.now()
    refused = commands.give_back(code=code, adoption_id=adoption_id, by=by, now=now)
    return [step_shown(facts_of(one.step) | {"said": one.said}) for one in refused]


@router.post(
    "/links/{code}/adoptions/{adoption_id}/end",
    response=AdoptionOut,
    summary="Take back what was taken over, or asked to be",
    description="The next round mends it; an account that was taken over stays. Safe to repeat.",
)
def end_adoption(
    request: HttpRequest, code: CodeInPath, adoption_id: NumberInPath
) -> dict[str, Any]:
    by, now = caller(request), clock.now()
    return adoption_shown(commands.end_adoption(code=code, adoption_id=adoption_id, by=by, now=now))


def _drift(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    names = [name for name in DriftOut.model_fields if name != "sentence"]
    return {name: getattr(row, name) for name in names} | {"sentence": step_sentence(row.kind)}
