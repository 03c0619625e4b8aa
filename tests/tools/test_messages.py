"""The catalogues' own tool: what it finds in the source, keeps, and objects to."""

from __future__ import annotations

import polib
import pytest
from tools.messages import check, code_of_template, merged, messages_in, scan

PROGRAM = """
from django.utils.translation import gettext as _
plain = _("Saved.")
joined = _("one " "text")
many = ngettext("%s day", "%s days", 2)
meant = pgettext("hundred millions", "%s m")
computed = _(plain)
"""
TEMPLATE = """{% load i18n %}
  {% translate "Sign in" %}
    {% blocktranslate trimmed with name=person.name %}
      Hello
      {{ name }}
    {% endblocktranslate %}
{% blocktranslate count n=3 %}one job{% plural %}{{ n }} jobs{% endblocktranslate %}
"""


def keys(code):
    return [message.key for message in messages_in(code)]


def test_texts_of_a_program_are_found():
    assert keys(PROGRAM) == [
        ("", "Saved.", ""),
        ("", "one text", ""),
        ("", "%s day", "%s days"),
        ("hundred millions", "%s m", ""),
    ]


def test_texts_of_a_template_are_found_whatever_its_indentation():
    assert keys(code_of_template(TEMPLATE, "page.html")) == [
        ("", "Sign in", ""),
        ("", "Hello %(name)s", ""),
        ("", "one job", "%(n)s jobs"),
    ]


@pytest.fixture
def source(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "words.py").write_text(PROGRAM)
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    return tmp_path


def translated(catalogue):
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: entry.msgid_plural}
        else:
            entry.msgstr = entry.msgid
    return catalogue


def test_a_catalogue_in_line_with_the_source_passes(source):
    messages = scan(source)
    assert check(translated(merged(polib.POFile(), messages, "zh_Hant")), messages) == []


def test_translations_stay_when_the_source_moves_on(source):
    before = translated(merged(polib.POFile(), scan(source), "zh_Hant"))
    (source / "words.py").write_text(PROGRAM.replace("Saved.", "Kept."))
    after = merged(before, scan(source), "zh_Hant")
    assert [entry.msgid for entry in after.untranslated_entries()] == ["Kept."]
    assert check(before, scan(source)) == ["not extracted: 'Kept.'", "no longer said: 'Saved.'"]


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (lambda entry: setattr(entry, "msgstr", ""), "not translated: 'Hello %(name)s'"),
        (lambda entry: entry.flags.append("fuzzy"), "unsure: 'Hello %(name)s'"),
        (
            lambda entry: setattr(entry, "msgstr", "你好 %(nom)s"),
            "placeholders differ: 'Hello %(name)s' -> '你好 %(nom)s'",
        ),
    ],
)
def test_a_spoilt_entry_is_objected_to(source, spoil, finding):
    messages = scan(source)
    catalogue = translated(merged(polib.POFile(), messages, "zh_Hant"))
    spoil(catalogue.find("Hello %(name)s"))
    assert check(catalogue, messages) == [finding]
