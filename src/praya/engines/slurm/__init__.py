"""The engine of a Slurm: awards held by Slurm's own limits, and use read from its accounts."""

from praya.engines.slurm.engine import SlurmEngine
from praya.engines.slurm.settings import Settings, write_settings

__all__ = ["Settings", "SlurmEngine", "write_settings"]
