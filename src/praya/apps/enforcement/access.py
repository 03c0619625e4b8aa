"""Who may see and change how awards are held on clusters."""

from __future__ import annotations

from praya.apps.clusters.access import check_may_change, check_may_see
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed

__all__ = ["check_may_change", "check_may_name_conf", "check_may_see"]


def check_may_name_conf(actor: Actor, conf: str) -> None:
    """Refuse a configuration file named by anybody but a site admin: it can name programs."""
    if conf and not actor.is_admin:
        raise NotAllowed(action="clusters.name_conf", needs=Role.ADMIN)
