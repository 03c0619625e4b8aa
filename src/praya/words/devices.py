"""Device models by the names that people know them by."""

from __future__ import annotations

from praya.apps.clusters.queries import device_models
from praya.core.programme.document import ProgrammeRules


def device_names() -> dict[str, str]:
    """Vendor and name of every device model of the site, by code."""
    return {each.code: str(each) for each in device_models()}


def device_with_code(code: str) -> str:
    """The name with the code that people type, as a refusal says it. One query."""
    name = device_names().get(code)
    return code if name is None else f"{name} ({code})"


def device_names_in(rules: ProgrammeRules) -> dict[str, str]:
    """Vendor and name of every device model of a programme, by code."""
    return {each.code: f"{each.vendor} {each.name}" for each in rules.device_models}
