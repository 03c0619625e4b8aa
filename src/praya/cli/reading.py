"""Files of answers that people write: YAML, of which JSON is a part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from praya.cli.trouble import Trouble
from praya.cli.words import _

_BYTES_MAX = 2 * 1024 * 1024


def fields_of(file: Path) -> dict[str, Any]:
    """The fields of a file, as JSON can carry them (days become texts)."""
    import yaml  # noqa: PLC0415 -- slow to load, and few commands need it

    try:
        if file.stat().st_size > _BYTES_MAX:
            raise Trouble(_("%s is too large to be a file of answers.") % file)
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Trouble(
            _("%(file)s cannot be read: %(error)s") % {"file": file, "error": error}
        ) from error
    if not isinstance(read, dict):
        raise Trouble(_("%s holds no “name: value” lines.") % file)
    fields: dict[str, Any] = json.loads(json.dumps(read, default=str))
    return fields
