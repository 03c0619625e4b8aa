"""A whole site in a process of its own, and people who walk it by hand."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page
from tests.browser.looks import ANSWER_S_MAX, leave_by

from praya.words import clock

ROOT = Path(__file__).parents[2]
HARBOUR = ROOT / "examples/harbour/programme.yaml"
PASSWORD = "a lantern in the fog"
CONTACT = {"contact_email": "desk@lantern.example", "contact_phone": "+852 5550 0100"}
START_S_MAX = 60
STOP_S_MAX = 40


class Site:
    """Praya as it is served: pages, worker and the local engine, on a data directory of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        outer = {name: each for name, each in os.environ.items() if not name.startswith("DJANGO_")}
        outer.pop("DATABASE_URL", None)
        self.environment = outer | {"PRAYA_HOME": str(home), "PRAYA_URL": self.url}
        self.process: subprocess.Popen[str] | None = None

    def run(self, *arguments: str) -> str:
        """A command of the terminal program on the site's data directory; what it prints."""
        return subprocess.run(
            [sys.executable, "-m", "praya.config.terminal", *arguments],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=START_S_MAX,
        ).stdout

    def start(self) -> None:
        """Serve; back when connections are taken."""
        with (self.home / "log").open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "praya.config.terminal", "serve", "--port", str(self.port)],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if self.url not in said:
            self.stop()
            raise AssertionError(said + self.log)

    def stop(self) -> None:
        """Stop as an operator does."""
        if self.process is None:
            return
        self.process.terminate()
        with self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_S_MAX)
            self.process.kill()
        self.process = None

    @property
    def log(self) -> str:
        """What the site said of itself."""
        return (self.home / "log").read_text(encoding="utf-8")[-4000:]


class Visitor:
    """Somebody with a browser of their own, reading in one language."""

    def __init__(self, browser: Browser, site: Site, language: str) -> None:
        locale = {"en": "en-GB", "zh-hant": "zh-HK"}[language]
        self.language = language
        self.context = browser.new_context(base_url=site.url, locale=locale)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(ANSWER_S_MAX * 1000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_up(self, email: str, name: str) -> None:
        """Make an account, which signs in."""
        self.opens("/account/signup/")
        self.writes(email=email, name=name, password1=PASSWORD, password2=PASSWORD)
        self.field("language").select_option(self.language)
        self.sends()

    def sign_in(self, email: str, password: str) -> None:
        """Sign in at the door."""
        self.opens("/account/login/")
        self.writes(login=email, password=password)
        self.sends()

    def opens(self, path: str) -> None:
        """Go to an address; it must be there, and not refused."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def writes(self, **values: str) -> None:
        """Fill fields by their names."""
        for name, value in values.items():
            self.field(name).fill(value)

    def writes_everything(self, sample: str) -> None:
        """Fill whatever the form still leaves open, so that questions can be added to a file.

        What is folded away need not be answered.
        """
        form = self.page.locator("form[data-draft]")
        for field in form.locator("textarea, input[type=text], select").all():
            if field.is_visible() and not field.input_value():
                self._answer(field, sample)
        for choice in form.locator("input[type=radio][value=no]").all():
            choice.check()

    def _answer(self, field: Locator, sample: str) -> None:
        name = field.get_attribute("name") or ""
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(index=1)
        elif name.startswith("contact_"):
            field.fill(CONTACT.get(name, sample))
        else:
            field.fill("3" if field.get_attribute("inputmode") else sample)

    def field(self, name: str) -> Locator:
        """A field of the page's own forms."""
        return self.page.locator(f'main form:not(.table-tools) [name="{name}"]')

    def sends(self, button: str = "form:not(.table-tools) .btn-primary[type=submit]") -> None:
        """Press a button and wait for the page that follows."""
        self.leaves_by(self.page.locator(f"main {button}").first)
        errors = self.page.locator(".field-error, .alert-danger").all_inner_texts()
        assert errors == [], f"{self.here}: {errors}"

    def follows(self, part: str) -> None:
        """Follow the first link whose address has this part, be it in a list or beside it."""
        link = f'main a[href*="{part}"]:not(thead a, [download])'
        self.leaves_by(self.page.locator(link).first)

    def leaves_by(self, way: Locator) -> None:
        """Press a button or a link, and wait until another page has taken the place of this one."""
        leave_by(way)

    @property
    def here(self) -> str:
        """The path of the page."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    @property
    def labels(self) -> list[str]:
        """What the page says of itself: headings, labels, buttons, the links of its frame.

        What stands there in a language of its own, as the names of languages do, is left out.
        """
        found = self.page.locator("h1, h2, legend, label, thead th, button, .btn, nav a")
        return found.evaluate_all(
            "all => all.filter(one => one.checkVisibility()"
            " && one.closest('[lang]') === document.documentElement)"
            ".map(one => one.innerText.trim())"
        )

    @property
    def words(self) -> str:
        """Everything that stands on the page's own part."""
        return self.page.locator("main").inner_text()


def today() -> date:
    """The day it is where the site stands."""
    return timezone.localdate(clock.now())


def programme_of_these_days() -> str:
    """The harbour programme's file, its years moved so that its second year is the present one."""
    later = today().year - 2026
    text = HARBOUR.read_text(encoding="utf-8")
    return re.sub(r"\b(20\d\d)(-\d\d-\d\d)\b", lambda day: f"{int(day[1]) + later}{day[2]}", text)
