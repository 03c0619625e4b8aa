"""What people are called on the clusters, and on one alone, at the terminal."""

from __future__ import annotations

from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.factories import appointed

from praya.core.actor import Role

MEI = "lead@pier.example"


def test_a_name_is_said_for_all_clusters_and_for_one(praya, harbour, now):  # noqa: F811
    appointed("pier", Role.OPERATOR, now, "one@pier.example")
    praya("login", "one@pier.example")
    assert f"{MEI} is called mei on the clusters." in praya("cluster", "user", MEI, "mei").out
    there = praya("cluster", "user", MEI, "mei2", "--on", CODE).out
    assert f"{MEI} is called mei2 on {CODE}." in there
    assert f"{MEI} has no user on {CODE}." in praya("cluster", "user", MEI, "", "--on", CODE).out

    nowhere = praya("cluster", "user", MEI, "mei2", "--on", "nowhere")
    assert (nowhere.status, nowhere.out) == (1, "")
