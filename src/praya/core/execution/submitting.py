"""How the users of a cluster submit jobs there by themselves."""

from __future__ import annotations

MINUTE_S = 60


def sbatch_options(account: str, kind: str, *, cards: int, time_limit_s: int) -> tuple[str, ...]:
    """What ``sbatch`` is told of a job; ``kind`` is empty where cards have no type.

    >>> sbatch_options("hcp-0007", "h800", cards=2, time_limit_s=90)
    ('--account=hcp-0007', '--gres=gpu:h800:2', '--time=2')
    >>> sbatch_options("hcp-0007", "", cards=2, time_limit_s=60)
    ('--account=hcp-0007', '--gres=gpu:2', '--time=1')
    """
    gres = ":".join(["gpu", *([kind] * bool(kind)), str(cards)])
    minutes = -(-time_limit_s // MINUTE_S)
    return f"--account={account}", f"--gres={gres}", f"--time={minutes}"
