"""What a cluster calls its partitions is what its engine, and jobs there, are told."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from tests.apps.enforcement.conftest import CODE
from tests.factories import make_admin

from praya.apps.clusters.models import Cluster
from praya.apps.enforcement.commands import look_again
from praya.core.execution.discovery import Discovered, PartitionSeen


def told():
    return Cluster.objects.get(code=CODE).engine_settings.get("partitions")


def test_an_engine_is_told_the_names_that_were_found_when_its_cluster_was_looked_at(
    harbour, now, monkeypatch
):
    assert told() == {"gpu": "gpu"}
    names = ("GPU", "gpu", "Old")
    parts = tuple(PartitionSeen(one, (), True, False, None, {"h800": 8}) for one in names)
    found = Discovered("harbour", "22.05.8", parts, (), ("h800",), {})
    monkeypatch.setattr(harbour, "discover", lambda: found)

    look_again(code=CODE, by=make_admin(now), now=now)

    assert told() == {"gpu": "gpu", "old": "Old"}
    Cluster.objects.filter(code=CODE).update(engine_settings={"is_held": True})
    import_module("praya.apps.enforcement.migrations.0017_names_of_partitions").tell(apps, None)
    assert Cluster.objects.get(code=CODE).engine_settings == {
        "is_held": True,
        "partitions": {"gpu": "gpu", "old": "Old"},
    }
