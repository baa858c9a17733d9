"""The board pack: choosing what goes in and in which order, and the sheets to print."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from bcf.metrics import METRICS
from bcf.packs import Pack, PackForm
from bcf.presenters.lines import RULE
from bcf.presenters.sheets import sheets
from bcf.reading import freshness
from bcf.scopes import all_scopes

CHANGES = {"up": Pack.up, "down": Pack.down, "drop": Pack.drop, "add": Pack.add}


@requires(Permission.VIEW_FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Choose the metrics and their order. Each button leads to an address that holds the new order."""
    form = PackForm(request.GET, all_scopes())
    pack = form.pack()
    asked = [(name, request.GET[name]) for name in CHANGES if name in request.GET]
    if asked and not form.errors:
        for name, key in asked:
            pack = CHANGES[name](pack, key)
        return HttpResponseRedirect(f"{reverse('board_pack')}?{pack.query()}#agenda")
    context = {
        "form": form,
        "pack": pack,
        "agenda": [METRICS[key] for key in pack.keys],
        "others": [METRICS[key] for key in pack.others],
        "figures_href": f"{reverse('figures')}?{pack.choice.query()}",
    }
    return render(request, "bcf/board_pack.jinja", context, status=422 if form.errors else 200)


@requires(Permission.VIEW_FIGURES)
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The sheets: one for the agenda, then one for each metric."""
    form = PackForm(request.GET, all_scopes())
    pack = form.pack()
    if form.errors or not pack.keys:
        return page(request)
    context = {
        "pack": pack,
        "choice": pack.choice,
        "sheets": sheets(pack),
        "freshness": freshness(),
        "rule": RULE,
        "back": f"{reverse('board_pack')}?{pack.query()}",
    }
    return render(request, "bcf/board_pack_sheets.jinja", context)
