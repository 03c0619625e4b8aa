"""What every test shares: a data directory of its own, and an instant to count from."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praya.config.settings_tests")
os.environ["PRAYA_LANGUAGE"] = "en"

import pytest
from tests.services.postgres import private_server
from tests.sharing import Sharing, longest_first

if TYPE_CHECKING:
    from tests.slurm.cluster import Cluster


# What needs no database is the same on every one.
_WITHOUT_DATABASE = ("contract", "core", "docs", "engines", "tidy", "tools")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in folders that reach no database run once; a process begins with long ones."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in _WITHOUT_DATABASE:
            item.add_marker(pytest.mark.once)
    if "PYTEST_XDIST_WORKER" in os.environ:
        longest_first(items)


def pytest_collection_finish() -> None:
    """All that is loaded by now stays: the collector need not look through it again and again."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """Two processes share the tests by files."""
    return Sharing(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write what was skipped, and why, where tests/everything.py reads it at the very end."""
    place = os.environ.get("PRAYA_SKIPPED")
    if place:
        skipped = terminalreporter.stats.get("skipped", [])
        told = [f"{report.longrepr[2]}: {report.nodeid}\n" for report in skipped]
        lines = [line.removeprefix("Skipped: ") for line in sorted(told)]
        Path(place).write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """As Django has it; at the end PostgreSQL is asked to end what is still connected.

    It takes away no database that somebody reads, and of a process that was killed it may hear
    late.
    """
    yield
    with django_db_blocker.unblock():
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """A private server, for as long as a file's tests need it."""
    with private_server() as url:
        yield url


@pytest.fixture
def now() -> datetime:
    """An instant in the middle of the demo programme."""
    return datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_language_left_over() -> Iterator[None]:
    """A page asked for in Chinese must not leave Chinese to the next test."""
    yield
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _guards_lifted_to_empty_tables() -> Iterator[None]:
    """Append-only tables can be emptied after a test that committed, and only then.

    On SQLite numbers begin anew as well, as they do after a test that committed nothing.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    from praya.apps.append_only import GUARDED_TABLES, guarding, unguarding

    def run(statements_for, where):
        with connection.cursor() as cursor:
            for table in GUARDED_TABLES:
                for statement in statements_for(where, table):
                    cursor.execute(statement)

    empty_tables = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        run(unguarding, connection.vendor)
        try:
            empty_tables(case)
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute("DELETE FROM sqlite_sequence")
        finally:
            run(guarding, connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture(scope="session", autouse=True)
def _connections_stay_open() -> Iterator[None]:
    """A request made inside a test's transaction must not close its connection at its end.

    Django's own test client sees to most of that; a WSGI transport, or closing an answer, does
    not. SQLite in memory never closes.
    """
    from django.db.backends.base.base import BaseDatabaseWrapper

    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def close_outside(connection: BaseDatabaseWrapper) -> None:
        if not connection.in_atomic_block:
            close(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", close_outside)
        yield


@pytest.fixture(scope="session")
def may_run_slurm() -> None:
    """Skip, with the reason, where no Slurm of one's own can be run; fail where it is required."""
    from tests.slurm.cluster import why_not

    reason = why_not()
    if reason and os.environ.get("PRAYA_REQUIRE_SERVICES"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def slurm_cluster(may_run_slurm: None) -> Iterator[Cluster]:
    """The one private Slurm of a session."""
    from tests.slurm.cluster import private_cluster

    with private_cluster() as cluster:
        yield cluster
