"""What holds for people and organisations on paper."""

from __future__ import annotations

from enum import StrEnum

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


class NameMissing(Refusal):
    """A person or an organisation needs a name in English or in Chinese."""

    code = "people.name_missing"
