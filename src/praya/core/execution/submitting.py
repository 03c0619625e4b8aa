"""How the users of a cluster submit jobs there by themselves."""

from __future__ import annotations

from collections.abc import Iterable

MINUTE_S = 60


def sbatch_options(
    account: str, kind: str, *, cards: int, time_limit_s: int, partitions: Iterable[str] = ()
) -> tuple[str, ...]:
    """What ``sbatch`` is told of a job; ``kind`` is empty where cards have no type.

    Of several ``partitions`` Slurm takes the one that begins first; of none, its own default.

    >>> sbatch_options("hcp-0007", "h800", cards=2, time_limit_s=90)
    ('--account=hcp-0007', '--gres=gpu:h800:2', '--time=2')
    >>> sbatch_options("hcp-0007", "", cards=2, time_limit_s=60)
    ('--account=hcp-0007', '--gres=gpu:2', '--time=1')
    >>> sbatch_options("a", "h800", cards=2, time_limit_s=60, partitions=["H800", "old"])[-1]
    '--partition=H800,old'
    """
    gres = ":".join(["gpu", *([kind] * bool(kind)), str(cards)])
    minutes = -(-time_limit_s // MINUTE_S)
    options = (f"--account={account}", f"--gres={gres}", f"--time={minutes}")
    names = ",".join(partitions)
    return (*options, f"--partition={names}") if names else options
