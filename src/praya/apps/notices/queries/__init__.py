"""What can be asked about notices, warnings and hooks."""

from praya.apps.notices.queries.hooks import (
    Message,
    deliveries_of,
    due_hooks,
    hook_of,
    hooks_of,
    next_message,
)
from praya.apps.notices.queries.letters import (
    digest_readers,
    due_letters,
    letter_for_update,
    letter_of,
    letters_of,
    preview_of,
    programme_of_code,
    site_zone,
    subject_in,
    warnings_to,
    wish_of,
    wishes_of,
)
from praya.apps.notices.queries.warnings import (
    outlook_of,
    outlooks_of,
    running_awards,
    told_before,
    told_of,
)

__all__ = [
    "Message",
    "deliveries_of",
    "digest_readers",
    "due_hooks",
    "due_letters",
    "hook_of",
    "hooks_of",
    "letter_for_update",
    "letter_of",
    "letters_of",
    "next_message",
    "outlook_of",
    "outlooks_of",
    "preview_of",
    "programme_of_code",
    "running_awards",
    "site_zone",
    "subject_in",
    "told_before",
    "told_of",
    "warnings_to",
    "wish_of",
    "wishes_of",
]
