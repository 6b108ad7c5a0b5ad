// What an app does in a browser: sign in as a guest and as a user, read errors, with the SDK and
// with Amplify. What comes of it is shown on the page, and kept in `window.outcome`.

import { CognitoIdentity } from "@aws-sdk/client-cognito-identity";
import { STS } from "@aws-sdk/client-sts";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { Amplify } from "aws-amplify";
import { fetchAuthSession } from "aws-amplify/auth";

const { endpoint, pool, noPool, logins, role } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const clientConfig = { endpoint, region: "us-east-1" };
const client = new CognitoIdentity(clientConfig);

const steps = {
  "guest, by the SDK": async () => {
    const signIn = fromCognitoIdentityPool({ identityPoolId: pool, clientConfig });
    return (({ identityId, expiration }) => ({ identityId, expiration: expiration.getTime() }))(await signIn());
  },
  "user, by the SDK": async () => {
    const signIn = fromCognitoIdentityPool({ identityPoolId: pool, logins, clientConfig });
    const { identityId, accessKeyId, secretAccessKey } = await signIn();
    return { identityId, accessKeyId, secret: secretAccessKey.length };
  },
  "guest, by Amplify": async () => {
    Amplify.configure({
      Auth: { Cognito: { identityPoolId: pool, identityPoolEndpoint: endpoint, allowGuestAccess: true } },
    });
    const { identityId, credentials } = await fetchAuthSession();
    return { identityId, accessKeyId: credentials.accessKeyId, secret: credentials.secretAccessKey.length };
  },
  "classic flow": async () => {
    const { IdentityId } = await client.getId({ IdentityPoolId: pool });
    const { Token } = await client.getOpenIdToken({ IdentityId });
    const sts = new STS({ ...clientConfig, credentials: { accessKeyId: "any", secretAccessKey: "any" } });
    const assumed = await sts.assumeRoleWithWebIdentity({
      RoleArn: role,
      RoleSessionName: "page",
      WebIdentityToken: Token,
    });
    return { identityId: assumed.SubjectFromWebIdentityToken, arn: assumed.AssumedRoleUser.Arn };
  },
  "key set": async () => {
    const { keys } = await (await fetch(`${endpoint}/.well-known/jwks_uri`)).json();
    return { algorithm: keys[0].alg };
  },
  "error of an unknown pool": async () => {
    try {
      await client.getId({ IdentityPoolId: noPool });
    } catch (error) {
      return { name: error.name, message: error.message, requestId: error.$metadata.requestId };
    }
  },
  "control routes": async () => {
    // A page of another origin can neither read them nor change anything through them.
    const fault = JSON.stringify({ effect: "hang" });
    const sent = await fetch(`${endpoint}/_mock/faults`, { method: "POST", mode: "no-cors", body: fault });
    const read = await fetch(`${endpoint}/_mock/calls`).then(() => "read", (error) => error.name);
    return { sent: sent.type, read };
  },
  "headers of an error": async () => {
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityService.GetId",
      },
      body: JSON.stringify({ IdentityPoolId: noPool }),
    });
    return { type: answer.headers.get("x-amzn-ErrorType"), message: answer.headers.get("x-amzn-ErrorMessage") };
  },
};

document.querySelector("#origin").textContent = location.origin;
document.querySelector("#endpoint").textContent = endpoint;
const results = {};
for (const [name, step] of Object.entries(steps)) {
  try {
    results[name] = await step();
  } catch (error) {
    results[name] = { failed: `${error.name}: ${error.message}` };
  }
  const row = document.querySelector("#results").insertRow();
  row.innerHTML = "<th></th><td></td>";
  row.cells[0].textContent = name;
  row.cells[1].textContent = Object.values(results[name] ?? {}).join(" · ");
}
window.outcome = results;
