"""What changes people, organisations and tokens; and the one way to write the audit trail."""

from praya.apps.people.commands.accounts import (
    add_person,
    choose_language,
    set_password,
    set_unix_name,
    set_unix_name_there,
    sign_up,
    try_unix_name,
    update_profile,
)
from praya.apps.people.commands.belonging import (
    end_affiliation,
    leave_organisation,
    make_manager,
)
from praya.apps.people.commands.organisations import (
    answer_join_request,
    change_registration,
    join_organisation,
    register_organisation,
    verify_organisation,
)
from praya.apps.people.commands.sending import Sending, sent_once
from praya.apps.people.commands.tokens import make_token, note_token_used, revoke_token
from praya.apps.people.commands.trail import record

__all__ = [
    "Sending",
    "add_person",
    "answer_join_request",
    "change_registration",
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
    "sent_once",
    "set_password",
    "set_unix_name",
    "set_unix_name_there",
    "sign_up",
    "try_unix_name",
    "update_profile",
    "verify_organisation",
]
