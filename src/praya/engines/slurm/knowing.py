"""What the controller itself has, whatever the accounts tell."""

from __future__ import annotations

from collections.abc import Collection

from praya.engines.slurm.command import Programs, asked_twice, garbled

_KNOWN = "JobID:20|,SubmitTime:24|"
_NEVER = 1 << 62


def still_known(programs: Programs, keys: Collection[str]) -> frozenset[str]:
    """See ``Accounts.still_known``: the controller has what runs, and for minutes what ended.

    A number comes again after a controller lost its state, for a job that was submitted later.
    """
    submitted_at = {}
    text = asked_twice(programs, "squeue", "-h", "-a", "--states=all", "-O", _KNOWN)
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 3 or not parts[1].isdigit():  # noqa: PLR2004 -- two columns, and the rest
            raise garbled("squeue", line)
        submitted_at[parts[0]] = int(parts[1])
    found = []
    for key in keys:
        _, number, submitted, *_ = key.split(":")
        if submitted_at.get(number, _NEVER) <= int(submitted):
            found.append(key)
    return frozenset(found)
