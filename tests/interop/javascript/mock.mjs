// What the suites in JavaScript share: the server's log, and a runner that prints a count.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { MockCognitoIdentity } from "./mock-cognito-identity.mjs";

const LINE = /^(\S+Z)  (.+?)  attempt (\d+)  → (.*?)(?:  because .*)?$/;
let seen = 0;

/** The harness of the suite's server. */
export const control = new MockCognitoIdentity(process.env.MOCK_URL);

/** `operation → outcome` of the calls since the last time. A line is there before the answer. */
export function newCalls() {
  const lines = readFileSync(process.env.MOCK_LOG, "utf8").split("\n").filter(Boolean);
  const calls = lines.slice(seen).map((line) => {
    const [, , operation, , outcome] = line.match(LINE);
    return `${operation} → ${outcome}`;
  });
  seen = lines.length;
  return calls;
}

export const assertLogged = (...expected) => assert.deepEqual(newCalls(), expected);

/** Runs the tests one after the other; the log is theirs alone meanwhile. */
export async function suite(name, tests) {
  let passed = 0;
  for (const [title, test] of Object.entries(tests)) {
    newCalls();
    try {
      await test();
      passed += 1;
    } catch (error) {
      process.exitCode = 1;
      console.error(`FAIL: ${title}\n`, error);
    }
  }
  console.log(`${name}: ${passed} of ${Object.keys(tests).length} passed`);
}

export const ROLE = "arn:aws:iam::123456789012:role/Guest";
export const GOOGLE = "accounts.google.com";

/** A token as Google would have issued it; the mock has no key to check its signature with. */
export function google(subject) {
  const now = Math.floor(Date.now() / 1000);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: `https://${GOOGLE}`, aud: "app", sub: subject, iat: now, exp: now + 600 };
  return { [GOOGLE]: `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.${part("signed")}` };
}

export async function makePool(client, settings = {}) {
  const { IdentityPoolId } = await client.createIdentityPool({
    IdentityPoolName: "app",
    AllowUnauthenticatedIdentities: true,
    SupportedLoginProviders: { [GOOGLE]: "app" },
    ...settings,
  });
  await client.setIdentityPoolRoles({
    IdentityPoolId,
    Roles: { authenticated: ROLE, unauthenticated: ROLE },
  });
  newCalls();
  return IdentityPoolId;
}
