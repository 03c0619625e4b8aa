"""A job submitted on a Slurm by its member: their own ``sbatch``, where Praya begins none.

Praya's own user may change limits there, so the server refuses the job (``job.submitted_there``)
and says what a member names. On a login node the terminal then does what the member would type, as
the user who is signed in to that machine. No shell reads any of it: the arguments are a list, and a
command goes in as a script, each word of it quoted.
"""

from __future__ import annotations

import os
import pwd
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from praya.cli.app import Terminal
from praya.cli.printing import shown
from praya.cli.trouble import Trouble
from praya.cli.words import _
from praya.core.execution.submitting import sbatch_options

_CODE = "job.submitted_there"
_NUMBER = re.compile(r"(\d+)(?:;\S*)?")
_PARTITION = re.compile(r"^PartitionName=(\S+)", re.MULTILINE)
_OWN_PARTITION = re.compile(r"^#SBATCH\s+(?:.*\s)?(?:-p|--partition\b)", re.MULTILINE)
_CALLED = re.compile(r"^ClusterName\s*=\s*(\S+)", re.MULTILINE)
_PREFIX = re.compile(r"^(?:sbatch|scontrol): (?:(?:error|fatal): )?", re.MULTILINE)
# Not for a job to have, and not to lead it to another cluster than the one that was looked at.
_KEPT_BACK = re.compile(r"PRAYA_.*|DATABASE_URL|(?:SLURM|SBATCH)_CLUSTERS")
_SILENT = re.compile(r"contact slurm controller|timed out|Zero Bytes|connect failure")
# What sbatch refuses, by its own words; the first that matches is said.
_REFUSED = (
    (
        re.compile(r"SubmitJobs?Limit"),
        _(
            "The award, or you under it, may not begin jobs on %(cluster)s now, as when it is "
            "suspended or has ended. Its page and “praya balance %(award)s” say why."
        ),
    ),
    (
        re.compile(r"Invalid account|Invalid qos"),
        _(
            "%(cluster)s does not let the user %(user)s use the account %(account)s. Is that your "
            "user in your profile at Praya, and are you a member of %(award)s? What changed is "
            "there within some seconds."
        ),
    ),
    (
        re.compile(r"node configuration|generic resource|[Pp]artition"),
        _(
            "The partition has no machines with these cards, or is not open to you. Name another "
            "in SBATCH_PARTITION; sinfo lists them."
        ),
    ),
    (
        re.compile(r"[Tt]ime limit"),
        _("The time limit is longer than the partition or the award's end allows. Ask for less."),
    ),
)
_OTHERWISE = _("%(cluster)s did not take the job.")


def may_submit_there(refusal: Trouble) -> bool:
    """Whether a job was refused because its member submits it, and this machine has ``sbatch``."""
    is_told = refusal.code == _CODE and bool(refusal.facts.get("places"))
    return is_told and shutil.which("sbatch") is not None


def submit_there(
    terminal: Terminal,
    refusal: Trouble,
    order: Mapping[str, Any],
    script: Path | None,
    *,
    has_key: bool,
) -> None:
    """Submit the job that was refused, and say its number there and what to do next.

    Raises:
        Trouble: this machine's Slurm is another, does not answer, or refuses the job.

    """
    place = _place_here(refusal)
    if has_key:
        raise Trouble(
            _(
                "On %(cluster)s the job is submitted by sbatch, which knows no --key: a second "
                "call would submit a second job. Leave it out."
            )
            % place,
            code=_CODE,
        )
    options = sbatch_options(
        place["account"],
        place["kind"],
        cards=refusal.facts["cards"],
        time_limit_s=refusal.facts["time_limit_s"],
        partitions=_partitions(place, order),
    )
    line = ["sbatch", "--parsable", "--export=ALL", *options, f"--job-name={order['name']}"]
    text = ""
    if script is None:
        text = f"#!/bin/sh\nexec {shlex.join(order['argv'])}\n"
    else:
        line += [str(script.absolute()), *order["argv"]]
    number = _submitted(line, text, order, place)
    job = f"{place['code']}/{number}"
    said = _(
        "%(job)s: submitted by %(line)s. It writes to slurm-%(number)s.out in this folder, unless "
        "a script or SBATCH_OUTPUT says otherwise. In some seconds “praya why %(job)s” says why "
        "it waits, and “praya jobs” lists it; “scancel %(number)s” ends it."
    ) % {"job": job, "line": shlex.join(line), "number": number}
    typer.echo(shown(said), err=True)
    terminal.say({"code": job, "cluster": place["code"], "number": number, "command": line}, job)


def _partitions(place: Mapping[str, Any], order: Mapping[str, Any]) -> list[str]:
    """The partitions that have the award's cards, unless the member or the script names others.

    One that is gone since Praya looked, or that the member may not see, is left out.
    """
    wanted = place.get("partitions", ())
    is_named = "SBATCH_PARTITION" in {*os.environ, *order["environment"]}
    if not wanted or is_named or _OWN_PARTITION.search(order["script"]):
        return []
    done = _run(["scontrol", "-o", "show", "partition"], "", {})
    return [name for name in _PARTITION.findall(done.stdout) if name in wanted]


def _place_here(refusal: Trouble) -> dict[str, Any]:
    """The place that is this machine's Slurm; one of which no name is told is taken to be it."""
    done = _run(["scontrol", "show", "config"], "", {})
    found = _CALLED.search(done.stdout)
    if done.returncode != 0 or found is None:
        raise _silence(done)
    here = found[1].lower()
    for place in refusal.facts["places"]:
        if place["called"].lower() in {here, ""}:
            return dict(place)
    elsewhere = _("The Slurm of this machine is another, %s: nothing was submitted.") % found[1]
    raise Trouble(f"{refusal} {elsewhere}", code=refusal.code)


def _submitted(
    line: Sequence[str], text: str, order: Mapping[str, Any], place: Mapping[str, Any]
) -> str:
    """The number that Slurm gave the job."""
    try:
        done = _run(line, text, order["environment"])
    except KeyboardInterrupt:
        raise Trouble(_unclear(), status=Trouble.INTERRUPTED) from None
    found = _NUMBER.fullmatch(done.stdout.strip())
    if done.returncode == 0 and found is not None:
        if done.stderr.strip():
            typer.echo(shown(done.stderr.strip()), err=True)
        return found[1]
    if done.returncode == 0 or _SILENT.search(done.stderr):
        raise _silence(done, _unclear())
    user = pwd.getpwuid(os.getuid()).pw_name
    sentence = next((one for sign, one in _REFUSED if sign.search(done.stderr)), _OTHERWISE)
    what = {**place, "award": order["award"], "user": user}
    raise Trouble(f"{sentence % what} {_words(done)}", code=_CODE)


def _run(
    line: Sequence[str], text: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program of Slurm as who is here, with what the job is to see and nothing of Praya's."""
    program = shutil.which(line[0])
    if program is None:
        raise Trouble(_("There is no %s on this machine.") % line[0])
    around = {name: value for name, value in os.environ.items() if not _KEPT_BACK.fullmatch(name)}
    return subprocess.run(  # noqa: S603 -- Slurm's own program, an argument list, no shell
        [program, *(word.encode() for word in line[1:])],  # whatever the locale
        input=text,
        env={**around, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _silence(done: subprocess.CompletedProcess[str], more: str = "") -> Trouble:
    told = _("Slurm does not answer as it should.")
    parts = (part for part in (told, more, _words(done)) if part)
    return Trouble(" ".join(parts), status=Trouble.UNREACHABLE)


def _unclear() -> str:
    return _("The job may have been submitted all the same: “squeue --me” tells.")


def _words(done: subprocess.CompletedProcess[str]) -> str:
    """What a program said, on one line."""
    said = " ".join(_PREFIX.sub("", done.stderr or done.stdout).split())
    return _("(It says: %s.)") % shown(said.rstrip(".")) if said else ""
