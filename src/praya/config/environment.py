"""What can be set from outside: each variable with its default and meaning, read once."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "PRAYA_HOME",
        "<checkout>/.praya",
        "The one data directory: database, attachments, jobs, outbox, secret.",
    ),
    Setting(
        "DATABASE_URL",
        "",
        "postgres://user:password@host:port/name. Empty: SQLite in the data directory.",
    ),
    Setting(
        "PRAYA_URL",
        "http://127.0.0.1:8000",
        "The public address. Over https, cookies are marked secure.",
    ),
    Setting(
        "PRAYA_HSTS_SECONDS", "0", "How long browsers are told to use https only; 0 says nothing."
    ),
    Setting(
        "PRAYA_TRUST_PROXY",
        "",
        "Set to 1 behind a proxy that sets X-Forwarded-Proto and X-Forwarded-For.",
    ),
    Setting(
        "PRAYA_INSECURE_HTTP",
        "",
        "Set to 1 to serve plain http on an address that is not loopback.",
    ),
    Setting(
        "PRAYA_MAIL_URL",
        "",
        "smtps://user:password@host:port (TLS from the start), smtp+starttls://… or smtp://… "
        "(unprotected). Empty: mails are kept in the data directory's outbox.",
    ),
    Setting("PRAYA_MAIL_FROM", "praya@localhost", "The sender of mails."),
    Setting("PRAYA_TIME_ZONE", "Asia/Hong_Kong", "The zone in which instants are shown."),
    Setting("PRAYA_ATTACHMENT_MB", "4", "The largest attachment, in MiB."),
    Setting("PRAYA_JOB_HOURS_MAX", "168", "The longest time limit of a job, in hours."),
    Setting(
        "PRAYA_JOB_GRACE_S", "10", "Seconds between TERM and KILL when a job passes its time limit."
    ),
    Setting(
        "PRAYA_JOB_KEEP_DAYS",
        "90",
        "Days after a job's end on which its folder and output are removed; 0 keeps them for ever.",
    ),
    Setting(
        "PRAYA_LOCAL_JOB_USER", "", "Run local jobs as this user; Praya must then run as root."
    ),
    Setting(
        "PRAYA_SLURM_OWN_JOBS",
        "",
        "Set to 1 to let members submit jobs to a Slurm through Praya. They run there as Praya's "
        "own user, who may change limits: for members whom the site trusts with that.",
    ),
    Setting(
        "PRAYA_NODE_PERCENT",
        "100",
        "What nodes draw, in percent of what their cards draw; 100 counts the cards alone.",
    ),
    Setting(
        "PRAYA_PUE_PERCENT",
        "100",
        "What the building draws, in percent of what its nodes draw: 130 is a PUE of 1.3.",
    ),
    Setting(
        "PRAYA_HOOKS_PRIVATE",
        "",
        "Set to 1 to let web hooks lead to private addresses and plain http, as to a ledger in the "
        "same house.",
    ),
    Setting("PRAYA_DEBUG", "", "Set to 1 for Django's debug pages. Never on a public address."),
)
# What a way to send mail is called, and its usual port.
_MAIL_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables as read from a mapping."""

    variables: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def text(self, name: str) -> str:
        """The value of a setting, or its default."""
        return self.variables.get(name) or _DEFAULTS[name]

    def flag(self, name: str) -> bool:
        """Whether a setting is switched on."""
        return self.text(name).lower() in {"1", "true", "yes", "on"}

    @property
    def home(self) -> Path:
        """The data directory; made, and closed to others, on first use."""
        given = self.variables.get("PRAYA_HOME")
        home = Path(given).expanduser() if given else CHECKOUT / ".praya"
        home = home.absolute()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return home

    @property
    def secret_key(self) -> str:
        """The site's secret, made in the data directory on first use; only its owner reads it."""
        path = self.home / "secret_key"
        if not path.exists():
            # Written beside and linked in whole: who is stopped between, or two who begin at once,
            # leave either no secret or one.
            handle, beside = tempfile.mkstemp(dir=self.home)
            with os.fdopen(handle, "w", encoding="ascii") as out:
                out.write(secrets.token_urlsafe(50))
                out.flush()
                os.fsync(out.fileno())
            try:
                os.link(beside, path)
            except FileExistsError:
                pass
            except OSError:  # a volume without links: who is last writes it
                Path(beside).rename(path)
            Path(beside).unlink(missing_ok=True)
        return path.read_text(encoding="ascii").strip()

    @property
    def is_https(self) -> bool:
        """Whether the public address is https."""
        return urlsplit(self.text("PRAYA_URL")).scheme == "https"

    @property
    def is_loopback(self) -> bool:
        """Whether the public address is this machine's own."""
        host = urlsplit(self.text("PRAYA_URL")).hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")

    @property
    def database_elsewhere(self) -> str:
        """Where the database is, without who signs in there; empty: in the data directory."""
        return self.text("DATABASE_URL").rpartition("@")[2]

    def database(self) -> dict[str, object]:
        """Django's settings of the database."""
        url = self.text("DATABASE_URL")
        if not url:
            return _sqlite(self.home / "praya.sqlite3")
        parts = urlsplit(url)
        if parts.scheme == "sqlite":
            return _sqlite(Path(unquote(parts.path)))
        assert parts.scheme in {"postgres", "postgresql"}, f"DATABASE_URL: {parts.scheme}"
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }

    def mail(self) -> dict[str, object]:
        """Django's mail settings."""
        url = self.text("PRAYA_MAIL_URL")
        if not url:
            return {
                "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
                "EMAIL_FILE_PATH": str(self.home / "outbox"),
            }
        parts = urlsplit(url)
        assert parts.scheme in _MAIL_PORTS, f"PRAYA_MAIL_URL: {parts.scheme}"
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or _MAIL_PORTS[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        }


def _sqlite(path: Path) -> dict[str, object]:
    """SQLite with a write-ahead log; a writer takes its lock at the start and waits for others."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456"
            ),
        },
        "TEST": {"NAME": None},
    }
