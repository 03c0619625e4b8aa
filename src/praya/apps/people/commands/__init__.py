"""What changes people, organisations and tokens; and the one way to write the audit trail."""

from praya.apps.people.commands.accounts import (
    add_person,
    choose_language,
    set_unix_name,
    sign_up,
    update_profile,
)
from praya.apps.people.commands.belonging import (
    end_affiliation,
    leave_organisation,
    make_manager,
)
from praya.apps.people.commands.organisations import (
    answer_join_request,
    join_organisation,
    register_organisation,
    verify_organisation,
)
from praya.apps.people.commands.tokens import make_token, note_token_used, revoke_token
from praya.apps.people.commands.trail import record

__all__ = [
    "add_person",
    "answer_join_request",
    "choose_language",
    "end_affiliation",
    "join_organisation",
    "leave_organisation",
    "make_manager",
    "make_token",
    "note_token_used",
    "record",
    "register_organisation",
    "revoke_token",
    "set_unix_name",
    "sign_up",
    "update_profile",
    "verify_organisation",
]
