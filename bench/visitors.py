"""Who drives the portal: a partner's system with a token, and people who signed in with their password."""

import http.client
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from stack.errors import StackError

HTTPS = {"Host": "localhost", "X-Forwarded-Proto": "https"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Visitor:
    """A browser or a system, as far as a measurement needs one."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "", **more: str) -> tuple[int, http.client.HTTPMessage, str]:
        """One request on a connection of its own; cookies are kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body.encode(), self.all_headers() | more)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers, text

    def all_headers(self) -> dict[str, str]:
        """What every request of this visitor carries."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return HTTPS | self.headers | ({"Cookie": cookies} if cookies else {})

    def post_form(self, path: str, **typed: str) -> str:
        """Fill in the form of a page; where the answer leads."""
        _, _, page = self.ask("GET", path)
        found = TOKEN.search(page)
        if not found:
            raise StackError(f"There is no form at {path}.")
        body = urlencode(typed | {"csrfmiddlewaretoken": found[1]})
        more = FORM | {"Referer": f"https://localhost{path}", "Origin": "https://localhost"}
        status, headers, _ = self.ask("POST", path, body, **more)
        if status != 302:
            raise StackError(f"The form at {path} was answered with {status}.")
        place = urlsplit(headers["Location"])
        return place.path + (f"?{place.query}" if place.query else "")

    def request(self, method: str, path: str, body: bytes = b"", **more: str) -> bytes:
        """A whole request as bytes, for the driver."""
        headers = self.all_headers() | more | ({"Content-Length": str(len(body))} if body else {})
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode() + body


def partner(port: int, client: dict[str, str]) -> Visitor:
    """A partner's system with a new token."""
    visitor = Visitor(port)
    form = {name: client[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
    status, _, text = visitor.ask("POST", "/oauth2/token", urlencode(form), **FORM)
    if status != 200:
        raise StackError(f"No token for {client['client_id']}: {status} {text[:200]}")
    visitor.headers["Authorization"] = f"Bearer {json.loads(text)['access_token']}"
    return visitor


def person(port: int, entry: dict[str, str]) -> Visitor:
    """Somebody who signed in."""
    visitor = Visitor(port)
    visitor.post_form("/accounts/login/", login=entry["email"], password=entry["password"])
    status, _, _ = visitor.ask("GET", "/")
    if status != 200:
        raise StackError(f"{entry['email']} is not signed in: {status}.")
    return visitor
