"""What changes applications, by who does it: the applicant, the desk, and the apps above."""

from praya.apps.applications.commands.asking import (
    answer_question,
    ask_applicant,
    take_back_question,
)
from praya.apps.applications.commands.drafting import (
    add_attachment,
    begin_application,
    remove_attachment,
    save_draft,
)
from praya.apps.applications.commands.excluding import exclude_organisation
from praya.apps.applications.commands.moving import (
    finish_agreement,
    finish_review,
    hand_over,
    mark_decided,
    mark_outcome,
)
from praya.apps.applications.commands.screening import (
    fail_stage,
    pass_stage,
    reopen_case,
    reopen_contested,
    return_application,
)
from praya.apps.applications.commands.storing import stored, sweep_documents
from praya.apps.applications.commands.submitting import submit_application, withdraw_application

__all__ = [
    "add_attachment",
    "answer_question",
    "ask_applicant",
    "begin_application",
    "exclude_organisation",
    "fail_stage",
    "finish_agreement",
    "finish_review",
    "hand_over",
    "mark_decided",
    "mark_outcome",
    "pass_stage",
    "remove_attachment",
    "reopen_case",
    "reopen_contested",
    "return_application",
    "save_draft",
    "stored",
    "submit_application",
    "sweep_documents",
    "take_back_question",
    "withdraw_application",
]
