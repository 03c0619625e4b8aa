"""Whatever runs jobs, behind the one port in ``praya.core.execution``."""
