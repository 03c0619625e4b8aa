"""What the rules say of a device model, as a row of a table."""

from __future__ import annotations

from praya.core.programme.document import DeviceModelRule


def device_row(model: DeviceModelRule) -> tuple[object, ...]:
    """Its name, memory, dense peaks, power at work, and where those figures come from."""
    return (
        f"{model.vendor} {model.name}",
        f"{model.memory_gib} GiB",
        ", ".join(f"{peak.precision} {peak.dense_tflops:f}" for peak in model.peak),
        _watts(model),
        "; ".join(dict.fromkeys(_sources(model))),
    )


def _watts(model: DeviceModelRule) -> str:
    return "–" if model.power is None else f"{model.power.watts} W"


def _sources(model: DeviceModelRule) -> list[str]:
    told = [peak.source for peak in model.peak]
    return told if model.power is None else [*told, model.power.source]
