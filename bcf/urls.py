"""The addresses of this room. A metric's own page comes last: its name must not take another page's address."""

from django.urls import path

from bcf.views import audit, dashboard, imports, metric, pack, published, targets, unmet

urlpatterns = [
    path("", dashboard.page, name="figures"),
    path("figures.csv", dashboard.file, name="figures_csv"),
    path("live/<slug:level>/<slug:slug>/<uuid:scope_id>/", dashboard.live, name="figures_live"),
    path("board-pack/", pack.page, name="board_pack"),
    path("board-pack/sheets/", pack.printed, name="board_pack_print"),
    path("home-first-audit/", audit.page, name="home_first_audit"),
    path("home-first-audit/figures.csv", audit.file, name="home_first_audit_csv"),
    path("unmet-need/", unmet.page, name="unmet_by_hour"),
    path("unmet-need/figures.csv", unmet.file, name="unmet_by_hour_csv"),
    path("published/", published.page, name="published"),
    path("published/figures.csv", published.file, name="published_csv"),
    path("published/<slug:key>/", published.metric, name="published_metric"),
    path("targets/", targets.page, name="targets"),
    path("targets/set/", targets.new, name="target_set"),
    path("targets/<uuid:target_id>/end/", targets.end, name="target_end"),
    path("import/", imports.page, name="imports"),
    path("import/template.csv", imports.template, name="import_template"),
    path("import/<uuid:batch_id>/", imports.batch, name="import_batch"),
    path("import/<uuid:batch_id>/mistakes.csv", imports.mistakes, name="import_mistakes"),
    path("import/<uuid:batch_id>/commit/", imports.commit, name="import_commit"),
    path("import/<uuid:batch_id>/discard/", imports.discard, name="import_discard"),
    path("import/<uuid:batch_id>/undo/", imports.undo, name="import_undo"),
    path("<slug:key>/", metric.page, name="figure"),
    path("<slug:key>/figures.csv", metric.file, name="figure_csv"),
    path("<slug:key>/compare/", metric.compare, name="figure_compare"),
    path("<slug:key>/compare/figures.csv", metric.compare_file, name="figure_compare_csv"),
]
