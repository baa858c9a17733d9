"""Starts the stand-in for NHS CIS2 and goes through its pages as a browser without JavaScript does."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LEVEL = "AAL3"


class StandIn:
    """A running provider: its address and the private key that its second client proves itself with."""

    def __init__(self, issuer: str, private_key: str) -> None:
        self.issuer = issuer
        self.private_key = private_key

    def sign_in(self, portal: str, uid: str, *, level: str = LEVEL, path: str = "", **form: str) -> "Visit":
        """Go to the portal's CIS2 link, name oneself at the provider, and follow where it leads."""
        browser = requests.Session()
        asked = browser.get(f"{portal}/accounts/cis2/login/{path}", timeout=60)
        assert asked.url.startswith(f"{self.issuer}/sign-in/"), asked.text
        answered = browser.post(asked.url, data={"uid": uid, "level": level, **form}, timeout=60)
        return Visit(browser, answered)


class Visit:
    """A browser and the page it ended on."""

    def __init__(self, browser: requests.Session, page: requests.Response) -> None:
        self.browser, self.page = browser, page

    @property
    def callback(self) -> str:
        """The address with which the provider sent the browser back to the portal."""
        return next(one.url for one in [*self.page.history, self.page] if "/cis2/callback/" in one.url)

    def heading(self) -> str:
        """The page's heading."""
        return re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", self.page.text, re.DOTALL)[1]


@contextmanager
def running(portal: str, people: dict[str, Any]) -> Iterator[StandIn]:
    """A provider that knows these people and this portal."""
    if not (ROOT / "node_modules" / "oidc-provider").is_dir():
        raise RuntimeError("node_modules lacks oidc-provider: run `npm ci`, which `make test` does.")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    given = {
        "redirect_uris": [f"{portal}/accounts/cis2/callback/"],
        "jwks": {"keys": [{**public, "kid": "portal-1", "use": "sig", "alg": "RS512"}]},
        "people": people,
    }
    command = ["node", str(HERE / "provider.mjs"), json.dumps(given)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            line = process.stdout.readline()
            yield StandIn(json.loads(line)["issuer"], _pem(key))
        finally:
            process.terminate()


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
