"""What holds for machines on paper."""

from __future__ import annotations

from enum import StrEnum


class CapacityKind(StrEnum):
    """Installed and in service are different figures with dates of their own."""

    INSTALLED = "installed"
    IN_SERVICE = "in-service"
