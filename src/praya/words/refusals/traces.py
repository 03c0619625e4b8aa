"""Refusals about traces of jobs."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.core.refusal import Refusal
from praya.words.quantities import number
from praya.words.series import listed


def _bad_lines(refusal: Refusal) -> str:
    faults = {
        "too_short": _("it has too few fields"),
        "too_long": _("it has more fields than the heading"),
        "no_number": _("a field is not a number"),
        "negative": _("a time is negative"),
        "too_large": _("a number is too large"),
        "missing": _("a value is missing or cannot be read"),
        "not_text": _("a value is not UTF-8 text"),
        "quotes": _("its quotation marks do not match"),
    }
    lines = [
        _("line %(line)d: %(fault)s") % {"line": bad.line, "fault": faults[bad.fault.value]}
        if not bad.column
        else _("line %(line)d, column %(column)s: %(fault)s")
        % {"line": bad.line, "column": bad.column, "fault": faults[bad.fault.value]}
        for bad in refusal.lines
    ]
    said = ngettext(
        "%(count)d line of %(file)s cannot be read: %(lines)s.",
        "%(count)d lines of %(file)s cannot be read, first %(lines)s.",
        refusal.count,
    ) % {"count": refusal.count, "file": refusal.file, "lines": "; ".join(lines)}
    then = _("Mend it, or go on without such lines: --skip-bad.")
    return f"{said} {then}"


def _empty(refusal: Refusal) -> str:
    if refusal.skipped:
        return _("There is no job in the trace; %(count)d bad lines were left out.") % {
            "count": refusal.skipped
        }
    return _("There is no job in the trace.")


def _unreadable(refusal: Refusal) -> str:
    why = {
        "no_file": _("there is no such file"),
        "damaged": _("the compressed file is damaged or cut off"),
        "not_parquet": _("it is no Parquet file"),
        "not_normal": _(
            "it is a Parquet file of other columns; name a map of its columns with --map"
        ),
        "odd_values": _(
            "a column of it holds something else than whole numbers of at most fifteen digits"
        ),
        "no_plain_file": _("it is a folder or a device; a file is needed"),
        "unknown_form": _("nothing says of which kind it is; name it with --from, or give a --map"),
        "no_shape": _("it is no shape; make one with: praya trace fit"),
        "not_separated": _("its lines are not separated values"),
    }
    return _("%(file)s cannot be read as a trace: %(why)s.") % {
        "file": refusal.file,
        "why": why[refusal.why],
    }


def _no_pool(_refusal: Refusal) -> str:
    return _("The trace does not say how many slots the machine has. Give them: --slots N.")


def _too_many_slots(refusal: Refusal) -> str:
    return _(
        "The machine would have %(given)s slots; at most %(most)s can be simulated. Give fewer: "
        "--slots N."
    ) % {"given": refusal.given, "most": number(refusal.most)}


def _runs_too_long(refusal: Refusal) -> str:
    return _(
        "The jobs together run longer than can be counted, %(most)s seconds. Look at the log's run "
        "times and limits: are they in seconds?"
    ) % {"most": number(refusal.most)}


def _span_too_long(refusal: Refusal) -> str:
    return _(
        "The jobs would come over %(weeks)s weeks; at most %(most)s can be made. Ask for fewer "
        "jobs or for a higher load, or look at the log's submissions: are they in seconds?"
    ) % {"weeks": number(refusal.weeks), "most": number(refusal.most)}


def _columns_missing(refusal: Refusal) -> str:
    return _("%(file)s has no column %(missing)s; it has %(found)s.") % {
        "file": refusal.file,
        "missing": listed(refusal.missing),
        "found": listed(refusal.found),
    }


def _map_unreadable(refusal: Refusal) -> str:
    return _("The column map %(file)s cannot be followed: %(why)s") % {
        "file": refusal.file,
        "why": refusal.why,
    }


def _no_such_queue(refusal: Refusal) -> str:
    if not refusal.known:
        return _("The trace names no queues, so none can be picked out.")
    return _("No job of the trace is of the queue %(given)s; there are %(known)s.") % {
        "given": refusal.given,
        "known": listed(refusal.known),
    }


def _nothing_to_pack(refusal: Refusal) -> str:
    return _(
        "There are no cards in %(file)s, so nothing can be packed. A list of nodes says in gpu how "
        "many each has, a list of tasks in num_gpu how many each asks for."
    ) % {"file": refusal.file}


def _too_many_models(refusal: Refusal) -> str:
    return _(
        "The lists name %(given)s device models; at most %(most)s can be told apart. Give one name "
        "to models that are alike."
    ) % {"given": number(refusal.given), "most": number(refusal.most)}


SENTENCES: dict[str, Callable[[Refusal], str]] = {
    "trace.bad_lines": _bad_lines,
    "trace.empty": _empty,
    "trace.unreadable": _unreadable,
    "trace.no_pool": _no_pool,
    "trace.too_many_slots": _too_many_slots,
    "trace.runs_too_long": _runs_too_long,
    "trace.span_too_long": _span_too_long,
    "trace.columns_missing": _columns_missing,
    "trace.map_unreadable": _map_unreadable,
    "trace.no_such_queue": _no_such_queue,
    "trace.nothing_to_pack": _nothing_to_pack,
    "trace.too_many_models": _too_many_models,
}
