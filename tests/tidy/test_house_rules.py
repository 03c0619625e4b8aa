"""What no linter knows: each rule names what to do instead."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "praya").rglob("*.py"))
WRITTEN = [path for path in SOURCES if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "src" / "praya").rglob("*.html"))


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_files_stay_under_400_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for path in WRITTEN
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}, "split the file into a folder of the same name"


def test_functions_stay_under_70_lines():
    long = []
    for path in WRITTEN:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 70:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert long == [], "keep the branches in the parent and move the leaves out"


def test_modules_say_what_lives_in_them():
    mute = [
        str(path.relative_to(ROOT))
        for path in WRITTEN
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert mute == [], "open the module with one line on what lives in it"


def test_names_are_those_of_the_house():
    banned = {"utils", "common", "manager", "managers", "service", "services", "helpers", "misc"}
    found = [str(path.relative_to(ROOT)) for path in WRITTEN if path.stem in banned]
    assert found == [], "name the file for what it holds (STYLE: words)"


def test_templates_carry_no_script_or_style_of_their_own():
    inline = re.compile(
        r"<style\b|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|\sstyle=\"|\son[a-z]+=\"|javascript:"
    )
    found = []
    for path in TEMPLATES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if inline.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == [], "the policy forbids it: use a class, an attribute, or a file under static/"


def test_templates_load_nothing_from_elsewhere():
    remote = re.compile(r"(?:src|href)=\"(?:https?:)?//[^\"]+\.(?:js|css|woff2?|png|svg)")
    found = [str(path.relative_to(ROOT)) for path in TEMPLATES if remote.search(path.read_text())]
    assert found == [], "vendor the file with its licence (tools/vendor_assets.py)"


def test_no_file_names_a_registry_host_or_a_machines_path():
    # In pieces, so that this file does not name them.
    words = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "registry.np" + "mjs",
        "deb.deb" + "ian.org",
        "/wo" + "rk/",
        "/ro" + "ot/",
    ]
    found = []
    for path in _tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert found == []


def test_nothing_is_left_for_later():
    words = r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b"
    marks = re.compile(words + r"|NotImplementedError|[Cc]oming soon")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*WRITTEN, *TEMPLATES]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert found == [], "do it, or leave it out"


def test_suppressions_state_a_reason():
    bare = re.compile(r"#\s*noqa(?!: [A-Z0-9, ]+ -- )|#\s*type: ignore(?!\[[a-z0-9, -]+\]  # )")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in WRITTEN
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == [], "write: # noqa: CODE -- why, or # type: ignore[code]  # why"


def test_files_stay_under_two_megabytes():
    big = [str(path.relative_to(ROOT)) for path in _tracked() if path.stat().st_size > 2_000_000]
    assert big == []
