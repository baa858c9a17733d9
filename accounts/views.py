"""Pages about oneself: signing in, choosing a role, staying signed in, my account."""

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from allauth.mfa.models import Authenticator
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from accounts import cis2, sessions
from accounts.access import identified, public
from accounts.forms import RoleForm
from accounts.models import Membership
from audit.errors import NotPermitted
from audit.events import Kind
from audit.models import Event

RECENT = 10


@public
class SignInView(LoginView):
    """The e-mail and password page, with the way to NHS CIS2 where it is set up."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {**super().get_context_data(**kwargs), "cis2": cis2.is_configured()}


@public
def cis2_login(request: HttpRequest) -> HttpResponse:
    """Off to NHS CIS2."""
    if not cis2.is_configured():
        raise Http404("CIS2 is not set up here.")
    try:
        return OAuth2LoginView.adapter_view(cis2.Cis2Adapter(request))(request)
    except RequestException:
        return render(request, "accounts/cis2_down.jinja", status=503)


@public
def cis2_callback(request: HttpRequest) -> HttpResponse:
    """Back from NHS CIS2."""
    if not cis2.is_configured():
        raise Http404("CIS2 is not set up here.")
    return OAuth2CallbackView.adapter_view(cis2.Cis2Adapter(request))(request)


@identified
def role(request: HttpRequest) -> HttpResponse:
    """Choose the role to act in; one at a time, and every choice is on record."""
    choices = list(Membership.objects.choices_for(request.user.pk))
    current = request.session.get(sessions.MEMBERSHIP)
    form = RoleForm(
        request.POST if request.method == "POST" else None, choices=choices, initial={"membership": current}
    )
    if request.method == "POST" and form.is_valid():
        try:
            sessions.choose(request, request.user, form.cleaned_data["membership"])
        except NotPermitted as refused:
            form.add_error("membership", refused.message)
        else:
            request.session.cycle_key()  # so that no copy under the old key brings back the old role
            return redirect(get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "choices": choices, "next": get_next_redirect_url(request) or ""}
    status = 403 if not choices else 422 if form.is_bound else 200
    return render(request, "accounts/role.jinja", context, status=status)


@identified
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """My roles, my second factors, and when and how I signed in lately."""
    user = request.user
    context = {
        "person": user,
        "memberships": Membership.objects.filter(user=user).select_related("role", "organisation", "team"),
        "moment": timezone.now(),
        "current_membership": request.session.get(sessions.MEMBERSHIP),
        "factors": [one.wrap() for one in Authenticator.objects.filter(user=user).order_by("created_at")],
        "sign_ins": Event.objects.filter(kind=Kind.SIGNED_IN, subject_id=user.pk).order_by("-id")[:RECENT],
        "has_password": user.has_usable_password(),
    }
    return render(request, "accounts/me.jinja", context)


@identified
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody said that they are still here."""
    sessions.touch(request, at_once=True)
    ends = sessions.ends_at(request)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"ends": ends.isoformat()})
    return redirect(get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL)
