"""Beds, places and changes of capacity."""

from django.urls import URLPattern, path

from homefirst.views import bed_matches, beds, bedways, changes

urlpatterns: list[URLPattern] = [
    path("beds/", beds.board, name="beds"),
    path("beds/rows/", beds.rows, name="bed_rows"),
    path("beds/export.csv", beds.export, name="beds_export"),
    path("beds/matches/", bed_matches.matches_page, name="bed_matches"),
    path("beds/wards/<slug:slug>/", beds.ward, name="ward"),
    path("beds/wards/<slug:slug>/rows/", beds.ward_rows, name="ward_rows"),
    path("beds/wards/<slug:slug>/confirm/", beds.confirm, name="ward_confirm"),
    path("beds/wards/<slug:slug>/propose/", changes.propose, name="change_propose"),
    path("beds/changes/", changes.listed, name="changes"),
    path("beds/changes/<uuid:change_id>/", changes.change, name="change"),
    path("beds/changes/<uuid:change_id>/withdraw/", changes.withdraw, name="change_withdraw"),
    *(
        path(f"beds/<uuid:subject_id>/{way.url_name.removeprefix('bed_')}/", view, name=way.url_name)
        for way, view in bedways.BED_VIEWS.items()
    ),
    *(
        path(
            f"beds/stays/<uuid:subject_id>/{way.url_name.removeprefix('bed_').replace('_', '-')}/",
            view,
            name=way.url_name,
        )
        for way, view in bedways.SPELL_VIEWS.items()
    ),
]
