"""Crisis episodes and the rota."""

from django.urls import URLPattern, path

from homefirst.views import crisis, crisis_steps, rota

urlpatterns: list[URLPattern] = [
    path("crisis/", crisis.page, name="crisis"),
    path("crisis/rows/", crisis.rows, name="crisis_rows"),
    path("crisis/export.csv", crisis.export, name="crisis_export"),
    path("crisis/overstays/", crisis.overstays, name="crisis_overstays"),
    path("crisis/overstays/export.csv", crisis.overstays_export, name="crisis_overstays_export"),
    path("crisis/<uuid:episode_id>/", crisis.episode, name="crisis_episode"),
    *(
        path(
            f"crisis/<uuid:subject_id>/{way.url_name.removeprefix('crisis_').replace('_', '-')}/",
            view,
            name=way.url_name,
        )
        for way, view in crisis_steps.VIEWS.items()
    ),
    path("rota/", rota.page, name="rota"),
    path("rota/export.csv", rota.export, name="rota_export"),
    path("rota/add/", rota.add, name="rota_add"),
    path("rota/<uuid:shift_id>/cancel/", rota.cancel, name="rota_cancel"),
]
