"""What changes how awards are held on clusters, and the rounds that hold them there."""

from praya.apps.enforcement.commands.adopting import (
    adopt_drift,
    agree_adoption,
    ask_take_over,
    end_adoption,
    give_back,
)
from praya.apps.enforcement.commands.checking import check_again
from praya.apps.enforcement.commands.comparing import (
    Comparison,
    compare_again,
    compare_last_days,
)
from praya.apps.enforcement.commands.drifting import heed_drift, ignore_drift
from praya.apps.enforcement.commands.following import Followed, follow_cluster, planned
from praya.apps.enforcement.commands.linking import (
    add_cluster_of_kind,
    link_cluster,
    look_again,
    start_enforcing,
    stop_enforcing,
)
from praya.apps.enforcement.commands.mapping import (
    Mappable,
    MappingPlanned,
    accounts_of_others,
    ask_mapping,
    plan_mapping,
)
from praya.apps.enforcement.commands.naming import (
    NameGiven,
    match_names,
    name_people,
    name_person,
)
from praya.apps.enforcement.commands.reading import read_accounts
from praya.apps.enforcement.commands.watching import watch_jobs

__all__ = [
    "Comparison",
    "Followed",
    "Mappable",
    "MappingPlanned",
    "NameGiven",
    "accounts_of_others",
    "add_cluster_of_kind",
    "adopt_drift",
    "agree_adoption",
    "ask_mapping",
    "ask_take_over",
    "check_again",
    "compare_again",
    "compare_last_days",
    "end_adoption",
    "follow_cluster",
    "give_back",
    "heed_drift",
    "ignore_drift",
    "link_cluster",
    "look_again",
    "match_names",
    "name_people",
    "name_person",
    "plan_mapping",
    "planned",
    "read_accounts",
    "start_enforcing",
    "stop_enforcing",
    "watch_jobs",
]
