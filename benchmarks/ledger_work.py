"""A process at work on a scratch book: ``python -m benchmarks.ledger_work VERB NUMBER ...``."""

from __future__ import annotations

import json
import sys

import django

VERBS = ("prepare", "write", "charge", "fill", "verify", "read", "pairs")


def main(verb: str, *numbers: str) -> None:
    """Do it, and print what came of it as one line of JSON."""
    assert verb in VERBS, verb
    django.setup()
    from benchmarks.seed import ledger

    print(json.dumps(getattr(ledger, verb)(*map(int, numbers))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
