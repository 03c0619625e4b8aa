"""A process at work on a scratch site: ``python -m benchmarks.slurm_work VERB NUMBER ...``."""

from __future__ import annotations

import json
import sys

import django

VERBS = ("prepare", "follow", "accept", "take", "again")


def main(verb: str, *numbers: str) -> None:
    """Do it, and print what came of it as one line of JSON."""
    assert verb in VERBS, verb
    django.setup()
    from benchmarks.seed import slurm

    print(json.dumps(getattr(slurm, verb)(*map(int, numbers))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
