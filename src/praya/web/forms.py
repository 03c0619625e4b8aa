"""How forms are drawn: ``{{ form }}`` gives labels, help, errors and a summary of them."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates

# Django draws each option by two templates of its own, which is most of what a long list takes.
_OWN = {"django/forms/widgets/select.html": "web/components/select.html"}


class Renderer(DjangoTemplates):
    """Django's renderer with the page's own templates for a form and a field."""

    form_template_name = "web/components/form.html"
    field_template_name = "web/components/field.html"

    def get_template(self, template_name: str) -> Any:  # noqa: ANN401 -- a template of an engine
        """Django's template of a widget, or ours."""
        return super().get_template(_OWN.get(template_name, template_name))
