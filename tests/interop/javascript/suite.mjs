// The JavaScript SDK v3 in Node: the client, and the credential providers that apps sign in with.

import assert from "node:assert/strict";

import {
  CognitoIdentity,
  InvalidParameterException,
  NotAuthorizedException,
  ResourceConflictException,
  ResourceNotFoundException,
  paginateListIdentityPools,
} from "@aws-sdk/client-cognito-identity";
import { STS } from "@aws-sdk/client-sts";
import { fromCognitoIdentity, fromCognitoIdentityPool } from "@aws-sdk/credential-providers";

import { GOOGLE, ROLE, assertLogged, google, makePool, newCalls, suite } from "./mock.mjs";

const NO_POOL = "us-east-1:00000000-0000-4000-8000-000000000000";
// Everything is in the environment, as it would be for an app.
const client = new CognitoIdentity();

async function assertRefused(call, kind, message) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof kind, `${error.name} is not ${kind.name}`);
    assert.equal(error.name, kind.name);
    assert.equal(error.message, message);
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
    return true;
  });
}

function assertCredentials(credentials, identityId) {
  assert.match(credentials.accessKeyId, /^ASIA[A-Z0-9]{16}$/);
  assert.ok(credentials.secretAccessKey.length >= 40, "no secretAccessKey");
  assert.ok(credentials.sessionToken.length > 100, "no sessionToken");
  assert.ok(credentials.expiration instanceof Date);
  const left = (credentials.expiration - Date.now()) / 1000;
  assert.ok(Math.abs(left - 3600) < 60, `expires in ${left}s`);
  if (identityId) assert.equal(credentials.identityId, identityId);
}

await suite("javascript sdk", {
  "a pool lives": async () => {
    const made = await client.createIdentityPool({
      IdentityPoolName: "app",
      AllowUnauthenticatedIdentities: true,
      IdentityPoolTags: { team: "blue" },
    });
    const { IdentityPoolId } = made;
    const shown = await client.describeIdentityPool({ IdentityPoolId });
    assert.deepEqual(shown.IdentityPoolTags, { team: "blue" });
    await client.deleteIdentityPool({ IdentityPoolId });
    const message = `IdentityPool '${IdentityPoolId}' not found.`;
    await assertRefused(client.describeIdentityPool({ IdentityPoolId }), ResourceNotFoundException, message);
    assertLogged(
      "CreateIdentityPool → ok",
      "DescribeIdentityPool → ok",
      "DeleteIdentityPool → ok",
      `DescribeIdentityPool → ResourceNotFoundException: ${message}`,
    );
  },

  "roles, tags and attribute maps come back": async () => {
    const IdentityPoolId = await makePool(client);
    const RoleMappings = { [GOOGLE]: { Type: "Token", AmbiguousRoleResolution: "Deny" } };
    await client.setIdentityPoolRoles({ IdentityPoolId, Roles: { authenticated: ROLE }, RoleMappings });
    const roles = await client.getIdentityPoolRoles({ IdentityPoolId });
    assert.deepEqual(roles.RoleMappings, RoleMappings);
    const ResourceArn = `arn:aws:cognito-identity:us-east-1:123456789012:identitypool/${IdentityPoolId}`;
    await client.tagResource({ ResourceArn, Tags: { team: "blue" } });
    assert.deepEqual((await client.listTagsForResource({ ResourceArn })).Tags, { team: "blue" });
    const where = { IdentityPoolId, IdentityProviderName: GOOGLE };
    await client.setPrincipalTagAttributeMap({ ...where, PrincipalTags: { name: "sub" } });
    assert.deepEqual((await client.getPrincipalTagAttributeMap(where)).PrincipalTags, { name: "sub" });
    assert.ok(newCalls().every((call) => call.endsWith("→ ok")));
  },

  "pools are listed by pages": async () => {
    const made = [await makePool(client), await makePool(client)];
    const listed = [];
    for await (const page of paginateListIdentityPools({ client, pageSize: 1 }, { MaxResults: 1 })) {
      listed.push(...page.IdentityPools.map((pool) => pool.IdentityPoolId));
    }
    assert.ok(made.every((id) => listed.includes(id)));
    assert.deepEqual(newCalls(), listed.map(() => "ListIdentityPools → ok"));
  },

  "identities have dates and logins": async () => {
    const IdentityPoolId = await makePool(client);
    const { IdentityId } = await client.getId({ IdentityPoolId, Logins: google("alice") });
    const shown = await client.describeIdentity({ IdentityId });
    assert.deepEqual(shown.Logins, [GOOGLE]);
    assert.ok(Math.abs(shown.CreationDate - Date.now()) < 60_000);
    const { Identities } = await client.listIdentities({ IdentityPoolId, MaxResults: 60 });
    assert.equal(Identities[0].IdentityId, IdentityId);
    const { UnprocessedIdentityIds } = await client.deleteIdentities({ IdentityIdsToDelete: [IdentityId] });
    assert.deepEqual(UnprocessedIdentityIds, []);
    assertLogged("GetId → ok", "DescribeIdentity → ok", "ListIdentities → ok", "DeleteIdentities → ok");
  },

  "refusals arrive as the classes of the model": async () => {
    const guests = await makePool(client, { AllowUnauthenticatedIdentities: false });
    await assertRefused(
      client.getId({ IdentityPoolId: guests }),
      NotAuthorizedException,
      "Unauthenticated access is not supported for this identity pool.",
    );
    const classic = await makePool(client, { AllowClassicFlow: false });
    const { IdentityId } = await client.getId({ IdentityPoolId: classic });
    await assertRefused(
      client.getOpenIdToken({ IdentityId }),
      InvalidParameterException,
      "Basic (classic) flow is not enabled, please use enhanced flow.",
    );
    const developers = await makePool(client, { DeveloperProviderName: "login.example" });
    const user = (name) => ({ IdentityPoolId: developers, Logins: { "login.example": name } });
    await client.getOpenIdTokenForDeveloperIdentity(user("alice"));
    const bob = await client.getOpenIdTokenForDeveloperIdentity(user("bob"));
    await assertRefused(
      client.lookupDeveloperIdentity({
        IdentityPoolId: developers,
        IdentityId: bob.IdentityId,
        DeveloperUserIdentifier: "alice",
      }),
      ResourceConflictException,
      "Developer user identifier 'alice' is linked to another identity.",
    );
    assert.match(newCalls().at(-1), /^LookupDeveloperIdentity → ResourceConflictException: /);
  },

  "a broken constraint keeps its name": async () => {
    await assert.rejects(client.getId({ IdentityPoolId: "us-east-1" }), (error) => {
      assert.equal(error.name, "ValidationException");
      assert.match(error.message, /^1 validation error detected: Value 'us-east-1' at 'identityPoolId'/);
      return true;
    });
    assert.match(newCalls()[0], /^GetId → ValidationException: /);
  },

  "fromCognitoIdentityPool signs a guest in": async () => {
    const identityPoolId = await makePool(client);
    const credentials = await fromCognitoIdentityPool({ identityPoolId, clientConfig: {} })();
    assertCredentials(credentials);
    assertLogged("GetId → ok", "GetCredentialsForIdentity → ok");
  },

  "fromCognitoIdentityPool signs a user in": async () => {
    const identityPoolId = await makePool(client);
    const logins = google("alice");
    const credentials = await fromCognitoIdentityPool({ identityPoolId, logins, clientConfig: {} })();
    const { IdentityId } = await client.getId({ IdentityPoolId: identityPoolId, Logins: logins });
    assertCredentials(credentials, IdentityId);
    assertLogged("GetId → ok", "GetCredentialsForIdentity → ok", "GetId → ok");
  },

  "fromCognitoIdentity turns an identity into credentials": async () => {
    const IdentityPoolId = await makePool(client);
    const guest = await client.getId({ IdentityPoolId });
    assertCredentials(
      await fromCognitoIdentity({ identityId: guest.IdentityId, clientConfig: {} })(),
      guest.IdentityId,
    );
    const Logins = google("alice");
    const alice = await client.getId({ IdentityPoolId, Logins });
    const signIn = (logins) => fromCognitoIdentity({ identityId: alice.IdentityId, logins, clientConfig: {} })();
    assertCredentials(await signIn(Logins), alice.IdentityId);
    await assertRefused(
      signIn(),
      NotAuthorizedException,
      `Access to Identity '${alice.IdentityId}' is forbidden.`,
    );
    assertLogged(
      "GetId → ok",
      "GetCredentialsForIdentity → ok",
      "GetId → ok",
      "GetCredentialsForIdentity → ok",
      `GetCredentialsForIdentity → NotAuthorizedException: Access to Identity '${alice.IdentityId}' is forbidden.`,
    );
  },

  "an unknown pool refuses to sign in": async () => {
    const signIn = fromCognitoIdentityPool({ identityPoolId: NO_POOL, clientConfig: {} });
    const message = `IdentityPool '${NO_POOL}' not found.`;
    await assertRefused(signIn(), ResourceNotFoundException, message);
    assertLogged(`GetId → ResourceNotFoundException: ${message}`);
  },

  "the classic flow ends in credentials": async () => {
    const IdentityPoolId = await makePool(client);
    const { IdentityId } = await client.getId({ IdentityPoolId });
    const { Token } = await client.getOpenIdToken({ IdentityId });
    const assumed = await new STS().assumeRoleWithWebIdentity({
      RoleArn: ROLE,
      RoleSessionName: "me",
      WebIdentityToken: Token,
    });
    assert.equal(assumed.SubjectFromWebIdentityToken, IdentityId);
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = assumed.Credentials;
    assert.ok(Expiration > new Date());
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    const me = await new STS({ credentials }).getCallerIdentity();
    assert.equal(me.Arn, "arn:aws:sts::123456789012:assumed-role/Guest/me");
    assertLogged(
      "GetId → ok",
      "GetOpenIdToken → ok",
      "AssumeRoleWithWebIdentity → ok",
      "GetCallerIdentity → ok",
    );
  },

  "a client without keys calls the public operations": async () => {
    const IdentityPoolId = await makePool(client);
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...rest } = process.env;
    const before = process.env;
    process.env = rest;
    try {
      const { IdentityId } = await new CognitoIdentity().getId({ IdentityPoolId });
      assert.match(IdentityId, /^us-east-1:/);
    } finally {
      process.env = before;
    }
    assertLogged("GetId → ok");
  },

  "the block of the guide runs": async () => {
    const { credentials } = await import("./guide.mjs");
    assertCredentials(credentials);
    assertLogged(
      "CreateIdentityPool → ok",
      "SetIdentityPoolRoles → ok",
      "GetId → ok",
      "GetCredentialsForIdentity → ok",
    );
  },
});
