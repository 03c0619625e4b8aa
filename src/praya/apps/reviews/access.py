"""Who may see and do what with reviews. A reviewer's name never reaches the applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.apps.applications.access import is_of_applicants
from praya.apps.reviews.models import Review
from praya.apps.reviews.rules import CASE_OPENED, ReviewState
from praya.core.actor import Actor, Role

if TYPE_CHECKING:
    from praya.apps.applications.models import Application


def may_see_reviews(actor: Actor, application: Application) -> bool:
    """Officer and auditor, unless the application is theirs or of their organisation.

    The committee sees them in its case, which the app above shows.
    """
    code = application.programme.code
    return actor.holds(code, Role.OFFICER, Role.AUDITOR) and not is_of_applicants(
        actor.person_id, application
    )


def may_assign(actor: Actor, application: Application) -> bool:
    """An officer, unless the application is theirs or of their organisation.

    Who recused themselves is asked apart.
    """
    code = application.programme.code
    return actor.holds(code, Role.OFFICER) and not is_of_applicants(actor.person_id, application)


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
