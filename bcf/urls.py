"""The addresses of this room. A metric's own page comes last: its name must not take another page's address."""

from django.urls import path

from bcf.views import dashboard, metric, pack

urlpatterns = [
    path("", dashboard.page, name="figures"),
    path("figures.csv", dashboard.file, name="figures_csv"),
    path("live/<slug:level>/<slug:slug>/<uuid:scope_id>/", dashboard.live, name="figures_live"),
    path("board-pack/", pack.page, name="board_pack"),
    path("board-pack/sheets/", pack.printed, name="board_pack_print"),
    path("<slug:key>/", metric.page, name="figure"),
    path("<slug:key>/figures.csv", metric.file, name="figure_csv"),
    path("<slug:key>/compare/", metric.compare, name="figure_compare"),
    path("<slug:key>/compare/figures.csv", metric.compare_file, name="figure_compare_csv"),
]
