// A real OpenID provider (oidc-provider, certified) on a loopback port, with the claims that NHS CIS2 gives.
// Started by test_cis2.py: node provider.mjs '{"redirect_uris": [...], "jwks": {...}, "people": {"<uid>": {...}}}'.
// It prints its address, then serves until it is ended. Its sign-in page asks only for a user id and a level.

import http from "node:http";
import { Provider } from "oidc-provider";

const { redirect_uris, jwks, people } = JSON.parse(process.argv[2]);
const SCOPES = "openid profile email nationalrbacaccess organisationalmemberships selectedrole";
const LEVELS = ["AAL1", "AAL2", "AAL3"];

const client = { redirect_uris, response_types: ["code"], grant_types: ["authorization_code"], scope: SCOPES };

// `only_in_userinfo` makes the two answers differ, as those of a provider gone wrong would.
const said = (use, sub, { only_in_userinfo, ...rest }) => ({ sub, ...rest, ...(use === "userinfo" && only_in_userinfo) });

const configuration = {
  clients: [
    { ...client, client_id: "portal", client_secret: "a-shared-secret", token_endpoint_auth_method: "client_secret_post" },
    { ...client, client_id: "portal-key", token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "RS512", jwks },
  ],
  enabledJWA: { clientAuthSigningAlgValues: ["RS512"] },
  pkce: { required: () => true },
  scopes: SCOPES.split(" "),
  acrValues: LEVELS,
  claims: {
    openid: ["sub", "acr"],
    profile: ["name", "given_name", "family_name", "uid", "nhsid_useruid"],
    email: ["email", "email_verified"],
    nationalrbacaccess: ["nhsid_nrbac_roles"],
    organisationalmemberships: ["nhsid_org_memberships"],
    selectedrole: ["selected_roleid"],
  },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["only-for-tests"] },
  interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
  findAccount: (_, sub) => people[sub] && { accountId: sub, claims: (use) => said(use, sub, people[sub]) },
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope(SCOPES);
    await grant.save();
    return grant;
  },
};

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  const serve = provider.callback();
  server.on("request", async (request, response) => {
    if (!request.url.startsWith("/sign-in/")) return serve(request, response);
    if (request.method === "GET") return response.end("NHS CIS2 stand-in: who are you?");
    const form = await body(request);
    const answer = form.has("cancel")
      ? { error: "access_denied", error_description: "The person stopped." }
      : { login: { accountId: form.get("uid"), acr: form.get("level") ?? undefined } };
    await provider.interactionFinished(request, response, answer);
  });
  console.log(JSON.stringify({ issuer }));
});
