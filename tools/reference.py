"""Writes the reference pages that the code knows: ``python tools/reference.py write | check``."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pkgutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praya.config.settings_tests")
os.environ["PRAYA_LANGUAGE"] = "en"
os.environ.setdefault("PRAYA_HOME", tempfile.mkdtemp(prefix="praya-reference-"))

import django  # noqa: E402 -- the settings come first

django.setup()

import praya  # noqa: E402 -- as above
from praya.config.environment import SETTINGS  # noqa: E402 -- as above
from praya.core.programme.reference import reference_markdown  # noqa: E402 -- as above
from praya.core.refusal import Refusal  # noqa: E402 -- as above

_NOTE = "<!-- Written by tools/reference.py; change the code, then run ./run generate. -->\n"


def settings_page() -> str:
    """Every environment variable with default and meaning."""
    lines = [_NOTE, "# Settings", "", "Praya is set by environment variables only.", ""]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "empty"
        lines += [f"## {setting.name}", "", setting.meaning, "", f"Default: {default}", ""]
    return "\n".join(lines)


def refusals_page() -> str:
    """Every refusal with its code, what it says of itself, and the sentence a person reads."""
    for module in pkgutil.walk_packages(praya.__path__, "praya."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    lines = [
        _NOTE,
        "# Refusals",
        "",
        (
            "A refusal is an anticipated no. The API answers it with its code, a sentence and the "
            "facts; the code is stable."
        ),
        "",
    ]
    for code, refusal in Refusal.every_code().items():
        lines += [f"## {code}", "", inspect.cleandoc(refusal.__doc__ or ""), ""]
    return "\n".join(lines)


def commands_page() -> str:
    """Every command of the terminal program, as its own help says."""
    import typer.main
    from typer.core import TyperGroup

    from praya.config.terminal import program

    root = typer.main.get_command(program())
    lines = [
        _NOTE,
        "# Commands",
        "",
        "The terminal program is `praya` (`./run praya` in a checkout).",
        "",
    ]

    def walk(command: object, path: str) -> None:
        context = typer.Context(command, info_name=path, max_content_width=96, terminal_width=96)  # type: ignore[arg-type]  # a command of typer
        lines.extend([f"## {path}", "", "```text", command.get_help(context).strip(), "```", ""])  # type: ignore[attr-defined]  # as above
        if isinstance(command, TyperGroup):
            for name in sorted(command.commands):
                walk(command.commands[name], f"{path} {name}")

    walk(root, "praya")
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def api_page() -> str:
    """Every address of the API with what it takes; the OpenAPI document says the rest."""
    from praya.api.wiring import api

    document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    lines = [
        _NOTE,
        "# API",
        "",
        (
            "The full description is served at `/api/v1/openapi.json`. Lists come in pages of at "
            "most 200: `limit`, and `after` with the `next` of the page before. Signing up, "
            "passwords and second factors are on the web only."
        ),
        "",
    ]
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            lines += [f"## {method.upper()} {path}", "", operation["summary"] + ".", ""]
            if operation.get("description"):
                lines += [operation["description"], ""]
            taken = [*_parameters(operation), *_body_fields(operation, document)]
            lines += [*taken, ""] if taken else []
    return "\n".join(lines)


def _parameters(operation: dict[str, Any]) -> list[str]:
    return [
        f"- `{one['name']}` in the {one['in']}{'' if one.get('required') else ' (optional)'}"
        for one in operation.get("parameters", [])
    ]


def _body_fields(operation: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """The fields of what is sent, each with what is needed of it."""
    answer = []
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        needed = schema.get("required", [])
        answer += [
            f"- `{name}` in the body{'' if name in needed else ' (optional)'}"
            for name in schema.get("properties", {})
        ]
    return answer


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "refusals.md": refusals_page,
    "commands.md": commands_page,
    "api.md": api_page,
    "programme-file.md": reference_markdown,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or say which ones are out of date."""
    folder = ROOT / "docs" / "reference"
    stale = []
    for name, made in PAGES.items():
        text = made()
        page = folder / name
        if arguments == ["write"]:
            page.write_text(text, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(f"Out of date: {', '.join(stale)}. Run: ./run generate")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
