"""What a forecast is not asked."""

from __future__ import annotations

from praya.core.refusal import Refusal


class UnknownName(Refusal):
    """Nothing bears the name; ``field``, ``given``, ``known`` and the nearest, ``suggestion``."""

    code = "forecast.unknown_name"


class NameTaken(Refusal):
    """There is one of that name already; ``field`` and ``given``."""

    code = "forecast.name_taken"


class LeaseOfAnother(Refusal):
    """Jobs of ``award`` are asked of ``lease``, which is that of another award, ``of``."""

    code = "forecast.lease_of_another"


class OutsideForecast(Refusal):
    """A time lies outside what is forecast; ``field``, ``given``, ``earliest`` and ``latest``."""

    code = "forecast.outside"


class NotWholeNodes(Refusal):
    """Cards come by the node; ``device_model``, ``given`` and ``cards_per_node``."""

    code = "forecast.not_whole_nodes"


class NoSuchNodes(Refusal):
    """The partition has fewer nodes; ``partition``, ``given`` and ``nodes``."""

    code = "forecast.no_such_nodes"


class ValueOutside(Refusal):
    """A number is too small or too large; ``field``, ``given``, ``least`` and ``most``."""

    code = "forecast.value_outside"


class NodeTooSmall(Refusal):
    """A job that runs has no room where it is since leases stand otherwise.

    ``job`` runs on ``cards`` cards of a node of ``pool``, which has ``most`` for it after a change.
    """

    code = "forecast.node_too_small"


class WeightIdle(Refusal):
    """The weight tells no two jobs apart: their qualities have one priority; ``weight``."""

    code = "forecast.weight_idle"


class QuestionUnreadable(Refusal):
    """A file holds no question of a forecast; ``why``, in the reader's own words."""

    code = "forecast.question_unreadable"


class ChangeUnreadable(Refusal):
    """A change in words is none; ``given``, ``place`` (its word, from 1) and ``expected``."""

    code = "forecast.change_unreadable"
