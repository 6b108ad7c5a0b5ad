// The helper for node:test in `clients/javascript`, as a project uses it. Each test has a server of its own.

import assert from "node:assert/strict";
import test from "node:test";

import { CognitoIdentity } from "@aws-sdk/client-cognito-identity";

import { mockCognitoIdentity } from "./mock-cognito-identity.mjs";

const command = process.env.MOCK_BINARY;
const STATE = { IdentityPools: [{ IdentityPoolName: "app", AllowUnauthenticatedIdentities: true }] };

test("signing in survives throttling", async (t) => {
  const mock = await mockCognitoIdentity(t, ["--quiet"], { command });
  const [pool] = (await mock.putState(STATE)).IdentityPools;
  await mock.inject("throttle", { operations: ["GetId"], times: 2 });

  const client = new CognitoIdentity(mock.clientConfig);
  const { IdentityId } = await client.getId({ IdentityPoolId: pool.IdentityPoolId });

  assert.match(IdentityId, /^us-east-1:/);
  assert.deepEqual((await mock.calls("GetId")).map((call) => call.outcome), ["error", "error", "ok"]);
});

test("a command that cannot serve is an error", async (t) => {
  await assert.rejects(mockCognitoIdentity(t, ["--region", "x y"], { command, stderr: "ignore" }), /ended with 2/);
});
