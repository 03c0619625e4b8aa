"""How a page is looked at: by axe in both themes and at both widths, and by people in pictures."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
THEMES = ("light", "dark")
# How long a page may take to answer on a machine that does much beside it.
ANSWER_S_MAX = 60
RULES = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ]
}


def faults(page, *, only_colours: bool = False) -> list[str]:
    """What axe finds on the page as it stands; or only colours that cannot be told apart."""
    options = {"runOnly": ["color-contrast", "link-in-text-block"]} if only_colours else RULES
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # What is well is not told in full: of a long list that is a megabyte, four times over.
    run = "options => axe.run(options).then(found => found.violations)"
    violations = page.evaluate(run, options | {"resultTypes": ["violations"]})
    return [
        f"{each['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for each in violations
        for node in each["nodes"]
    ]


def leave_by(way) -> None:
    """Press a button or a link, and wait until another page has taken the place of this one.

    What a page says right after a press may still be said by the one before.
    """
    page = way.page
    page.evaluate("document.documentElement.dataset.left = 'yes'")
    way.click()
    page.locator("html:not([data-left])").wait_for(state="attached")
    page.wait_for_load_state()


def assert_accessible(page) -> None:
    """Axe finds nothing on the page as it stands."""
    found = faults(page)
    assert found == [], "\n".join([page.url, *found])


def assert_nothing_sticks_out(page) -> None:
    """The page is no wider than the window: nothing asks for scrolling sideways."""
    too_wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the window"


def faults_in_every_look(page, name: str = "") -> list[str]:
    """What is wrong with the open page in either theme at either width.

    In the dark only colours are looked at again: the parts of a page are the same. With
    PRAYA_PICTURES set to a folder, a picture of each look is kept there under ``name``.
    """
    found = []
    for width, (across, down) in WIDTHS.items():
        page.set_viewport_size({"width": across, "height": down})
        for theme in THEMES:
            # Without motion the colours of a theme are there at once.
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            keep_picture(page, f"{name}-{width}-{theme}" if name else "")
            found += [
                f"{width}, {theme}: {fault}" for fault in faults(page, only_colours=theme == "dark")
            ]
        assert_nothing_sticks_out(page)
    return found


def look_at(page, path: str, name: str = "") -> None:
    """Open a path and look at it in each theme at each width: nothing may be wrong with it."""
    page.goto(path)
    found = faults_in_every_look(page, name)
    assert found == [], "\n".join([page.url, *found])


def keep_picture(page, name: str) -> None:
    """Keep a picture of the whole page where PRAYA_PICTURES says, if it says so."""
    folder = os.environ.get("PRAYA_PICTURES")
    if folder and name:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
