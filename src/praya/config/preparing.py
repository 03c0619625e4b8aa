"""What must be in place before Praya serves: tables, message catalogues, collected assets."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
import polib
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection

# Of each index. A thousand were too few to choose well by on a site with a million postings.
ROWS_LOOKED_AT = 20_000
# The way to jobs, which may be another user's, and the assets that everybody is shown.
_LEFT_OPEN = ("engines", "static")


def set_up() -> None:
    """Load Django with Praya's settings; done before, it is not done again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praya.config.settings")
    if not apps.ready:
        django.setup()


def prepare() -> None:
    """Bring the data directory up to this version. Repeating it changes nothing.

    One process at a time: others wait and find it done.
    """
    set_up()
    home = Path(settings.PRAYA_HOME)
    with _alone(home / "prepare.lock"):
        _close_to_others(home)
        _compile_messages()
        call_command("migrate", verbosity=0, interactive=False)
        _look_how_full_tables_are()
        _collect_assets()


def _close_to_others(home: Path) -> None:
    """Take from other users what is not for them, for where jobs of another one pass through.

    The database and the folders that Django and the worker would make are made here, closed: what
    SQLite keeps beside its file is as open as the file.
    """
    for name in ("outbox", "forecasts"):
        (home / name).mkdir(mode=0o700, exist_ok=True)
    database = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and database.parent == home:
        database.touch(mode=0o600)
    for path in home.iterdir():
        with suppress(FileNotFoundError):  # what a writer keeps beside the database comes and goes
            seen = path.lstat()
            mode = stat.S_IMODE(seen.st_mode)
            is_ours = os.geteuid() in {0, seen.st_uid} and not stat.S_ISLNK(seen.st_mode)
            if is_ours and mode & stat.S_IRWXO and path.name not in _LEFT_OPEN:
                path.chmod(mode & ~stat.S_IRWXO)


def _look_how_full_tables_are() -> None:
    """Let SQLite look into its tables, so that it need not guess how to search them best.

    It does not by itself, and forgets a table's figures when a migration makes it anew: a list of
    20,000 jobs then took three times as long. PostgreSQL looks by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
            cursor.execute("ANALYZE")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _compile_messages() -> None:
    """Compile catalogues that are newer than what was compiled of them."""
    for folder in settings.LOCALE_PATHS:
        for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
            compiled = source.with_suffix(".mo")
            if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                continue
            aside = compiled.with_suffix(f".{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(aside))
            aside.replace(compiled)


def _collect_assets() -> None:
    """Collect and compress the assets, unless the same ones were collected before."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    assets = _fingerprint_of_assets()
    if stamp.exists() and stamp.read_text(encoding="ascii") == assets:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(assets, encoding="ascii")


def _fingerprint_of_assets() -> str:
    """Names, sizes and times of every asset that would be collected."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            seen.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()
