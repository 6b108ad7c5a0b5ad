// A page in headless Chromium, served from another port than the mock: the bundled SDK and Amplify.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { CognitoIdentity } from "@aws-sdk/client-cognito-identity";
import { build } from "esbuild";
import { chromium } from "playwright-core";

import { GOOGLE, ROLE, control, makePool, newCalls, suite } from "../mock.mjs";

const NO_POOL = "us-east-1:00000000-0000-4000-8000-000000000000";
const NOT_FOUND = `IdentityPool '${NO_POOL}' not found.`;
const client = new CognitoIdentity();

const bundle = await build({
  entryPoints: ["page.mjs"],
  bundle: true,
  write: false,
  format: "esm",
  platform: "browser",
  // What the package's "browser" field says, without the extension that this bundler asks for.
  alias: { "@aws-sdk/credential-providers": "@aws-sdk/credential-providers/dist-es/index.browser.js" },
  logLevel: "error",
});
const files = {
  "/": ["text/html", await readFile("page.html")],
  "/page.js": ["text/javascript", bundle.outputFiles[0].contents],
};
const pages = createServer((request, response) => {
  const [type, body] = files[request.url] ?? [];
  response.writeHead(type ? 200 : 404, { "Content-Type": type ?? "text/plain" }).end(body);
});
await new Promise((listening) => pages.listen(0, "127.0.0.1", listening));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  // As root, in a container, without a network: none of what Chromium does of its own accord.
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 480 } });
const console_ = [];
page.on("console", (message) => console_.push(message.text()));
page.on("pageerror", (error) => console_.push(String(error)));

const pool = await makePool(client);
const scenario = { endpoint: process.env.MOCK_URL, pool, noPool: NO_POOL, logins: await control.login(GOOGLE, "alice"), role: ROLE };
await page.goto(`http://127.0.0.1:${pages.address().port}/#${encodeURIComponent(JSON.stringify(scenario))}`);
let results = {};
try {
  await page.waitForFunction(() => window.outcome, null, { timeout: 30_000 });
  results = await page.evaluate(() => window.outcome);
} catch (error) {
  console.error(error.message);
}
const screenshot = join(process.env.INTEROP_OUTPUT, "browser.png");
await page.screenshot({ path: screenshot });
const shown = await page.textContent("#results");
await browser.close();
pages.close();

const calls = newCalls();
const { Identities } = await client.listIdentities({ IdentityPoolId: pool, MaxResults: 60 });
const recorded = Object.fromEntries(Identities.map(({ IdentityId, Logins }) => [IdentityId, Logins ?? []]));

/** The page shows an identity that the mock has recorded, with these logins. */
function assertIdentity(identityId, logins) {
  assert.deepEqual(recorded[identityId], logins);
  assert.ok(shown.includes(identityId));
}

await suite("browser", {
  "a guest is signed in by the SDK": () => {
    const { identityId, expiration } = results["guest, by the SDK"];
    assertIdentity(identityId, []);
    assert.ok(Math.abs(expiration - Date.now() - 3_600_000) < 60_000);
  },
  "a user is signed in by the SDK": () => {
    const { identityId, accessKeyId, secret } = results["user, by the SDK"];
    assertIdentity(identityId, ["accounts.google.com"]);
    assert.match(accessKeyId, /^ASIA/);
    assert.ok(secret >= 40);
  },
  "a guest is signed in by Amplify": () => {
    const { identityId, accessKeyId, secret } = results["guest, by Amplify"];
    assertIdentity(identityId, []);
    assert.match(accessKeyId, /^ASIA/);
    assert.ok(secret >= 40);
  },
  "the classic flow ends in a role": () => {
    const { identityId, arn } = results["classic flow"];
    assertIdentity(identityId, []);
    assert.equal(arn, "arn:aws:sts::123456789012:assumed-role/Guest/page");
  },
  "the key set can be read": () => assert.equal(results["key set"].algorithm, "RS512"),
  "an error has its name, its message and its request id": () => {
    const { name, message, requestId } = results["error of an unknown pool"];
    assert.equal(name, "ResourceNotFoundException");
    assert.equal(message, NOT_FOUND);
    assert.match(requestId, /^[0-9a-f-]{36}$/);
  },
  "a login of the mock is the user's": async () => {
    const [call] = (await control.calls("GetId")).filter((call) => call.input.Logins);
    assert.deepEqual(call.input.Logins, { [GOOGLE]: "<token of alice>" });
  },
  "control routes are out of the page's reach": async () => {
    assert.deepEqual(results["control routes"], { sent: "opaque", read: "TypeError" });
    assert.deepEqual(await control.faults(), []);
  },
  "the headers of an error can be read": () => {
    assert.deepEqual(results["headers of an error"], { type: "ResourceNotFoundException:", message: NOT_FOUND });
  },
  "the mock saw each call once, and no preflight": () => {
    const signIn = ["GetId → ok", "GetCredentialsForIdentity → ok"];
    const refused = `GetId → ResourceNotFoundException: ${NOT_FOUND}`;
    const classic = ["GetId → ok", "GetOpenIdToken → ok", "AssumeRoleWithWebIdentity → ok"];
    assert.deepEqual(calls, [...signIn, ...signIn, ...signIn, ...classic, refused, refused]);
  },
});
if (process.exitCode) console.error("the page said:", { results, console: console_ });
console.log(`the page is shown in ${screenshot}`);
