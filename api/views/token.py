"""The one OAuth 2.0 endpoint: client credentials become a token of 10 minutes. Errors have OAuth's own form."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.views.mixins import OAuthLibMixin

from accounts.access import public
from api import token_limits
from api.problems import Code, Problem
from api.refusals import plain

FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
CHALLENGE = 'Basic realm="oauth2", charset="UTF-8"'


@public
@method_decorator(csrf_exempt, name="dispatch")
class TokenView(OAuthLibMixin, View):
    """POST /oauth2/token."""

    http_method_names = ["post"]

    @method_decorator(sensitive_post_parameters("client_secret"))
    def post(self, request: HttpRequest) -> HttpResponse:
        if request.content_type != FORM:
            return refuse("invalid_request", f"Send the parameters as {FORM}.")
        try:
            repeated = [name for name, values in request.POST.lists() if len(values) > 1]
        except (RequestDataTooBig, TooManyFieldsSent):
            return refuse("invalid_request", "The form is too large.", status=413)
        if repeated or request.GET:
            return refuse("invalid_request", "Send each parameter once, in the body.")
        if "resource" in request.POST:
            return refuse("invalid_target", "Tokens are for this API only: leave resource out.")
        if token_limits.is_said_twice(request):
            return refuse("invalid_request", "Send id and secret once: by HTTP Basic, or in the form.")
        return self._ask(request)

    def _ask(self, request: HttpRequest) -> HttpResponse:
        attempt = token_limits.attempt(request)
        if seconds := attempt.seconds_to_wait():
            words = (
                "Too many tokens were asked for in this minute. Wait for Retry-After seconds. A token holds 10 minutes."
            )
            return refuse("temporarily_unavailable", words, status=429, wait=seconds)
        try:
            _, headers, body, status = self.create_token_response(request)
        except ValueError:
            return refuse("invalid_request", "The request could not be read.")
        answer = HttpResponse(body, status=status, headers={**headers, **NO_STORE})
        if status == 200 and not attempt.is_known:
            attempt.remember()
        if status == 401:
            answer["WWW-Authenticate"] = CHALLENGE
        return answer

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return plain(Problem(Code.METHOD_NOT_ALLOWED, headers={"Allow": "POST"}))


def refuse(error: str, words: str, *, status: int = 400, wait: int = 0) -> HttpResponse:
    """An error in OAuth's form."""
    headers = NO_STORE | ({"Retry-After": str(wait)} if wait else {})
    return JsonResponse({"error": error, "error_description": words}, status=status, headers=headers)
