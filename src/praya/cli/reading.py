"""Files that people write: answers as YAML, of which JSON is a part, and tables as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from praya.cli.trouble import Trouble
from praya.cli.words import _

if TYPE_CHECKING:
    from yaml import Mark

_BYTES_MAX = 2 * 1024 * 1024
_DOCUMENT_KIB_MAX = 256 * 1024


def content_of(file: Path, *, kib_max: int = _DOCUMENT_KIB_MAX) -> bytes:
    """What a file holds. One of more than ``kib_max``, or without an end, is not read further."""
    try:
        with file.open("rb") as source:
            content = source.read(kib_max * 1024 + 1)
    except OSError as error:
        said = _("%(path)s cannot be read: %(why)s") % {"path": file, "why": error}
        raise Trouble(said) from error
    if len(content) > kib_max * 1024:
        raise _too_large(file, kib_max)
    return content


def fields_of(file: Path) -> dict[str, Any]:
    """The fields of a file, as JSON can carry them (days become texts)."""
    import yaml  # noqa: PLC0415 -- slow to load, and few commands need it

    try:
        with file.open("rb") as source:
            content = source.read(_BYTES_MAX + 1)
        if len(content) > _BYTES_MAX:
            raise Trouble(_("%s is too large to be a file of answers.") % file)
        read = yaml.safe_load(content.decode())
    except OSError as error:
        raise Trouble(
            _("%(file)s cannot be read: %(error)s") % {"file": file, "error": error.strerror}
        ) from error
    except yaml.MarkedYAMLError as error:
        raise _no_yaml(file, error.problem_mark or error.context_mark) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise Trouble(
            _("%s is no text in UTF-8, or holds characters that cannot be seen.") % file
        ) from error
    if not isinstance(read, dict):
        raise Trouble(_("%s holds no “name: value” lines.") % file)
    fields: dict[str, Any] = json.loads(json.dumps(read, default=str))
    return fields


def pairs_of(file: TextIO) -> Iterator[tuple[str, str]]:
    """The first two fields of each line that has as many, of a file that is read to a bound."""
    try:
        text = file.read(_BYTES_MAX + 1)
        if len(text) > _BYTES_MAX:
            raise _too_large(file.name, _BYTES_MAX // 1024)
        for line in csv.reader(StringIO(text)):
            if len(line) > 1:
                yield line[0].strip(), line[1].strip()
    except (csv.Error, UnicodeDecodeError) as error:
        said = {"file": file.name, "error": error}
        raise Trouble(_("%(file)s cannot be read: %(error)s") % said) from error


def _too_large(file: Path | str, kib_max: int) -> Trouble:
    said = _("%(file)s has more than %(size)s KiB, so it was not read.")
    return Trouble(said % {"file": file, "size": kib_max})


def _no_yaml(file: Path, mark: Mark | None) -> Trouble:
    assert mark is not None, file
    return Trouble(
        _(
            "%(file)s:%(line)s:%(column)s: it cannot be read as YAML or JSON from here on. Check "
            "indentation, quotation marks and brackets."
        )
        % {"file": file, "line": mark.line + 1, "column": mark.column + 1}
    )
