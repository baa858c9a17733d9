"""Forms come out in the NHS design: linked errors, kept values, nothing a person typed becoming markup."""

import re

import pytest
from django import forms

from pages.fields import BirthDateField
from pages.macros import field_macro, summary_items

HOSTILE = '"><script>alert(1)</script>'
FIELD = '{% from "forms/fields.jinja" import field %}{{ field(bound, **options) }}'


class Refer(forms.Form):
    nhs_number = forms.CharField(label="NHS number", max_length=12, help_text="10 numbers")
    born = BirthDateField(label="Date of birth")
    need = forms.CharField(label="What is needed?", max_length=50, widget=forms.Textarea)
    urgency = forms.ChoiceField(
        label="Urgency", choices=[("", "---"), ("crisis", "Crisis"), ("other", "Other")], widget=forms.RadioSelect
    )
    other = forms.CharField(label="Say more", required=False)
    place = forms.ChoiceField(label="Place", choices=[("", "Choose"), ("le", "Leicester")])
    helps = forms.MultipleChoiceField(
        label="Help with", choices=[("a", "Washing"), ("b", "Moving")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="The person agrees")
    secret = forms.CharField(label="Password", required=False, widget=forms.PasswordInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


def typed(**changes):
    return {
        "nhs_number": "9990000018",
        "born_day": "15",
        "born_month": "3",
        "born_year": "1946",
        "need": "Help at home",
        "urgency": "crisis",
        "place": "le",
        "helps": ["a"],
        "agreed": "on",
        "version": "1",
    } | changes


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("nhs_number", "input"),
        ("born", "date"),
        ("need", "textarea"),
        ("urgency", "radios"),
        ("place", "select"),
        ("helps", "checkboxes"),
        ("agreed", "checkboxes"),
        ("secret", "password"),
        ("version", "hidden"),
    ],
)
def test_the_widget_picks_the_macro(name, kind):
    assert field_macro(Refer()[name])["kind"] == kind


def test_every_error_links_to_the_box_that_puts_it_right(draw):
    form = Refer({})
    links = {item["text"]: item.get("href") for item in summary_items(form)}

    assert links == {
        "Enter NHS number": "#id_nhs_number",
        "Enter date of birth": "#id_born_day",
        "Answer “What is needed?”": "#id_need",
        "Select urgency": "#id_urgency",
        "Select place": "#id_place",
        "Select help with": "#id_helps",
        "Select the person agrees": "#id_agreed",
        "Enter version": None,
    }
    page = "".join(draw(FIELD, bound=bound, options={}) for bound in form.visible_fields())
    for href in filter(None, links.values()):
        assert page.count(f'id="{href[1:]}"') == 1


def test_a_date_without_a_year_marks_and_links_the_year(draw):
    form = Refer(typed(born_year=""))

    assert summary_items(form) == [{"text": "Date of birth must include a year", "href": "#id_born_year"}]
    html = draw(FIELD, bound=form["born"], options={})
    assert re.findall(r'nhsuk-input--error[^>]*id="(\w+)"', html) == ["id_born_year"]


@pytest.mark.parametrize("name", ["nhs_number", "need", "other"])
def test_what_was_typed_is_kept_and_escaped(draw, name):
    html = draw(FIELD, bound=Refer(typed(**{name: HOSTILE}))[name], options={})

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_impossible_date_stays_in_its_boxes(draw):
    html = draw(FIELD, bound=Refer(typed(born_day=HOSTILE, born_month="13"))["born"], options={})

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'value="13"' in html


def test_an_invented_choice_is_refused_without_being_echoed(draw):
    form = Refer(typed(place=HOSTILE))

    assert summary_items(form) == [{"text": "Choose place from the list", "href": "#id_place"}]
    assert "script" not in draw(FIELD, bound=form["place"], options={})


def test_labels_and_hints_from_data_are_escaped(draw):
    form = Refer()
    form.fields["urgency"].choices = [("x", HOSTILE)]
    html = draw(FIELD, bound=form["urgency"], options={"hints": {"x": HOSTILE}, "label": HOSTILE})

    assert "<script>" not in html


def test_chosen_values_come_back_chosen(draw):
    form = Refer(typed(helps=["b"], urgency="other"))

    assert re.findall(r'value="(\w+)" checked', draw(FIELD, bound=form["helps"], options={})) == ["b"]
    assert re.findall(r'value="(\w+)" checked', draw(FIELD, bound=form["urgency"], options={})) == ["other"]
    assert 'value="le" selected' in draw(FIELD, bound=form["place"], options={})


def test_a_radio_reveals_another_field_with_its_error(draw):
    form = Refer(typed(urgency="other"))
    form.add_error("other", "Say more about the urgency")
    html = draw(FIELD, bound=form["urgency"], options={"reveal": {"other": form["other"]}})

    assert 'name="other"' in html
    assert "Say more about the urgency" in html
    assert "nhsuk-radios__conditional--hidden" not in html


def test_a_long_answer_counts_its_characters_and_a_short_one_is_not_cut(draw):
    assert 'data-maxlength="50"' in draw(FIELD, bound=Refer()["need"], options={})
    assert "maxlength" not in draw(FIELD, bound=Refer()["nhs_number"], options={})
    too_long = Refer(typed(nhs_number="1" * 13))
    assert summary_items(too_long)[0]["text"] == "NHS number must be 12 characters or fewer"


def test_optional_fields_say_so_and_passwords_are_never_sent_back(draw):
    assert "Say more (optional)" in draw(FIELD, bound=Refer()["other"], options={})
    assert "Say more (optional)" not in draw(FIELD, bound=Refer()["other"], options={"optional": False})
    assert "hunter2" not in draw(FIELD, bound=Refer(typed(secret="hunter2"))["secret"], options={})


def test_errors_of_the_whole_form_stand_in_the_summary():
    form = Refer(typed())
    form.add_error(None, "This person already has an open referral")

    assert summary_items(form) == [{"text": "This person already has an open referral"}]


def test_a_form_printed_whole_comes_out_the_same_way():
    html = str(Refer())

    assert "nhsuk-date-input" in html
    assert 'type="hidden" name="version"' in html
    assert "nhsuk-label" in str(Refer()["place"].as_field_group())


def test_our_own_sentences_are_left_alone():
    class Strict(forms.Form):
        place = forms.CharField(error_messages={"required": "Say where the person is now"})

    assert summary_items(Strict({}))[0]["text"] == "Say where the person is now"
