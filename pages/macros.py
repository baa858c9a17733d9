"""A Django form field becomes the parameters of the NHS macro that draws it.

Everything a person typed goes into "value" or "text", which the macros escape; nothing here writes "html".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise

from pages.fields import PARTS, NHSDateField
from pages.words import in_sentence

PASSED_ON = ("inputmode", "autocomplete", "spellcheck", "autocapitalize", "pattern", "rows")
NOT_WANTED = ("class", "placeholder", "maxlength", "cols", "required", "autofocus", "id", "name", *PASSED_ON)


def field_macro(bound: BoundField, **options: Any) -> dict[str, Any]:
    """{"kind": the macro, "params": its parameters}; options override label, hint, width and the like."""
    kind = _kind(bound)
    params = _described(bound, kind, options)
    builder = {"date": _date, "radios": _choices, "checkboxes": _choices, "select": _select}.get(kind, _typed)
    params |= builder(bound, kind, options)
    return {"kind": kind, "params": {key: value for key, value in params.items() if value is not None}}


def error_texts(bound: BoundField) -> list[str]:
    """The field's errors, Django's general sentences replaced by ones that say what to do."""
    raised = bound.form.errors.as_data().get(bound.name, []) if bound.form.is_bound else []
    return [_say(bound, error) for error in raised]


def summary_items(*pages_forms: forms.BaseForm) -> list[dict[str, str]]:
    """One item per error of every form given, each linked to the box that puts it right."""
    items = []
    for form in pages_forms:
        if not getattr(form, "errors", None):
            continue
        items += [{"text": str(text)} for text in form.non_field_errors()]
        for name in form.errors:
            if name in form.fields:
                items += _field_items(form[name])
    return items


def drawn_from(form: forms.BaseForm) -> list[tuple[Any, ...]]:
    """Everything that decides how a form looks, to tell whether it looks as it did before."""
    return [
        (bound.auto_id, bound.label, bound.value(), list(getattr(bound.field, "choices", ())), error_texts(bound))
        for bound in form.visible_fields()
    ]


def filters_said(form: forms.BaseForm) -> list[str]:
    """Each filter that is set, in words: "Place: Leicester"."""
    wrong = form.errors
    return [_filter_said(bound) for bound in form.visible_fields() if bound.value() and bound.name not in wrong]


def _filter_said(bound: BoundField) -> str:
    if _lone_box(bound):
        return str(bound.label)
    known = dict(_flat(getattr(bound.field, "choices", ())))
    return f"{bound.label}: {known.get(str(bound.value()), bound.value())}"


def focus_id(bound: BoundField) -> str:
    """The id an error link must reach: the first radio or checkbox, the first wrong box of a date."""
    if isinstance(bound.field, NHSDateField):
        return f"{bound.auto_id}_{_wrong_parts(bound)[0]}"
    return bound.auto_id


def _field_items(bound: BoundField) -> list[dict[str, str]]:
    texts = error_texts(bound)
    if bound.is_hidden:
        return [{"text": text} for text in texts]
    return [{"text": text, "href": f"#{focus_id(bound)}"} for text in texts]


def _say(bound: BoundField, error: ValidationError) -> str:
    name = str(bound.label)
    ours = {
        "required": f"Answer “{name}”" if name.endswith("?") else f"{_verb(bound)} {in_sentence(name)}",
        "max_length": f"{name} must be {(error.params or {}).get('limit_value')} characters or fewer",
        "invalid_choice": f"Choose {in_sentence(name)} from the list",
        "null_characters_not_allowed": f"{name} has a character that cannot be stored: type it again",
    }
    if error.code in ours and _is_djangos(bound.field, error):
        return ours[error.code]
    return str(next(iter(error)))


def _is_djangos(field: forms.Field, error: ValidationError) -> bool:
    return isinstance(error.message, Promise) or str(error.message) in {
        str(base.default_error_messages.get(error.code))
        for base in type(field).__mro__
        if hasattr(base, "default_error_messages")
    }


def _verb(bound: BoundField) -> str:
    return "Enter" if _kind(bound) in {"input", "textarea", "password", "date", "hidden"} else "Select"


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkboxes"),
        (forms.SelectMultiple, "checkboxes"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.PasswordInput, "password"),
        (forms.FileInput, "file"),
    ]
    if bound.is_hidden:
        return "hidden"
    if isinstance(bound.field, NHSDateField):
        return "date"
    return next((kind for known, kind in kinds if isinstance(widget, known)), "input")


def _described(bound: BoundField, kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """What every macro takes: names, label or legend, hint, error, classes."""
    texts = error_texts(bound)
    hint = options.get("hint", bound.help_text)
    label = {"text": _label(bound, options), "size": options.get("size"), "isPageHeading": options.get("heading")}
    label = {key: value for key, value in label.items() if value is not None}
    if options.get("hidden_label"):
        label["classes"] = "nhsuk-u-visually-hidden"
    grouped = kind in {"radios", "checkboxes", "date"} and not _lone_box(bound)
    return {
        "id": None if kind in {"radios", "checkboxes"} else bound.auto_id,
        "idPrefix": bound.auto_id if kind in {"radios", "checkboxes"} else None,
        "name": bound.html_name,
        "label": None if grouped else label,
        "fieldset": {"legend": label} if grouped else None,
        "hint": {"text": str(hint)} if hint else None,
        "errorMessage": {"text": texts[0]} if texts else None,
        "disabled": bound.field.disabled or None,
        "formGroup": options.get("group"),
    }


def _label(bound: BoundField, options: Mapping[str, Any]) -> str:
    label = str(options.get("label", bound.label))
    optional = options.get("optional", not bound.field.required and not _lone_box(bound))
    return f"{label} (optional)" if optional and "optional" not in label else label


def _lone_box(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, forms.CheckboxInput)


def _typed(bound: BoundField, kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    attrs = bound.field.widget.attrs
    value = bound.field.widget.format_value(bound.value()) if kind != "password" else None
    params = {name: attrs.get(name) for name in PASSED_ON}
    spelling = params["spellcheck"]
    params |= {
        "spellcheck": None if spelling is None else str(spelling).lower() == "true",
        "type": getattr(bound.field.widget, "input_type", None) if kind == "input" else None,
        "value": None if value is None else str(value),
        "classes": _classes(attrs, options),
        "attributes": _attributes(attrs, options),
        "prefix": options.get("prefix"),
        "suffix": options.get("suffix"),
        "width": options.get("width"),
        "code": options.get("code"),
    }
    if kind == "textarea":
        params |= {"rows": options.get("rows") or attrs.get("rows"), "maxlength": _limit(bound)}
        params["value"] = params["value"] or ""
    return params


def _limit(bound: BoundField) -> int | None:
    return getattr(bound.field, "max_length", None)


def _date(bound: BoundField, kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    value = bound.value()
    texts = value if isinstance(value, (list, tuple)) else bound.field.widget.decompress(value)
    wrong = _wrong_parts(bound) if error_texts(bound) else []
    born = bound.field.widget.attrs.get("autocomplete") == "bday"
    return {
        "items": [
            {
                "id": f"{bound.auto_id}_{part}",
                "name": f"{bound.html_name}_{part}",
                "label": part.capitalize(),
                "value": text or "",
                "width": 4 if part == "year" else 2,
                "error": part in wrong,
                "autocomplete": f"bday-{part}" if born else None,
            }
            for part, text in zip(PARTS, texts, strict=True)
        ]
    }


def _wrong_parts(bound: BoundField) -> list[str]:
    raised = bound.form.errors.as_data().get(bound.name, [])
    named = [part for error in raised for part in (getattr(error, "params", None) or {}).get("parts", [])]
    return named or list(PARTS)


def _choices(bound: BoundField, kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    hints = options.get("hints", {})
    if _lone_box(bound):
        items = [{"value": "on", "text": str(options.get("label", bound.label)), "checked": bool(bound.value())}]
    else:
        items = list(_options(bound, hints, empty=kind == "select"))
    return {
        "items": items,
        "label": None,
        "small": options.get("small"),
        "inline": options.get("inline"),
        "classes": options.get("classes"),
        "attributes": options.get("attributes"),
    }


def _select(bound: BoundField, kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    attrs = bound.field.widget.attrs
    return {
        "items": list(_options(bound, {}, empty=True)),
        "classes": _classes(attrs, options),
        "attributes": _attributes(attrs, options),
    }


def _options(bound: BoundField, hints: Mapping[str, str], *, empty: bool) -> Iterable[dict[str, Any]]:
    chosen = _chosen(bound)
    for value, text in _flat(bound.field.widget.choices):
        if value == "" and not empty:
            continue
        item = {"value": value, "text": text, ("selected" if empty else "checked"): value in chosen}
        if value in hints:
            item["hint"] = {"text": str(hints[value])}
        yield item


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterable[tuple[str, str]]:
    for value, text in choices:
        if isinstance(text, (list, tuple)):
            yield from _flat(text)
        else:
            yield ("" if value is None else str(value)), str(text)


def _chosen(bound: BoundField) -> set[str]:
    value = bound.value()
    values = value if isinstance(value, (list, tuple, set)) else [value]
    return {"" if one is None else str(getattr(one, "pk", one)) for one in values}


def _classes(attrs: Mapping[str, Any], options: Mapping[str, Any]) -> str | None:
    return " ".join(filter(None, (attrs.get("class"), options.get("classes")))) or None


def _attributes(attrs: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any] | None:
    kept = {name: value for name, value in attrs.items() if name not in NOT_WANTED and value is not False}
    return {**kept, **options.get("attributes", {})} or None
