"""What changes notices, warnings and hooks."""

from praya.apps.notices.commands.hooks import (
    add_hook,
    deliver_again,
    deliver_hooks,
    forget_deliveries,
    pause_hook,
    remove_hook,
    resume_hook,
)
from praya.apps.notices.commands.letters import (
    Sent,
    bundle_digests,
    cancel_letter,
    choose,
    put_letter,
    send_again,
    send_letters,
)
from praya.apps.notices.commands.warnings import put_warnings

__all__ = [
    "Sent",
    "add_hook",
    "bundle_digests",
    "cancel_letter",
    "choose",
    "deliver_again",
    "deliver_hooks",
    "forget_deliveries",
    "pause_hook",
    "put_letter",
    "put_warnings",
    "remove_hook",
    "resume_hook",
    "send_again",
    "send_letters",
]
