"""Refusals about clusters, partitions and capacity."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.core.refusal import Refusal
from praya.words.devices import device_with_code
from praya.words.quantities import number

UNITS: dict[str, Promise] = {
    "card": gettext_lazy("card"),
    "module": gettext_lazy("module"),
    "die": gettext_lazy("die"),
    "slice": gettext_lazy("slice"),
}


def _code_wrong(refusal: Refusal) -> str:
    return _(
        "“%(value)s” is no code: use small letters, digits and hyphens, at most 40, and begin with "
        "a letter or a digit."
    ) % {"value": refusal.value}


def _name_missing(refusal: Refusal) -> str:
    del refusal
    return _("A name is missing. Write how people call the cluster.")


def _cluster_code_taken(refusal: Refusal) -> str:
    return _("There is a cluster %(cluster_code)s already: %(name)s. Choose another code.") % {
        "cluster_code": refusal.cluster_code,
        "name": refusal.name,
    }


def _partition_code_taken(refusal: Refusal) -> str:
    return _(
        "The cluster %(cluster_code)s has a partition %(partition_code)s already, with another "
        "device model or programme. Choose another code."
    ) % {"cluster_code": refusal.cluster_code, "partition_code": refusal.partition_code}


def _cluster_closed(refusal: Refusal) -> str:
    return _("The cluster %(cluster_code)s is closed, so nothing is added to it.") % {
        "cluster_code": refusal.cluster_code
    }


def _cluster_busy(refusal: Refusal) -> str:
    return ngettext(
        "%(jobs)s job on %(cluster)s is not over: %(first)s. Let it end or cancel it, then close "
        "the cluster.",
        "%(jobs)s jobs on %(cluster)s are not over, %(first)s among them. Let them end or cancel "
        "them, then close the cluster.",
        refusal.jobs,
    ) % {
        "jobs": number(refusal.jobs),
        "cluster": refusal.cluster_code,
        "first": refusal.first,
    }


def _unit_fixed(refusal: Refusal) -> str:
    return _(
        "%(device_model)s is counted by the %(unit)s on a partition already; counting it by the "
        "%(wanted)s would change what was counted. Use another code for it."
    ) % {
        "device_model": device_with_code(refusal.device_model),
        "unit": UNITS[refusal.unit],
        "wanted": UNITS[refusal.wanted],
    }


def _nothing(refusal: Refusal) -> str:
    del refusal
    return _("A window of no devices changes nothing. Give a number, below zero to take out.")


def _dates_reversed(refusal: Refusal) -> str:
    return _("The last day, %(last_on)s, is before the first, %(first_on)s.") % {
        "first_on": date_format(refusal.first_on, "DATE_FORMAT"),
        "last_on": date_format(refusal.last_on, "DATE_FORMAT"),
    }


def _twice(refusal: Refusal) -> str:
    del refusal
    return _(
        "This very window is there already, so it was not added again. If you mean a second one, "
        "tell them apart by the note."
    )


def _ends_sooner(refusal: Refusal) -> str:
    return _(
        "The window ends on %(last_on)s already. A window can end sooner, never later: add another "
        "window for the days after."
    ) % {"last_on": date_format(refusal.last_on, "DATE_FORMAT")}


def _seen(refusal: Refusal) -> str:
    return _(
        "The cluster itself has closed these devices, as %(name)s. Change or delete that "
        "reservation there; the window follows."
    ) % {"name": refusal.seen_as}


def _nodes(refusal: Refusal) -> str:
    facts = {"nodes": refusal.nodes}
    if refusal.why == "names":
        return (
            _(
                "“%(nodes)s” does not name machines. Give each name in full, parted by commas, "
                "without brackets: gpu01,gpu02."
            )
            % facts
        )
    return (
        _(
            "Machines are named (%(nodes)s) where devices are taken out of service. Give a number "
            "below none, and the kind in service, or name no machines."
        )
        % facts
    )


def _below_zero(refusal: Refusal) -> str:
    return _(
        "From %(day)s the count would be %(devices)s, below none. Take out fewer, or on other days."
    ) % {
        "day": date_format(refusal.day, "DATE_FORMAT"),
        "devices": number(refusal.devices),
    }


def _above_installed(refusal: Refusal) -> str:
    return _(
        "From %(day)s there would be %(in_service)s devices in service and %(installed)s "
        "installed. Say first that they are installed; end service before you take them out."
    ) % {
        "day": date_format(refusal.day, "DATE_FORMAT"),
        "in_service": number(refusal.in_service),
        "installed": number(refusal.installed),
    }


SENTENCES = {
    "clusters.code_wrong": _code_wrong,
    "clusters.name_missing": _name_missing,
    "clusters.cluster_code_taken": _cluster_code_taken,
    "clusters.partition_code_taken": _partition_code_taken,
    "clusters.cluster_closed": _cluster_closed,
    "clusters.cluster_busy": _cluster_busy,
    "clusters.unit_fixed": _unit_fixed,
    "capacity.nothing": _nothing,
    "capacity.dates_reversed": _dates_reversed,
    "capacity.twice": _twice,
    "capacity.ends_sooner": _ends_sooner,
    "capacity.seen": _seen,
    "capacity.nodes": _nodes,
    "capacity.below_zero": _below_zero,
    "capacity.above_installed": _above_installed,
}
