"""Rule versions: the list, one to read, and a new one on its way from a file to being applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from praya.apps.programmes.access import (
    check_may_apply_rules,
    check_may_make_programme,
    may_apply_rules,
    may_see_appointments,
)
from praya.apps.programmes.commands import apply_programme
from praya.apps.programmes.queries import (
    Applicable,
    changes_of,
    check_programme,
    latest_source,
    programme_in_force,
    rules_of,
    today_in,
    version_of,
    versions_of,
)
from praya.apps.programmes.rules import ProgrammeHasFindings, ProgrammeUnchanged
from praya.core.programme.findings import Finding
from praya.core.programme.reading import FILE_BYTES_MAX
from praya.core.refusal import Refusal
from praya.web.actors import actor
from praya.web.badges import Badge, Link, Tone
from praya.web.guards import signed_in
from praya.web.programmes.readable import every_section
from praya.web.tables import Column, Table
from praya.words import clock
from praya.words.languages import in_readers_language
from praya.words.programme_changes import sentence_for_change
from praya.words.programme_findings import hint_for_finding, sentence_for_finding
from praya.words.refusals import sentence_for

if TYPE_CHECKING:
    from praya.apps.programmes.models import RuleVersion

FINDINGS_SHOWN_MAX = 200
LINES_AROUND = 2


class SourceForm(forms.Form):
    """A programme file, pasted or uploaded; the upload counts where both are there."""

    text = forms.CharField(
        label=gettext_lazy("Programme file"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 24, "spellcheck": "false", "wrap": "off", "class": "font-monospace"}
        ),
        help_text=gettext_lazy("YAML text. You can change it here and check it again."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file from your computer"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("It takes the place of the text above."),
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to be checked: the bytes that are read, and the text that is shown again."""

    source: str | bytes
    text: str
    file_name: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A mistake as the page tells it."""

    line: int
    place: str
    path: str
    sentence: str
    hint: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file; ``follows`` says that the line before it is shown too."""

    number: int
    text: str
    is_wrong: bool
    follows: bool


def versions(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of a programme's rules."""
    now = clock.now()
    found = programme_in_force(code, now)
    reader = actor(request)
    in_force = None if found.version is None else found.version.number
    today = today_in(found.programme, now)

    def standing(row: RuleVersion) -> Badge:
        if row.number == in_force:
            return Badge(_("in force"), Tone.GOOD)
        if row.effective_on > today:
            return Badge(_("not in force yet"), Tone.PLAIN)
        return Badge(_("replaced"), Tone.PLAIN)

    columns = [
        Column("number", _("Version"), _link, sort="number", in_file=lambda row: row.number),
        Column("standing", _("Standing"), standing),
        Column("effective_on", _("In force from"), sort="effective_on"),
        Column("applied_at", _("Applied"), sort="applied_at"),
    ]
    if may_see_appointments(reader, code):
        columns.append(Column("by", _("Applied by"), lambda row: str(row.applied_by or "")))
    table = Table(
        request,
        name="versions",
        caption=_("Versions of the rules"),
        rows=versions_of(code),
        columns=columns,
        sort="-number",
    )
    context = {
        "programme": found.programme,
        "name": in_readers_language(found.programme.name),
        "may_apply_rules": may_apply_rules(reader, code),
    }
    return table.answer("web/programmes/versions.html", context)


def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version in readable form, with what it changed."""
    found = version_of(code, number)
    context = {
        "programme": found.programme,
        "name": in_readers_language(found.programme.name),
        "version": found,
        "facts": [
            (_("In force from"), found.effective_on),
            (_("Applied"), found.applied_at),
            (_("Checksum (SHA-256)"), _breakable(found.sha256)),
        ],
        "changes": [sentence_for_change(change) for change in changes_of(found)],
        "sections": every_section(rules_of(found)),
    }
    return TemplateResponse(request, "web/programmes/version.html", context)


def source(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The file of a version as it was given."""
    del request
    found = version_of(code, number)
    response = HttpResponse(found.source, content_type="application/yaml; charset=utf-8")
    name = f"{code}-version-{number}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@signed_in
def rules_new(request: HttpRequest, code: str) -> HttpResponse:
    """Check a later version of the rules, see what it changes, apply it."""
    found = programme_in_force(code, clock.now())
    check_may_apply_rules(actor(request), code)
    context = {
        "programme": found.programme,
        "name": in_readers_language(found.programme.name),
        "cancel_url": reverse("web:programme-rules", args=[code]),
    }
    return _check_and_apply(request, code, context, initial=lambda: latest_source(code))


@signed_in
def programme_new(request: HttpRequest) -> HttpResponse:
    """Make a programme from a file."""
    check_may_make_programme(actor(request))
    context: dict[str, object] = {"programme": None, "cancel_url": reverse("web:programmes")}
    return _check_and_apply(request, None, context, initial=lambda: "")


def _check_and_apply(
    request: HttpRequest,
    programme_code: str | None,
    context: dict[str, object],
    *,
    initial: Callable[[], str],
) -> HttpResponse:
    """The page of a file on its way; the same for the first version and for later ones."""
    template = "web/programmes/check.html"
    if request.method != "POST":
        form = SourceForm(request.POST or None, initial={"text": initial()})
        return TemplateResponse(request, template, {**context, "form": form})
    form = SourceForm(request.POST, request.FILES)
    if not form.is_valid():
        return TemplateResponse(request, template, {**context, "form": form})
    given = _given(form)
    if request.POST.get("act") == "apply":
        answer = _applied(request, programme_code, given)
        if isinstance(answer, HttpResponse):
            return answer
        context["refusal"] = None if answer is None else sentence_for(answer)
    checked = check_programme(
        given.source,
        by=actor(request),
        now=clock.now(),
        file=given.file_name,
        programme_code=programme_code,
    )
    context |= _told(checked, given)
    return TemplateResponse(request, template, context)


def _applied(
    request: HttpRequest, programme_code: str | None, given: Given
) -> HttpResponse | Refusal | None:
    """The way to the new version; or why there is none, mistakes being told by the check."""
    after = request.POST.get("after_number", "")
    try:
        made = apply_programme(
            source=given.source,
            by=actor(request),
            now=clock.now(),
            file=given.file_name,
            programme_code=programme_code,
            after_number=int(after) if after.isascii() and after.isdigit() else None,
        )
    except ProgrammeHasFindings:
        return None
    except ProgrammeUnchanged as refusal:
        if programme_code is None:
            return refusal
        # A second click on the button: the version is there.
        messages.info(request, sentence_for(refusal))
        return redirect("web:rule-version", programme_code, refusal.number)
    except Refusal as refusal:
        return refusal
    messages.success(request, _("Version %s of the rules is applied.") % made.number)
    return redirect("web:rule-version", made.programme.code, made.number)


def _given(form: SourceForm) -> Given:
    """The upload if there is one, else the text; what was typed is shown again in any case."""
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    upload = form.cleaned_data["file"]
    if upload is None:
        return Given(text, text, "programme.yaml")
    # One byte more than is allowed is enough for the reader to say so.
    content = upload.read(FILE_BYTES_MAX + 1)
    try:
        shown = content.decode() if len(content) <= FILE_BYTES_MAX else text
    except UnicodeDecodeError:
        shown = text
    return Given(content, shown if "\0" not in shown else text, upload.name)


def _told(checked: Applicable, given: Given) -> dict[str, object]:
    """What the check says, for the template."""
    told: dict[str, object] = {
        "form": SourceForm(initial={"text": given.text}),
        "text": given.text,
        "is_checked": True,
        "rules": checked.rules,
        "after_number": checked.after_number,
        "next_number": checked.after_number + 1,
        "changes": [sentence_for_change(change) for change in checked.changes],
        "finding_count": len(checked.findings),
        "findings": [_row(finding) for finding in checked.findings[:FINDINGS_SHOWN_MAX]],
        "more_count": max(len(checked.findings) - FINDINGS_SHOWN_MAX, 0),
        "lines": _lines(given, checked.findings[:FINDINGS_SHOWN_MAX]),
    }
    if checked.refusal is not None:
        told["refusal"] = sentence_for(checked.refusal)
    return told


def _row(finding: Finding) -> FindingRow:
    return FindingRow(
        finding.line,
        finding.place,
        finding.path,
        sentence_for_finding(finding),
        hint_for_finding(finding),
    )


def _lines(given: Given, findings: list[Finding]) -> list[Line]:
    """The lines with mistakes, each with those around it."""
    wrong = {finding.line for finding in findings}
    near = {line + step for line in wrong for step in range(-LINES_AROUND, LINES_AROUND + 1)}
    return [
        Line(number, text, is_wrong=number in wrong, follows=number - 1 in near)
        for number, text in enumerate(given.text.split("\n"), start=1)
        if number in near
    ]


def _breakable(checksum: str) -> SafeString:
    """The checksum with places where a narrow page may break it; copied, it is whole."""
    parts = ((checksum[place : place + 8],) for place in range(0, len(checksum), 8))
    return format_html_join("", "{}<wbr>", parts)


def _link(row: RuleVersion) -> Link:
    url = reverse("web:rule-version", args=[row.programme.code, row.number])
    return Link(_("Version %s") % row.number, url)
