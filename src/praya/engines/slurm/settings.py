"""What a site says about a Slurm of its own: where it is, and what its cards are called."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from praya.core.execution.discovery import UNTYPED
from praya.core.execution.names import is_name_of_others
from praya.core.execution.port import EngineUnavailable

FILE = "slurm.json"
_WORD = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_KIND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_FIELDS = frozenset(
    {"cluster", "conf", "models", "mark", "partition", "is_held", "accounts", "partitions"}
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a Slurm is reached and read.

    ``cluster`` is its name in the accounting database. ``conf`` is its ``slurm.conf``, empty for
    the host's own. ``models`` gives the device model for each GRES type, which nodes may spell
    with capitals and accounts never do; or for ``UNTYPED`` alone, where no card has one. ``mark``
    is the organisation written on accounts that are Praya's: any other account is never touched.
    Where awards are held, ``is_held``, a job of Praya's own goes to its award's account and to the
    partition it was given. ``accounts`` are those that others called otherwise than the award whose
    they became, by what it is called. ``partitions`` are the Slurm's own names of partitions, by
    what Praya calls them: in small letters.
    """

    cluster: str
    conf: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    mark: str = "praya"
    partition: str = ""
    is_held: bool = False
    accounts: Mapping[str, str] = field(default_factory=dict)
    partitions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Assert that names are such as can stand in a command line or file anywhere."""
        words = [self.cluster, self.mark, *([self.partition] * bool(self.partition))]
        assert all(_WORD.fullmatch(word) for word in words), words
        assert all(_KIND.fullmatch(kind) for kind in self.models), self.models
        assert all(map(is_name_of_others, self.accounts.values())), self.accounts
        kinds = {kind.lower(): model for kind, model in self.models.items()}
        assert len(set(kinds.values())) == len(kinds), "two types are one device model"
        assert UNTYPED not in kinds or len(kinds) == 1, "cards with a type beside some without"
        object.__setattr__(self, "models", {**self.models, **kinds})

    @property
    def types(self) -> dict[str, str]:
        """The GRES type for each device model as accounts have it: in small letters."""
        return {model: kind for kind, model in self.models.items() if kind == kind.lower()}

    @property
    def spelled(self) -> dict[str, str]:
        """The GRES type for each device model as nodes have it, and as jobs must ask for it."""
        capitals = {model: kind for kind, model in self.models.items() if kind != kind.lower()}
        return self.types | capitals


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
