"""`{{ form }}` and `{{ form.field.as_field_group() }}` come out in the NHS design, for our forms and allauth's."""

from functools import cached_property

from django.forms.renderers import DjangoTemplates, Jinja2
from django.template import loader

WIDGETS = "django/forms/widgets/"


class NHSFormRenderer(DjangoTemplates):
    """Whole forms and field groups through our Jinja templates; single widgets as Django draws them.

    Django brings its widgets in both languages. Jinja draws them in half the time, which a filter bar of six lists
    shows; the admin's own widgets exist in Django's language only.
    """

    form_template_name = "forms/form.jinja"
    field_template_name = "forms/field.jinja"

    @cached_property
    def widgets(self) -> Jinja2:
        """The renderer of Django's widgets in Jinja."""
        return Jinja2()

    def get_template(self, template_name: str) -> object:
        if template_name.endswith(".jinja"):
            return loader.get_template(template_name)
        if template_name.startswith(WIDGETS):
            return self.widgets.get_template(template_name)
        return super().get_template(template_name)
