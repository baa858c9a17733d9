"""`{{ form }}` and `{{ form.field.as_field_group() }}` come out in the NHS design, for our forms and allauth's."""

from django.forms.renderers import DjangoTemplates
from django.template import loader


class NHSFormRenderer(DjangoTemplates):
    """Whole forms and field groups through our Jinja templates; single widgets (the admin's) as Django draws them."""

    form_template_name = "forms/form.jinja"
    field_template_name = "forms/field.jinja"

    def get_template(self, template_name: str) -> object:
        if template_name.endswith(".jinja"):
            return loader.get_template(template_name)
        return super().get_template(template_name)
