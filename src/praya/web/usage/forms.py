"""The form from which a job is submitted."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from praya.apps.usage.queries import AwardForJobs, LineForJobs

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_PARTS = re.compile(r"(\d{1,9})([smhd])")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,4})")


class TimeLimitField(forms.CharField):
    """A length of time as people write it: ``90s``, ``10m``, ``1h30m``, ``1:30:00``."""

    def clean(self, value: Any) -> Any:  # noqa: ANN401 -- Django's own signature
        """Whole seconds."""
        written = str(super().clean(value)).replace(" ", "").lower()
        if clock := _CLOCK.fullmatch(written):
            hours, minutes, seconds = (int(part or 0) for part in clock.groups())
            return hours * 3600 + minutes * 60 + seconds
        parts = _PARTS.findall(written)
        if not parts or "".join(number + unit for number, unit in parts) != written:
            raise forms.ValidationError(
                _("This is no length of time. Write it as 90s, 10m, 1h30m, 2d or 1:30:00.")
            )
        return sum(int(number) * _UNITS[unit] for number, unit in parts)


class CommandField(forms.CharField):
    """A command line, split as a shell splits it; no shell ever reads it."""

    def clean(self, value: Any) -> Any:  # noqa: ANN401 -- Django's own signature
        """The words of the command."""
        try:
            return shlex.split(super().clean(value))
        except ValueError:
            raise forms.ValidationError(
                _("A quotation mark is not closed. Close it, or put a backslash before it.")
            ) from None


class JobForm(forms.Form):
    """A job: under which line, on how many cards, for how long, and what to run."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    line = forms.ChoiceField(label=gettext_lazy("Award and line"))
    cards = forms.IntegerField(
        label=gettext_lazy("Cards"),
        min_value=1,
        help_text=gettext_lazy("Held together from the first second to the last, busy or idle."),
    )
    time_limit = TimeLimitField(
        label=gettext_lazy("Time limit"),
        max_length=20,
        help_text=gettext_lazy(
            "As 90s, 10m, 1h30m or 1:30:00. Cards × time limit is held; what is not used comes "
            "back."
        ),
    )
    service_class = forms.ChoiceField(
        label=gettext_lazy("Class of service"),
        required=False,
        help_text=gettext_lazy(
            "It is fixed when the job is submitted, and its factor is on the price. A dearer class "
            "begins sooner, and uses the money up sooner."
        ),
    )
    command = CommandField(
        label=gettext_lazy("Command line"),
        max_length=20_000,
        required=False,
        empty_value="",
        help_text=gettext_lazy(
            "As python train.py --steps 100. With a script, these are the script's arguments."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    script = forms.CharField(
        label=gettext_lazy("Script"),
        max_length=100_000,
        required=False,
        strip=False,
        help_text=gettext_lazy("Instead of a command; its first line may name what reads it."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("To find it by. Left empty, it is called as its command."),
    )

    def __init__(
        self,
        data: Any,  # noqa: ANN401 -- Django's own
        awards: Sequence[AwardForJobs],
        devices: Mapping[str, str],
        award_code: str = "",
        **options: Any,  # noqa: ANN401 -- as above
    ) -> None:
        """Offer the lines of ``awards`` that take jobs here, those of ``award_code`` first."""
        options.setdefault("initial", {"key": uuid4().hex, "cards": 1, "time_limit": "10m"})
        super().__init__(data, **options)
        field = self.fields["line"]
        assert isinstance(field, forms.ChoiceField), field
        field.choices = [
            (f"{award.award.code}:{line.line.number}", lazystr(_label(award, line, devices)))
            for award in sorted(awards, key=lambda each: each.award.code != award_code)
            for line in award.lines
            if line.there is None
        ]
        classes = {name: factor for award in awards for name, factor in award.classes.items()}
        if not classes:
            del self.fields["service_class"]
            return
        field = self.fields["service_class"]
        assert isinstance(field, forms.ChoiceField), field
        field.choices = [("", _("that of the line"))] + [
            (name, f"{name} ({factor})") for name, factor in sorted(classes.items())
        ]

    def clean_script(self) -> str:
        """The script with the line ends of the machine it runs on."""
        return str(self.cleaned_data["script"]).replace("\r\n", "\n")

    @property
    def chosen(self) -> tuple[str, int]:
        """Code of the award and number of the line."""
        award_code, _colon, number = self.cleaned_data["line"].rpartition(":")
        return award_code, int(number)


def _label(award: AwardForJobs, line: LineForJobs, devices: Mapping[str, str]) -> str:
    return ngettext(
        "%(award)s, line %(number)s: %(device)s, %(cards)s card",
        "%(award)s, line %(number)s: %(device)s, up to %(cards)s cards",
        line.line.cards,
    ) % {
        "award": award.award.code,
        "number": line.line.number,
        "device": devices[line.line.device_model_code],
        "cards": line.line.cards,
    }
