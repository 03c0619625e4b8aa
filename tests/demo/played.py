"""Plays the demo in the data directory of the environment, up to its first job."""

from __future__ import annotations

from rich.console import Console

from praya.config.demonstrating import EXAMPLES
from praya.config.environment import Environment
from praya.config.preparing import prepare

if __name__ == "__main__":
    prepare()
    from praya.demo.telling import play

    environment = Environment()
    play(
        home=environment.home,
        database=environment.database_elsewhere,
        examples=EXAMPLES,
        console=Console(stderr=True),
    )
