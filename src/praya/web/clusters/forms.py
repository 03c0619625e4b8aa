"""Forms about clusters, partitions and capacity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from praya.apps.clusters.rules import NODES_LENGTH_MAX, CapacityKind

KINDS: dict[CapacityKind, Promise] = {
    CapacityKind.INSTALLED: _("installed"),
    CapacityKind.IN_SERVICE: _("in service"),
}
_CODE_HELP = _("Small letters, digits and hyphens; it stands in commands and never changes.")
_DEVICES_MAX = 1_000_000


def _engines() -> list[tuple[str, str]]:
    names = sorted({each.name for each in entry_points(group="praya.engines")})
    return [(name, name) for name in names]


class DayInput(forms.DateInput):
    """The browser's own way to pick a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day."""

    widget = DayInput


class ClusterForm(forms.Form):
    """A new cluster."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_CODE_HELP)
    name = forms.CharField(label=_("Name"), max_length=100)
    engine = forms.ChoiceField(
        label=_("Engine"), choices=_engines, help_text=_("What starts and stops its jobs.")
    )
    kinds = forms.CharField(
        label=_("Kinds of cards"),
        max_length=1000,
        required=False,
        help_text=_(
            "For a Slurm, where its names for cards tell too little: h800=nvidia-h800, and so on, "
            "with commas between. Where it gives its cards no type: no-type=nvidia-h800."
        ),
    )
    conf = forms.CharField(
        label="slurm.conf",
        max_length=500,
        required=False,
        help_text=_(
            "For a Slurm other than the one that this server itself uses, as a second one: the "
            "path of its slurm.conf on this server. Only a site admin may name one, since such a "
            "file can name programs to run."
        ),
    )

    def clean_kinds(self) -> dict[str, str]:
        """The device model by kind of card."""
        parts = [part.strip() for part in self.cleaned_data["kinds"].split(",") if part.strip()]
        pairs = [part.partition("=") for part in parts]
        if not all(kind and model for kind, _is, model in pairs):
            raise forms.ValidationError(_("Write each as KIND=MODEL, with commas between."))
        return {kind.strip(): model.strip() for kind, _is, model in pairs}


class PartitionForm(forms.Form):
    """A new partition of a cluster."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_CODE_HELP)

    def __init__(
        self,
        given: QueryDict | None,
        *,
        device_models: Iterable[tuple[str, str]],
        programmes: Iterable[tuple[str, str]],
        initial: Mapping[str, str],
    ) -> None:
        super().__init__(given, initial=dict(initial))
        self.fields["device_model"] = forms.ChoiceField(
            label=_("Device model"),
            choices=list(device_models),
            help_text=_("Device models come from programme files."),
        )
        self.fields["programme"] = forms.ChoiceField(
            label=_("Serves"), choices=list(programmes), required=False
        )


class CapacityForm(forms.Form):
    """A window of devices of a partition."""

    kind = forms.ChoiceField(
        label=_("The devices are"),
        choices=[(kind.value, word) for kind, word in KINDS.items()],
        help_text=_("Devices are installed first, and in service when jobs may use them."),
    )
    devices = forms.IntegerField(
        label=_("How many"),
        min_value=-_DEVICES_MAX,
        max_value=_DEVICES_MAX,
        help_text=_("Windows add up. Below zero takes out, as for maintenance."),
    )
    first_on = DayField(label=_("First day"))
    last_on = DayField(
        label=_("Last day"), help_text=_("Empty where no end is known."), required=False
    )
    nodes = forms.CharField(
        label=_("Machines"),
        help_text=_(
            "Where devices are taken out of service on a Slurm: the machines by name, parted by "
            "commas. Empty to let the cluster choose."
        ),
        max_length=NODES_LENGTH_MAX,
        required=False,
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean_nodes(self) -> list[str]:
        """The names of machines, one by one."""
        given: str = self.cleaned_data["nodes"]
        return [name.strip() for name in given.split(",") if name.strip()]


class EndForm(forms.Form):
    """The last day of a window."""

    last_on = DayField(
        label=_("Last day"), help_text=_("The devices count on this day for the last time.")
    )
