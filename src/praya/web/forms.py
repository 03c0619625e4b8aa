"""How forms are drawn: ``{{ form }}`` gives labels, help, errors and a summary of them."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Django's renderer with the page's own templates for a form and a field."""

    form_template_name = "web/components/form.html"
    field_template_name = "web/components/field.html"
