"""Keeps the catalogues of words: what pages and sentences say in Chinese, in both scripts.

    python tools/messages.py extract    bring the catalogues in line with the source
    python tools/messages.py compile    make the files that Praya reads (done at set-up)
    python tools/messages.py check      fail on anything missing, unsure or out of line

Written in Python so that no other tool need be installed. ``compile`` needs only what runs Praya.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "praya"
LOCALE = SOURCE / "locale"
LANGUAGES = {"zh_Hant": "Traditional Chinese", "zh_Hans": "Simplified Chinese"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(slots=True)
class Message:
    """A text in the source: its context, its plural where it has one, and the files it is in."""

    context: str | None
    text: str
    plural: str
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others."""
        return self.context or "", self.text, self.plural


def main(arguments: list[str]) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("act", choices=("extract", "compile", "check"))
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.act == "compile":
        for language in LANGUAGES:
            polib.pofile(str(path_of(language))).save_as_mofile(
                str(path_of(language).with_suffix(".mo"))
            )
        return 0
    messages = scan(SOURCE)
    if asked.act == "extract":
        for language in LANGUAGES:
            catalogue = merged(known(language), messages, language)
            path_of(language).parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path_of(language)))
            if not asked.quiet:
                left = len(catalogue.untranslated_entries())
                print(f"{language}: {len(catalogue)} texts, {left} to do")
        return 0
    findings = [
        f"{path_of(language).relative_to(ROOT)}: {finding}"
        for language in LANGUAGES
        for finding in check(known(language), messages)
    ]
    print("\n".join(findings) or f"{len(messages)} texts, all there in {', '.join(LANGUAGES)}")
    return 1 if findings else 0


def path_of(language: str) -> Path:
    """Where the catalogue of a language is."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def known(language: str) -> polib.POFile:
    """The catalogue as it stands; empty where there is none yet."""
    path = path_of(language)
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def scan(source: Path) -> list[Message]:
    """Every text in the programs and templates below ``source``, sorted."""
    found: dict[tuple[str, str, str], Message] = {}
    for path in sorted(source.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            code = path.read_text(encoding="utf-8")
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            code = code_of_template(path.read_text(encoding="utf-8"), str(path))
        else:
            continue
        for message in messages_in(code):
            kept = found.setdefault(message.key, message)
            kept.files.add(str(path.relative_to(source)))
    return [found[key] for key in sorted(found)]


def code_of_template(template: str, origin: str) -> str:
    """The template as calls that can be read like a program."""
    import django
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
        django.setup()
    lines = templatize(template, origin=origin).splitlines()
    # Indentation means nothing in a template and would mean something in a program.
    return "\n".join(line.lstrip() for line in lines)


def messages_in(code: str) -> Iterator[Message]:
    """The texts in a program, in order."""
    from babel.messages.extract import extract

    opened = io.BytesIO(code.encode())
    for _line, texts, _comments, context in extract("python", opened, keywords=KEYWORDS):
        parts = (texts,) if isinstance(texts, str) else tuple(texts)
        text, plural = parts[0], parts[1] if len(parts) > 1 else ""
        if text:
            yield Message(context, text, plural or "")


def merged(catalogue: polib.POFile, messages: Iterable[Message], language: str) -> polib.POFile:
    """The catalogue with exactly these texts; translations that there are stay."""
    before = {key_of(entry): entry for entry in catalogue}
    after = polib.POFile(wrapwidth=100)
    after.header = f"{LANGUAGES[language]} words of Praya, under Praya's licence."
    after.metadata = {
        "Project-Id-Version": "praya",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for message in messages:
        was = before.get(message.key)
        entry = polib.POEntry(
            msgctxt=message.context,
            msgid=message.text,
            occurrences=[(name, "") for name in sorted(message.files)],
            flags=["python-format"] if "%" in message.text else [],
        )
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = was.msgstr_plural if was else {0: ""}
        elif was:
            entry.msgstr = was.msgstr
        if was and was.fuzzy:
            entry.flags.append("fuzzy")
        after.append(entry)
    return after


def check(catalogue: polib.POFile, messages: Iterable[Message]) -> list[str]:
    """What is wrong with a catalogue: each text that is missing, gone, empty, unsure or altered."""
    in_source = {message.key for message in messages}
    in_catalogue = {key_of(entry): entry for entry in catalogue}
    findings = [f"not extracted: {key[1]!r}" for key in sorted(in_source - in_catalogue.keys())]
    findings += [f"no longer said: {key[1]!r}" for key in sorted(in_catalogue.keys() - in_source)]
    for entry in catalogue:
        said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            findings.append(f"unsure: {entry.msgid!r}")
        elif not said or not all(said):
            findings.append(f"not translated: {entry.msgid!r}")
        else:
            wanted = placeholders(entry.msgid_plural or entry.msgid)
            findings += [
                f"placeholders differ: {entry.msgid!r} -> {text!r}"
                for text in said
                if placeholders(text) != wanted
            ]
    return findings


def placeholders(text: str) -> Counter[str]:
    """The places in a text that are filled in, each as often as it stands there."""
    return Counter(_PLACEHOLDER.findall(text.replace("%%", "")))


def key_of(entry: polib.POEntry) -> tuple[str, str, str]:
    """What tells an entry from others."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
