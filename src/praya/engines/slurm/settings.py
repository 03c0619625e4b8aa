"""What a site says about a Slurm of its own: where it is, and what its cards are called."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from praya.core.execution.port import EngineUnavailable

FILE = "slurm.json"
_WORD = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_FIELDS = frozenset({"cluster", "conf", "models", "mark", "partition"})


@dataclass(frozen=True, slots=True)
class Settings:
    """How a Slurm is reached and read.

    ``cluster`` is its name in the accounting database. ``conf`` is its ``slurm.conf``, empty for
    the host's own. ``models`` gives the device model for each GRES type. ``mark`` is the
    organisation written on accounts that are Praya's: any other account is never touched.
    """

    cluster: str
    conf: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    mark: str = "praya"
    partition: str = ""

    def __post_init__(self) -> None:
        """Assert that names are such as can stand in a command line or file anywhere."""
        words = [self.cluster, self.mark, *self.models, *([self.partition] * bool(self.partition))]
        assert all(_WORD.fullmatch(word) for word in words), words
        assert len(set(self.models.values())) == len(self.models), "two types are one device model"

    @property
    def types(self) -> dict[str, str]:
        """The GRES type for each device model."""
        return {model: kind for kind, model in self.models.items()}


def read_settings(home: Path) -> Settings:
    """The settings kept in the engine's folder.

    Raises:
        EngineUnavailable: there are none, or they cannot be read.

    """
    try:
        document = json.loads((home / FILE).read_text(encoding="utf-8"))
        assert set(document) <= _FIELDS, sorted(set(document) - _FIELDS)
        return Settings(**document)
    except (OSError, ValueError, TypeError, AssertionError) as error:
        raise EngineUnavailable(f"{home / FILE}: {error}") from error


def write_settings(home: Path, settings: Settings) -> None:
    """Keep the settings in the engine's folder."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = home / f"{FILE}.new"
    draft.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")
    draft.replace(home / FILE)
