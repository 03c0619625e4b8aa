"""What holds for reviews on paper, in this app only; marks and ranks are in ``core.review``."""

from __future__ import annotations

from enum import StrEnum


class ReviewState(StrEnum):
    """Where one reviewer's work on one application stands."""

    TO_DECLARE = "to-declare"  # a conflict must be declared or denied before the case opens
    CONFLICTED = "conflicted"
    OPEN = "open"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class ConflictKind(StrEnum):
    """Grounds of a conflict."""

    NONE = "none"
    SAME_ORGANISATION = "same-organisation"
    CO_AUTHOR = "co-author"
    ADVISER = "adviser"
    FINANCIAL = "financial"
    RELATIVE = "relative"
    OTHER = "other"
