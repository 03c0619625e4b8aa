"""Who may see and do what with reviews. A reviewer's name never reaches the applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.apps.reviews.models import Review
from praya.apps.reviews.rules import CASE_OPENED, ReviewState
from praya.core.actor import Actor, Role

if TYPE_CHECKING:
    from praya.apps.applications.models import Application


def may_see_reviews(actor: Actor, application: Application) -> bool:
    """Officer and auditor, unless the application is their own.

    The committee sees them in its case, which the app above shows.
    """
    code = application.programme.code
    return _is_not_theirs(actor, application) and actor.holds(code, Role.OFFICER, Role.AUDITOR)


def may_assign(actor: Actor, application: Application) -> bool:
    """An officer, unless the application is their own; who recused themselves is asked apart."""
    return _is_not_theirs(actor, application) and actor.holds(
        application.programme.code, Role.OFFICER
    )


def is_reviewer(actor: Actor, review: Review) -> bool:
    """Whose review it is, while they are a reviewer of the programme."""
    return (
        actor.holds(review.application.programme.code, Role.REVIEWER)
        and review.reviewer_id == actor.person_id
    )


def may_open_case(actor: Actor, review: Review) -> bool:
    """The reviewer, once a conflict has been denied."""
    return is_reviewer(actor, review) and ReviewState(review.state) in CASE_OPENED


def reviews_cases(actor: Actor) -> bool:
    """Whether the actor is a reviewer of any programme."""
    return bool(actor.programmes_as(Role.REVIEWER))


def _is_not_theirs(actor: Actor, application: Application) -> bool:
    return actor.is_known and application.lead_id != actor.person_id
