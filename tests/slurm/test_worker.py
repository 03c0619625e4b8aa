"""A worker of its own brings an award to a real Slurm, and its use to the book, unasked."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.db import connection
from tests.awarding import make_site
from tests.overspend.sites import Site
from tests.slurm.conftest import ON_SLURM, USERS, until
from tests.slurm.test_site import at, linked, submit

pytestmark = [*ON_SLURM, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def apart(cluster, settings, tmp_path):
    """A site in a file, linked to the cluster, whose worker has looked there for the first time."""
    found = Site(tmp_path, "")
    settings.PRAYA_HOME = tmp_path / "praya"
    settings.PRAYA_HOME.mkdir()
    make_site(at())
    linked(cluster)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(settings.PRAYA_HOME / "praya.sqlite3")])
    found.praya("worker")
    try:
        until(lambda: asked(found, "select read_at from enforcement_link"), lambda read: read[0])
        yield found
    finally:
        for program in found.programs:
            program.terminate()
            program.communicate(timeout=60)
        found.end()


def asked(site, query):
    """The first row of an answer of the site's database."""
    with closing(sqlite3.connect(site.home / "praya/praya.sqlite3", timeout=10)) as database:
        return database.execute(query).fetchone()


def test_an_accepted_award_is_there_within_seconds_and_what_is_used_is_charged(apart, cluster):
    account = apart.module("tests.slurm.accepting", USERS[0]).stdout.readline().strip()
    shown = ("sacctmgr", "-nP", "show", "assoc", f"account={account}", "WOPInfo")
    shown += ("format=user,grptresmins",)
    there = {f"{USERS[0]}|", "|gres/gpu:ascend910b=0,gres/gpu:h800=60,gres/gpu=60"}
    until(lambda: {*cluster.ask(*shown).split()}, lambda said: said >= there)

    options = ("--gres=gpu:h800:2", "--time=1")
    job = submit(cluster, account, *options, script="sleep 2").stdout.strip()
    state = ("squeue", "-h", "-j", job, "-o", "%T")
    until(lambda: cluster.try_to(*state).stdout, lambda said: not said)
    charged = f"select count(*) from usage_usagerecord where number = '{job}'"
    until(lambda: asked(apart, charged), lambda found: found == (1,))
