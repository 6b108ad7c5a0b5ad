// The control routes, through the client in `clients/javascript`: the SDK v3 against faults, the clock,
// logins.

import assert from "node:assert/strict";
import { mock as node } from "node:test";

import { CognitoIdentity } from "@aws-sdk/client-cognito-identity";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";

import { GOOGLE, ROLE, control, suite } from "./mock.mjs";

const POOL = "us-east-1:11111111-2222-3333-4444-555555555555";
const STATE = {
  IdentityPools: [
    {
      IdentityPoolId: POOL,
      IdentityPoolName: "app",
      AllowUnauthenticatedIdentities: true,
      SupportedLoginProviders: { [GOOGLE]: "my-app" },
      Roles: { authenticated: ROLE, unauthenticated: ROLE },
    },
  ],
};
const client = new CognitoIdentity();

/** A test with a fresh state. */
const fresh = (test) => async () => {
  await control.reset();
  await control.putState(STATE);
  await test();
};

await suite("harness by the javascript sdk", {
  "the provider refreshes its credentials after the clock moved": fresh(async () => {
    node.timers.enable({ apis: ["Date"], now: Date.now() });
    const started = await control.clock();
    try {
      const logins = await control.login(GOOGLE, "alice", { expires_in: "3h" });
      const credentials = fromCognitoIdentityPool({ identityPoolId: POOL, logins, clientConfig: {} });
      const signed = new CognitoIdentity({ credentials });
      const operations = async () => (await control.calls()).map((call) => call.operation);
      await signed.listIdentityPools({ MaxResults: 1 });
      await signed.listIdentityPools({ MaxResults: 1 });
      const signIn = ["GetId", "GetCredentialsForIdentity"];
      assert.deepEqual(await operations(), [...signIn, "ListIdentityPools", "ListIdentityPools"]);
      const [, , first] = await control.calls();

      await control.forgetCalls();
      await control.advanceClock("1h");
      node.timers.setTime(Date.now() + 3_600_000);
      await signed.listIdentityPools({ MaxResults: 1 });

      assert.deepEqual(await operations(), [...signIn, "ListIdentityPools"]);
      const [, , second] = await control.calls();
      assert.notEqual(second.access_key_id, first.access_key_id);
      const issued = await control.issuedCredentials(second.access_key_id);
      assert.ok(issued.expiration > (await control.clock()));
      assert.equal(issued.role_arn, ROLE);
      const before = await control.issuedCredentials(first.access_key_id);
      assert.equal(issued.identity_id, before.identity_id);
    } finally {
      node.timers.reset();
      await control.setClock(started);
    }
  }),

  "the sdk retries through two throttles": fresh(async () => {
    const fault = await control.inject("throttle", { operations: ["GetId"], times: 2 });
    await client.getId({ IdentityPoolId: POOL });
    const calls = await control.calls("GetId");
    assert.deepEqual(calls.map(({ attempt, outcome }) => `${attempt} ${outcome}`), ["1 error", "2 error", "3 ok"]);
    assert.equal((await control.removeFault(fault)).fired, 2);
    await control.verify();
  }),

  "a mistake is an error with its path": fresh(async () => {
    await assert.rejects(control.inject("throttle", { operations: ["GetIds"] }), (error) => {
      assert.equal(error.status, 400);
      assert.equal(error.body.path, "$.operations[0]");
      assert.match(error.message, /did you mean GetId\?/);
      return true;
    });
    await control.inject("hang", { operations: ["GetOpenIdToken"] });
    await assert.rejects(control.verify(), /1 fault did not fire as expected/);
    assert.equal((await control.clearFaults()).length, 1);
  }),

  "a call in the background is awaited": fresh(async () => {
    const call = client.getId({ IdentityPoolId: POOL });
    assert.equal((await control.waitForCalls("GetId")).length, 1);
    await call;
    assert.match(await control.transcript(), /^#1 {2}GetId {2}attempt 1 {2}<pool "app">, no logins {2}→ ok/);
  }),
});
