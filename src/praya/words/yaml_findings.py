"""What is wrong with a programme file as YAML, and what to do about it, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from praya.core.programme.findings import FindingCode as C
from praya.core.programme.yaml_faults import YamlFault

FAULTS: dict[YamlFault, Promise] = {
    YamlFault.QUOTE: gettext_lazy("A quotation mark was opened before and is not closed."),
    YamlFault.COLON: gettext_lazy("A line before has no “: ” after the name of its field."),
    YamlFault.SECOND_COLON: gettext_lazy(
        "A “: ” stands where no field can begin: in a value, or in a line that is too far in."
    ),
    YamlFault.ITEM: gettext_lazy(
        "An item of a list and something else stand together; each item begins with “- ” on a line "
        "of its own."
    ),
    YamlFault.INDENTATION: gettext_lazy(
        "The line does not go with those before it: it is further in or out than they are, or a "
        "text goes on after its closing quotation mark."
    ),
    YamlFault.LIST_END: gettext_lazy(
        "A list in brackets is not closed with “]”, or a comma is missing in it."
    ),
    YamlFault.FIELDS_END: gettext_lazy(
        "A part in braces is not closed with “}”, or a comma is missing in it."
    ),
    YamlFault.ESCAPE: gettext_lazy(
        "A backslash between double quotation marks begins no sign that is known."
    ),
    YamlFault.FIRST_CHARACTER: gettext_lazy("No value begins with this character."),
    YamlFault.TAB: gettext_lazy("A tab stands where only spaces may."),
    YamlFault.BLOCK_TEXT: gettext_lazy("Nothing may follow “|” or “>” in its line."),
    YamlFault.NAME: gettext_lazy("A value begins with “&” or “*”, which mean something else."),
    YamlFault.VALUE: gettext_lazy("A value should stand here."),
    YamlFault.DIRECTIVE: gettext_lazy(
        "Something stands before “---” or after “...”, or a line begins with “%”."
    ),
    YamlFault.OTHER: gettext_lazy("It is not written as YAML is."),
}
TEXTS = {
    C.YAML_SYNTAX: (
        _("The file cannot be read from here on. %(fault)s"),
        _("Check the indentation, and put texts that hold “: ” or “#” in quotation marks."),
    ),
    C.YAML_TAB: (
        _("A tab indents this line."),
        _("Indent with spaces."),
    ),
    C.YAML_ALIAS: (
        _("Anchors and aliases (“&name”, “*name”) are not used in a programme file."),
        _("Write the value out here. If the text begins with & or *, put it in quotation marks."),
    ),
    C.YAML_TAG: (
        _("Tags (“!name”) are not used in a programme file."),
        _("Take the tag away; the field knows its type itself."),
    ),
    C.YAML_KEY: (
        _("The name of a field must be plain text."),
        _("Write “name: value”."),
    ),
    C.YAML_DEPTH: (
        _("Parts stand inside parts more than %(depth_max)s deep."),
        _("No field goes so deep. Check the indentation and the brackets."),
    ),
    C.YAML_DOCUMENTS: (
        _("A second document begins here."),
        _("Keep one programme in one file, and take the line “---” away."),
    ),
}
