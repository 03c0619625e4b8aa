"""``praya doctor``: trials of this installation, on its own database and disk."""

from __future__ import annotations

import dataclasses
import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from praya.cli.app import group, terminal_of
from praya.cli.trouble import Trouble
from praya.cli.words import _
from praya.config.keeping import not_remote, open_data

if TYPE_CHECKING:
    from praya.doctor.overspend import Report

doctor = group("doctor", _("Trials of the data directory on this machine; they leave nothing."))


@doctor.command(
    "overspend",
    help=_(
        "Let many workers, killed at random, try to spend more than an award has. It runs in a "
        "scratch book on the same database, which is removed afterwards; the site's own books are "
        "not touched. Exit status 1 if anything is wrong."
    ),
)
def overspend(
    context: typer.Context,
    *,
    workers: Annotated[int, typer.Option(min=1, max=512, help=_("How many ask at once."))] = 64,
    attempts: Annotated[int, typer.Option(min=1, help=_("How many jobs are asked for."))] = 20_000,
    kills: Annotated[int, typer.Option(min=0, help=_("How many workers are killed."))] = 200,
    seed: Annotated[
        int | None, typer.Option(min=0, help=_("Plays the same jobs again; else by chance."))
    ] = None,
) -> None:
    """Run the trial and say what was found."""
    not_remote(context)
    open_data()
    from django.conf import settings  # noqa: PLC0415 -- Django is set up by now

    from praya.doctor.overspend import Size, try_to_overspend  # noqa: PLC0415 -- as above
    from praya.doctor.scratch import scratch_database  # noqa: PLC0415 -- as above

    size = Size(workers=workers, attempts=attempts, kills=kills)
    with scratch_database(settings.PRAYA_HOME) as name:
        played = secrets.randbelow(10**9) if seed is None else seed
        report = try_to_overspend(size, seed=played)
    terminal = terminal_of(context)
    terminal.pairs({"scratch": name, **_as_json(report)}, _told(report))
    if not report.holds:
        raise Trouble(
            _("The ceiling does not hold: %(first)s. Play it again with --seed %(seed)s.")
            % {"first": _first(report), "seed": played}
        )


def _as_json(report: Report) -> dict[str, object]:
    return dataclasses.asdict(report) | {"holds": report.holds}


def _told(report: Report) -> list[tuple[str, object]]:
    counts, audit = report.counts, report.audit
    return [
        (_("Seed"), str(report.seed)),
        (_("Jobs asked for"), report.size.attempts),
        (_("Admitted"), audit.admitted),
        (_("Refused"), counts["refused"]),
        (_("Commands"), counts["commands"]),
        (_("Sent twice"), counts["repeated"]),
        (_("Expired"), counts["swept"]),
        (_("Charged late"), counts["late"]),
        (_("Turned away"), counts["turned_away"]),
        (_("Workers killed"), report.killed),
        (_("Looks meanwhile"), counts["looks"]),
        (_("Entries proved"), audit.entries),
        (_("Granted, seconds"), report.granted_s),
        (_("Used, seconds"), audit.used_s),
        (_("Most in flight"), audit.in_flight_s_max),
        (
            _("Beyond the grant"),
            _("%s s of late usage, seen and not paid") % f"{audit.overrun_s:,}",
        ),
        (_("Took"), _("%.0f s") % report.took_s),
        (_("Found"), "\n".join(map(str, audit.findings)) or _("nothing wrong")),
    ]


def _first(report: Report) -> str:
    first = report.audit.findings[0]
    return " ".join(
        part
        for part in (
            first.code,
            first.said,
            f"#{first.entry}" if first.entry is not None else "",
            _("job %s") % first.job if first.job is not None else "",
        )
        if part
    )
