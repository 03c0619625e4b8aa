"""The tokens kept for this person, one a server, in a file only they can read."""

from __future__ import annotations

import json
import os
from pathlib import Path

from platformdirs import user_config_path


def _file() -> Path:
    return user_config_path("praya") / "tokens.json"


def _read() -> dict[str, str]:
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def token_for(server: str) -> str | None:
    """The token for a server: ``PRAYA_TOKEN`` first, then the one kept by ``praya login``."""
    return os.environ.get("PRAYA_TOKEN") or _read().get(server)


def keep_token(server: str, token: str | None) -> Path:
    """Keep a token for a server, or forget it. Answers the file it stands in."""
    tokens = _read()
    if token is None:
        tokens.pop(server, None)
    else:
        tokens[server] = token
    path = _file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(tokens, out, indent=1)
    fresh.replace(path)
    return path
