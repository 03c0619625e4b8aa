"""Fetches the style sheet, the script and the icons of the pages, and writes their origin.

    python tools/vendor_assets.py

Packages are taken with ``npm pack`` from whatever registry npm is set to, so none is named here.
Licence files of packages that carry none are kept by hand and left alone.
"""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "src" / "praya" / "web" / "static" / "vendor"
ICONS = [
    "alert-triangle",
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "arrows-sort",
    "ban",
    "bell",
    "book",
    "building",
    "calendar-event",
    "chart-bar",
    "check",
    "checks",
    "chevron-down",
    "chevron-right",
    "circle-check",
    "circle-dashed",
    "circle-x",
    "clipboard-list",
    "clock",
    "coins",
    "cpu",
    "database",
    "download",
    "edit",
    "external-link",
    "eye",
    "file-text",
    "filter",
    "gavel",
    "help-circle",
    "history",
    "home",
    "hourglass",
    "info-circle",
    "key",
    "language",
    "list",
    "lock",
    "login",
    "logout",
    "mail",
    "menu-2",
    "message",
    "minus",
    "moon",
    "player-pause",
    "player-play",
    "player-stop",
    "plus",
    "printer",
    "receipt",
    "refresh",
    "report-money",
    "scale",
    "search",
    "send",
    "server",
    "settings",
    "shield-check",
    "star",
    "sun",
    "sun-moon",
    "terminal-2",
    "trash",
    "upload",
    "user",
    "user-plus",
    "users",
    "wallet",
    "x",
]


@dataclass(frozen=True, slots=True)
class Package:
    """One package and the licence it is under."""

    folder: str
    name: str
    version: str
    licence: str


TABLER = Package(
    "tabler", "@tabler/core", "1.6.1", "MIT (Tabler; and Bootstrap, which it contains)"
)
HTMX = Package("htmx", "htmx.org", "2.0.11", "0BSD")
TABLER_ICONS = Package("tabler-icons", "@tabler/icons", "3.51.0", "MIT")


def main() -> None:
    """Fetch all three packages and write what pages need of them."""
    tabler = fetched(TABLER)
    style = without_source_map(tabler["dist/css/tabler.min.css"].decode())
    write(
        TABLER,
        {"tabler.min.css": style.encode()},
        note="`tabler.min.css` is the package's file without its source map line.",
    )
    htmx = fetched(HTMX)
    write(HTMX, {"htmx.min.js": htmx["dist/htmx.min.js"], "LICENSE": htmx["LICENSE"]})
    icons = fetched(TABLER_ICONS)
    write(
        TABLER_ICONS,
        {"sprite.svg": sprite(icons), "LICENSE": icons["LICENSE"]},
        note="`sprite.svg` gathers the outline icons that `tools/vendor_assets.py` lists.",
    )


def fetched(package: Package) -> dict[str, bytes]:
    """The files of a package by path."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        archive = next(Path(folder).glob("*.tgz")).read_bytes()
    files = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            opened = tar.extractfile(member)
            if opened is not None:
                files[member.name.removeprefix("package/")] = opened.read()
    return files


def without_source_map(style: str) -> str:
    """The style sheet without the comment that would make browsers and tools look for a map."""
    return re.sub(r"\s*/\*# sourceMappingURL=\S+ \*/\s*$", "\n", style)


def sprite(icons: dict[str, bytes]) -> bytes:
    """One SVG with a symbol for each icon."""
    symbols = []
    for name in ICONS:
        source = icons[f"icons/outline/{name}.svg"].decode()
        inner = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", source, flags=re.DOTALL)
        inner = re.sub(r"\s*\n\s*", "", inner)
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
        )
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([head, *symbols, "</svg>", ""]).encode()


def write(package: Package, files: dict[str, bytes], note: str = "") -> None:
    """Write the files and the page about their origin."""
    folder = VENDOR / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    seals = "".join(
        f"| `{name}` | `{hashlib.sha256((folder / name).read_bytes()).hexdigest()}` |\n"
        for name in sorted(path.name for path in folder.iterdir() if path.name != "ORIGIN.md")
    )
    (folder / "ORIGIN.md").write_text(
        f"# Origin\n\n`{package.name}` {package.version} from the npm registry. "
        f"Licence: {package.licence}.\n{note and chr(10) + note + chr(10)}\n"
        f"| file | SHA-256 |\n|---|---|\n{seals}\n"
        "To refresh: change the version in `tools/vendor_assets.py` and run it.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
