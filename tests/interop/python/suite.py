"""boto3: all 23 operations with their main errors, and the classic flow through STS."""

import datetime
import os
import runpy
import time

import boto3
import jwt
from botocore.config import Config
from botocore.exceptions import ClientError

import mock

GOOGLE = "accounts.google.com"
USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI"
OIDC = "token.actions.githubusercontent.com"
DEVELOPER = "login.example"
ISSUER = "https://cognito-identity.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/Guest"
NO_POOL = "us-east-1:00000000-0000-4000-8000-000000000000"

client = boto3.client("cognito-identity")
errors = client.exceptions


def login(provider, audience, subject):
    """A token as the provider would have issued it; the mock has no key to check its signature with."""
    now = int(time.time())
    claims = {
        "iss": f"https://{provider}",
        "aud": audience,
        "sub": subject,
        "iat": now,
        "exp": now + 600,
    }
    return {provider: jwt.encode(claims, "x" * 32, algorithm="HS256")}


def google(subject):
    return login(GOOGLE, "app", subject)


def verified(token, pool):
    """The claims of the mock's token, by another implementation and the keys that the mock publishes."""
    keys = jwt.PyJWKClient(os.environ["MOCK_URL"] + "/.well-known/jwks_uri")
    key = keys.get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=["RS512"], audience=pool, issuer=ISSUER)


def make_pool(**settings):
    settings.setdefault("IdentityPoolName", "app")
    settings.setdefault("AllowUnauthenticatedIdentities", True)
    settings.setdefault("SupportedLoginProviders", {GOOGLE: "app"})
    settings.setdefault("DeveloperProviderName", DEVELOPER)
    pool = client.create_identity_pool(**settings)["IdentityPoolId"]
    client.set_identity_pool_roles(
        IdentityPoolId=pool, Roles={"authenticated": ROLE, "unauthenticated": ROLE}
    )
    return pool


def guest(pool):
    return client.get_id(IdentityPoolId=pool)["IdentityId"]


def developer(pool, user, **more):
    return client.get_open_id_token_for_developer_identity(
        IdentityPoolId=pool, Logins={DEVELOPER: user}, **more
    )


def arn(pool):
    return f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}"


class TestCase(mock.TestCase):
    def assert_refused(self, kind, message, operation, /, **request):
        """The call raises botocore's own class for this error, and the server logged the error."""
        self.log.new()
        with self.assertRaises(kind) as raised:
            getattr(client, operation)(**request)
        error = raised.exception.response["Error"]
        if kind is not ClientError:
            self.assertIs(type(raised.exception), kind)
        self.assertEqual(error["Message"], message)
        status = raised.exception.response["ResponseMetadata"]["HTTPStatusCode"]
        self.assertEqual(status, 400)
        name = client.meta.method_to_api_mapping[operation]
        self.assert_logged(f"{name} → {error['Code']}: {message}")
        return error["Code"]

    def assert_pool_not_found(self, operation, **request):
        self.assert_refused(
            errors.ResourceNotFoundException,
            f"IdentityPool '{NO_POOL}' not found.",
            operation,
            **request,
        )

    def assert_identity_not_found(self, operation, **request):
        self.assert_refused(
            errors.ResourceNotFoundException,
            f"Identity '{NO_POOL}' not found.",
            operation,
            **request,
        )


class Pools(TestCase):
    def test_create(self):
        provider = {"ProviderName": USER_POOL, "ClientId": "client"}
        pool = client.create_identity_pool(
            IdentityPoolName="app",
            AllowUnauthenticatedIdentities=False,
            CognitoIdentityProviders=[provider],
            IdentityPoolTags={"team": "blue"},
        )
        self.assertRegex(pool.pop("IdentityPoolId"), r"^us-east-1:[0-9a-f-]{36}$")
        self.assertRegex(pool.pop("ResponseMetadata")["RequestId"], r"^[0-9a-f-]{36}$")
        self.assertEqual(
            pool,
            {
                "IdentityPoolName": "app",
                "AllowUnauthenticatedIdentities": False,
                "CognitoIdentityProviders": [{**provider, "ServerSideTokenCheck": False}],
                "IdentityPoolTags": {"team": "blue"},
            },
        )
        self.assert_logged("CreateIdentityPool → ok")

    def test_create_refused(self):
        self.assert_refused(
            errors.InvalidParameterException,
            "Invalid Cognito Identity Provider",
            "create_identity_pool",
            IdentityPoolName="app",
            AllowUnauthenticatedIdentities=True,
            CognitoIdentityProviders=[{"ProviderName": "us-east-1_AbCdEfGhI"}],
        )

    def test_create_broken_constraint(self):
        code = self.assert_refused(
            ClientError,
            "1 validation error detected: Value 'pool#name' at 'identityPoolName' failed to satisfy"
            r" constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+",
            "create_identity_pool",
            IdentityPoolName="pool#name",
            AllowUnauthenticatedIdentities=True,
        )
        self.assertEqual(code, "ValidationException")

    def test_describe(self):
        pool = make_pool(AllowClassicFlow=True)
        self.log.new()
        answer = client.describe_identity_pool(IdentityPoolId=pool)
        self.assertEqual(answer["IdentityPoolId"], pool)
        self.assertIs(answer["AllowClassicFlow"], True)
        self.assertEqual(answer["SupportedLoginProviders"], {GOOGLE: "app"})
        self.assertEqual(answer["DeveloperProviderName"], DEVELOPER)
        self.assertEqual(answer["IdentityPoolTags"], {})
        self.assert_logged("DescribeIdentityPool → ok")

    def test_describe_refused(self):
        self.assert_pool_not_found("describe_identity_pool", IdentityPoolId=NO_POOL)

    def test_update(self):
        pool = make_pool()
        client.update_identity_pool(
            IdentityPoolId=pool, IdentityPoolName="renamed", AllowUnauthenticatedIdentities=False,
            DeveloperProviderName=DEVELOPER,
        )
        answer = client.describe_identity_pool(IdentityPoolId=pool)
        self.assertEqual(answer["IdentityPoolName"], "renamed")
        self.assertIs(answer["AllowUnauthenticatedIdentities"], False)
        self.assertNotIn("SupportedLoginProviders", answer)

    def test_update_refused(self):
        self.assert_pool_not_found(
            "update_identity_pool",
            IdentityPoolId=NO_POOL,
            IdentityPoolName="app",
            AllowUnauthenticatedIdentities=True,
        )

    def test_delete(self):
        pool = make_pool()
        self.log.new()
        answer = client.delete_identity_pool(IdentityPoolId=pool)
        self.assertEqual(set(answer), {"ResponseMetadata"})
        self.assert_logged("DeleteIdentityPool → ok")
        with self.assertRaises(errors.ResourceNotFoundException):
            client.describe_identity_pool(IdentityPoolId=pool)

    def test_delete_refused(self):
        self.assert_pool_not_found("delete_identity_pool", IdentityPoolId=NO_POOL)

    def test_list_by_pages(self):
        made = {make_pool(IdentityPoolName=f"page {n}") for n in range(3)}
        self.log.new()
        pages = list(client.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": 2}))
        listed = [pool["IdentityPoolId"] for page in pages for pool in page["IdentityPools"]]
        self.assertGreaterEqual(set(listed), made)
        self.assertEqual(len(listed), len(set(listed)))
        self.assertGreater(len(pages), 1)
        self.assertNotIn("NextToken", pages[-1])
        self.assert_logged(*["ListIdentityPools → ok"] * len(pages))

    def test_list_refused(self):
        code = self.assert_refused(
            ClientError,
            "1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint:"
            " Member must have value less than or equal to 60",
            "list_identity_pools",
            MaxResults=61,
        )
        self.assertEqual(code, "ValidationException")


class Roles(TestCase):
    MAPPING = {
        GOOGLE: {
            "Type": "Rules",
            "AmbiguousRoleResolution": "Deny",
            "RulesConfiguration": {
                "Rules": [{"Claim": "sub", "MatchType": "Equals", "Value": "alice", "RoleARN": ROLE}]
            },
        }
    }

    def test_set_and_get(self):
        pool = make_pool()
        roles = {"authenticated": ROLE}
        self.log.new()
        client.set_identity_pool_roles(IdentityPoolId=pool, Roles=roles, RoleMappings=self.MAPPING)
        answer = client.get_identity_pool_roles(IdentityPoolId=pool)
        self.assertEqual(answer["Roles"], roles)
        self.assertEqual(answer["RoleMappings"], self.MAPPING)
        self.assert_logged("SetIdentityPoolRoles → ok", "GetIdentityPoolRoles → ok")

    def test_set_refused(self):
        self.assert_refused(
            errors.InvalidParameterException,
            "(bogus) is not a valid RoleMapping ProviderName or is not a configured provider.",
            "set_identity_pool_roles",
            IdentityPoolId=make_pool(),
            Roles={},
            RoleMappings={"bogus": self.MAPPING[GOOGLE]},
        )

    def test_role_refused(self):
        self.assert_refused(
            errors.NotAuthorizedException,
            "Access to Role 'no-arn-but-long-enough' is forbidden.",
            "set_identity_pool_roles",
            IdentityPoolId=make_pool(),
            Roles={"authenticated": "no-arn-but-long-enough"},
        )

    def test_get_refused(self):
        self.assert_pool_not_found("get_identity_pool_roles", IdentityPoolId=NO_POOL)


class Identities(TestCase):
    def test_get_id(self):
        pool = make_pool()
        self.log.new()
        self.assertNotEqual(guest(pool), guest(pool))
        alice = google("alice")
        first = client.get_id(IdentityPoolId=pool, Logins=alice)["IdentityId"]
        second = client.get_id(IdentityPoolId=pool, Logins=alice)["IdentityId"]
        self.assertEqual(first, second)
        self.assert_logged(*["GetId → ok"] * 4)

    def test_get_id_refused(self):
        self.assert_refused(
            errors.NotAuthorizedException,
            "Unauthenticated access is not supported for this identity pool.",
            "get_id",
            IdentityPoolId=make_pool(AllowUnauthenticatedIdentities=False),
        )

    def test_get_credentials(self):
        identity = guest(make_pool())
        self.log.new()
        answer = client.get_credentials_for_identity(IdentityId=identity)
        self.assertEqual(answer["IdentityId"], identity)
        keys = answer["Credentials"]
        self.assertEqual(set(keys), {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"})
        self.assertRegex(keys["AccessKeyId"], r"^ASIA[A-Z0-9]{16}$")
        self.assertIsInstance(keys["Expiration"], datetime.datetime)
        left = keys["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
        self.assertAlmostEqual(left.total_seconds(), 3600, delta=60)
        self.assert_logged("GetCredentialsForIdentity → ok")

    def test_get_credentials_refused(self):
        pool = client.create_identity_pool(IdentityPoolName="x", AllowUnauthenticatedIdentities=True)
        self.assert_refused(
            errors.InvalidIdentityPoolConfigurationException,
            "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
            "get_credentials_for_identity",
            IdentityId=guest(pool["IdentityPoolId"]),
        )
        self.assert_identity_not_found("get_credentials_for_identity", IdentityId=NO_POOL)

    def test_get_open_id_token(self):
        pool = make_pool()
        identity = guest(pool)
        self.log.new()
        token = client.get_open_id_token(IdentityId=identity)["Token"]
        self.assert_logged("GetOpenIdToken → ok")
        claims = verified(token, pool)
        self.assertEqual(claims["sub"], identity)
        self.assertEqual(claims["amr"], ["unauthenticated"])

    def test_tokens_of_every_kind(self):
        provider = {"ProviderName": USER_POOL, "ClientId": "client"}
        workflows = f"arn:aws:iam::123456789012:oidc-provider/{OIDC}"
        pool = make_pool(CognitoIdentityProviders=[provider], OpenIdConnectProviderARNs=[workflows])
        alice = login(USER_POOL, "client", "alice")
        workflow = login(OIDC, "sts.amazonaws.com", "repo:a/b")

        def token_for(logins):
            identity = client.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
            return client.get_open_id_token(IdentityId=identity, Logins=logins)

        kinds = {
            "guest": (token_for({}), ["unauthenticated"], 600),
            "user pool": (
                token_for(alice),
                ["authenticated", USER_POOL, f"{USER_POOL}:CognitoSignIn:alice"],
                600,
            ),
            "developer": (
                developer(pool, "user-1"),
                ["authenticated", DEVELOPER, f"{DEVELOPER}:{pool}:user-1"],
                900,
            ),
            "OIDC": (token_for(workflow), ["authenticated", OIDC, f"{workflows}:OIDC:repo:a/b"], 600),
        }
        for kind, (answer, amr, lifetime) in kinds.items():
            with self.subTest(kind):
                claims = verified(answer["Token"], pool)
                now = claims["iat"]
                self.assertAlmostEqual(now, time.time(), delta=60)
                expected = {
                    "sub": answer["IdentityId"],
                    "aud": pool,
                    "amr": amr,
                    "iss": ISSUER,
                    "https://cognito-identity.amazonaws.com/identity-pool-arn": arn(pool),
                    "exp": now + lifetime,
                    "iat": now,
                }
                if kind == "guest":
                    del expected["https://cognito-identity.amazonaws.com/identity-pool-arn"]
                self.assertEqual(list(claims.items()), list(expected.items()))
                header = {"kid": "us-east-1-7", "typ": "JWS", "alg": "RS512"}
                self.assertEqual(jwt.get_unverified_header(answer["Token"]), header)

    def test_get_open_id_token_refused(self):
        self.assert_refused(
            errors.InvalidParameterException,
            "Basic (classic) flow is not enabled, please use enhanced flow.",
            "get_open_id_token",
            IdentityId=guest(make_pool(AllowClassicFlow=False)),
        )

    def test_describe(self):
        pool = make_pool()
        identity = client.get_id(IdentityPoolId=pool, Logins=google("alice"))["IdentityId"]
        self.log.new()
        answer = client.describe_identity(IdentityId=identity)
        self.assertEqual((answer["IdentityId"], answer["Logins"]), (identity, [GOOGLE]))
        age = datetime.datetime.now(datetime.timezone.utc) - answer["CreationDate"]
        self.assertAlmostEqual(age.total_seconds(), 0, delta=60)
        self.assert_logged("DescribeIdentity → ok")

    def test_describe_refused(self):
        self.assert_identity_not_found("describe_identity", IdentityId=NO_POOL)

    def test_list(self):
        pool = make_pool()
        made = {guest(pool) for _ in range(3)}
        self.log.new()
        first = client.list_identities(IdentityPoolId=pool, MaxResults=2)
        rest = client.list_identities(IdentityPoolId=pool, MaxResults=2, NextToken=first["NextToken"])
        listed = {each["IdentityId"] for page in (first, rest) for each in page["Identities"]}
        self.assertEqual(listed, made)
        self.assertNotIn("NextToken", rest)
        self.assert_logged(*["ListIdentities → ok"] * 2)

    def test_list_refused(self):
        self.assert_pool_not_found("list_identities", IdentityPoolId=NO_POOL, MaxResults=1)

    def test_delete(self):
        identity = guest(make_pool())
        self.log.new()
        answer = client.delete_identities(IdentityIdsToDelete=[identity])
        self.assertEqual(answer["UnprocessedIdentityIds"], [])
        self.assert_logged("DeleteIdentities → ok")
        with self.assertRaises(errors.ResourceNotFoundException):
            client.describe_identity(IdentityId=identity)

    def test_delete_refused(self):
        code = self.assert_refused(
            ClientError,
            "1 validation error detected: Value '[no id]' at 'identityIdsToDelete' failed to satisfy"
            " constraint: Member must satisfy constraint: [Member must have length less than or equal"
            " to 55, Member must have length greater than or equal to 1, Member must satisfy regular"
            r" expression pattern: [\w-]+:[0-9a-f-]+]",
            "delete_identities",
            IdentityIdsToDelete=["no id"],
        )
        self.assertEqual(code, "ValidationException")

    def test_unlink(self):
        pool = make_pool()
        alice = google("alice")
        identity = client.get_id(IdentityPoolId=pool, Logins=alice)["IdentityId"]
        self.log.new()
        client.unlink_identity(IdentityId=identity, Logins=alice, LoginsToRemove=[GOOGLE])
        self.assert_logged("UnlinkIdentity → ok")
        again = client.get_id(IdentityPoolId=pool, Logins=alice)["IdentityId"]
        self.assertNotEqual(again, identity)

    def test_unlink_refused(self):
        pool = make_pool()
        identity = client.get_id(IdentityPoolId=pool, Logins=google("alice"))["IdentityId"]
        client.get_id(IdentityPoolId=pool, Logins=google("bob"))
        self.assert_refused(
            errors.NotAuthorizedException,
            "Logins don't match. Please include at least one valid login for this identity or"
            " identity pool.",
            "unlink_identity",
            IdentityId=identity,
            Logins=google("bob"),
            LoginsToRemove=[GOOGLE],
        )


class Developers(TestCase):
    def test_token(self):
        pool = make_pool()
        self.log.new()
        answer = developer(pool, "alice", TokenDuration=60, PrincipalTags={"team": "blue"})
        self.assertEqual(developer(pool, "alice")["IdentityId"], answer["IdentityId"])
        self.assert_logged(*["GetOpenIdTokenForDeveloperIdentity → ok"] * 2)
        claims = jwt.decode(answer["Token"], options={"verify_signature": False})
        self.assertEqual(claims["exp"] - claims["iat"], 60)
        logins = {"cognito-identity.amazonaws.com": answer["Token"]}
        keys = client.get_credentials_for_identity(IdentityId=answer["IdentityId"], Logins=logins)
        self.assertIn("SecretKey", keys["Credentials"])

    def test_token_refused(self):
        pool = make_pool()
        developer(pool, "alice")
        other = developer(pool, "bob")["IdentityId"]
        self.assert_refused(
            errors.DeveloperUserAlreadyRegisteredException,
            "This developer user identifier is already registered with Cognito.",
            "get_open_id_token_for_developer_identity",
            IdentityPoolId=pool,
            IdentityId=other,
            Logins={DEVELOPER: "alice"},
        )

    def test_lookup(self):
        pool = make_pool()
        identity = developer(pool, "alice")["IdentityId"]
        self.log.new()
        answer = client.lookup_developer_identity(IdentityPoolId=pool, DeveloperUserIdentifier="alice")
        self.assertEqual(answer["IdentityId"], identity)
        self.assertEqual(answer["DeveloperUserIdentifierList"], ["alice"])
        self.assert_logged("LookupDeveloperIdentity → ok")

    def test_lookup_refused(self):
        pool = make_pool()
        developer(pool, "alice")
        self.assert_refused(
            errors.ResourceConflictException,
            "Developer user identifier 'alice' is linked to another identity.",
            "lookup_developer_identity",
            IdentityPoolId=pool,
            IdentityId=developer(pool, "bob")["IdentityId"],
            DeveloperUserIdentifier="alice",
        )

    def merge(self, pool, source, destination):
        return {
            "IdentityPoolId": pool,
            "DeveloperProviderName": DEVELOPER,
            "SourceUserIdentifier": source,
            "DestinationUserIdentifier": destination,
        }

    def test_merge(self):
        pool = make_pool()
        developer(pool, "alice")
        bob = developer(pool, "bob")["IdentityId"]
        self.log.new()
        merged = client.merge_developer_identities(**self.merge(pool, "alice", "bob"))
        self.assertEqual(merged["IdentityId"], bob)
        self.assert_logged("MergeDeveloperIdentities → ok")
        self.assertEqual(developer(pool, "alice")["IdentityId"], bob)

    def test_merge_refused(self):
        pool = make_pool()
        developer(pool, "bob")
        self.assert_refused(
            errors.ResourceNotFoundException,
            "Developer user identifier 'nobody' not found.",
            "merge_developer_identities",
            **self.merge(pool, "nobody", "bob"),
        )

    def unlink(self, pool, identity, user):
        return {
            "IdentityPoolId": pool,
            "IdentityId": identity,
            "DeveloperProviderName": DEVELOPER,
            "DeveloperUserIdentifier": user,
        }

    def test_unlink(self):
        pool = make_pool()
        identity = developer(pool, "alice")["IdentityId"]
        self.log.new()
        client.unlink_developer_identity(**self.unlink(pool, identity, "alice"))
        self.assert_logged("UnlinkDeveloperIdentity → ok")
        self.assertNotEqual(developer(pool, "alice")["IdentityId"], identity)

    def test_unlink_refused(self):
        pool = make_pool()
        identity = developer(pool, "alice")["IdentityId"]
        self.assert_refused(
            errors.ResourceNotFoundException,
            "Developer user identifier 'nobody' not found.",
            "unlink_developer_identity",
            **self.unlink(pool, identity, "nobody"),
        )


class Tags(TestCase):
    def test_tags(self):
        resource = arn(make_pool())
        self.log.new()
        client.tag_resource(ResourceArn=resource, Tags={"team": "blue", "stage": "test"})
        client.untag_resource(ResourceArn=resource, TagKeys=["stage"])
        self.assertEqual(client.list_tags_for_resource(ResourceArn=resource)["Tags"], {"team": "blue"})
        self.assert_logged("TagResource → ok", "UntagResource → ok", "ListTagsForResource → ok")

    def test_tags_refused(self):
        resource = arn(NO_POOL)
        self.assert_pool_not_found("tag_resource", ResourceArn=resource, Tags={"team": "blue"})
        self.assert_pool_not_found("untag_resource", ResourceArn=resource, TagKeys=["team"])
        self.assert_pool_not_found("list_tags_for_resource", ResourceArn=resource)

    def test_principal_tags(self):
        pool = make_pool()
        where = {"IdentityPoolId": pool, "IdentityProviderName": GOOGLE}
        self.log.new()
        client.set_principal_tag_attribute_map(**where, PrincipalTags={"name": "sub"})
        answer = client.get_principal_tag_attribute_map(**where)
        self.assertEqual(answer["PrincipalTags"], {"name": "sub"})
        self.assertIs(answer["UseDefaults"], False)
        self.assert_logged("SetPrincipalTagAttributeMap → ok", "GetPrincipalTagAttributeMap → ok")

    def test_principal_tags_refused(self):
        where = {"IdentityPoolId": NO_POOL, "IdentityProviderName": GOOGLE}
        self.assert_pool_not_found("set_principal_tag_attribute_map", **where, UseDefaults=True)
        self.assert_pool_not_found("get_principal_tag_attribute_map", **where)


class ClassicFlow(TestCase):
    def test_a_token_becomes_credentials(self):
        identity = guest(make_pool())
        token = client.get_open_id_token(IdentityId=identity)["Token"]
        self.log.new()
        answer = boto3.client("sts").assume_role_with_web_identity(
            RoleArn=ROLE, RoleSessionName="me", WebIdentityToken=token
        )
        self.assertEqual(answer["SubjectFromWebIdentityToken"], identity)
        keys = answer["Credentials"]
        self.assertIsInstance(keys["Expiration"], datetime.datetime)
        me = boto3.client(
            "sts",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        ).get_caller_identity()
        self.assertEqual(me["Arn"], "arn:aws:sts::123456789012:assumed-role/Guest/me")
        self.assert_logged("AssumeRoleWithWebIdentity → ok", "GetCallerIdentity → ok")

    def test_what_is_no_token_is_refused(self):
        sts = boto3.client("sts")
        with self.assertRaises(sts.exceptions.InvalidIdentityTokenException) as raised:
            sts.assume_role_with_web_identity(
                RoleArn=ROLE, RoleSessionName="me", WebIdentityToken="no token"
            )
        message = raised.exception.response["Error"]["Message"]
        self.assert_logged(f"AssumeRoleWithWebIdentity → InvalidIdentityToken: {message}")


class Options(TestCase):
    def client(self, server, **more):
        return boto3.client("cognito-identity", endpoint_url=server.url, **more)

    def test_lenient_logins(self):
        with mock.Server("--lenient-logins") as server:
            lenient = self.client(server)
            pool = lenient.create_identity_pool(
                IdentityPoolName="app", AllowUnauthenticatedIdentities=False
            )["IdentityPoolId"]
            first = lenient.get_id(IdentityPoolId=pool, Logins={GOOGLE: "alice"})
            second = lenient.get_id(IdentityPoolId=pool, Logins={GOOGLE: "alice"})
            self.assertEqual(first["IdentityId"], second["IdentityId"])
            self.assertEqual(server.log.new(), ["CreateIdentityPool → ok"] + ["GetId → ok"] * 2)

    def test_aws_quotas(self):
        with mock.Server("--aws-quotas") as server:
            once = self.client(server, config=Config(retries={"total_max_attempts": 1}))
            settings = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True}
            providers = [{"ProviderName": USER_POOL, "ClientId": f"client{n}"} for n in range(51)]
            with self.assertRaises(once.exceptions.LimitExceededException):
                once.create_identity_pool(**settings, CognitoIdentityProviders=providers)
            resource = arn(once.create_identity_pool(**settings)["IdentityPoolId"])
            with self.assertRaises(once.exceptions.TooManyRequestsException) as raised:
                for _ in range(50):  # of which five a second are let in
                    once.tag_resource(ResourceArn=resource, Tags={"team": "blue"})
            self.assertEqual(raised.exception.response["Error"]["Message"], "Rate exceeded")
            self.assertEqual(server.log.new()[-1], "TagResource → TooManyRequestsException: Rate exceeded")

    def test_seed(self):
        def ids(seed):
            with mock.Server("--seed", seed) as server:
                pool = self.client(server).create_identity_pool(
                    IdentityPoolName="app", AllowUnauthenticatedIdentities=True
                )["IdentityPoolId"]
                return pool, self.client(server).get_id(IdentityPoolId=pool)["IdentityId"]

        self.assertEqual(ids("42"), ids("42"))
        self.assertNotEqual(ids("42"), ids("43"))

    def test_the_log_has_the_time_and_the_attempt(self):
        client.list_identity_pools(MaxResults=1)
        line = self.log.lines()[-1]
        self.assertEqual((line["operation"], line["attempt"]), ("ListIdentityPools", "1"))
        at = datetime.datetime.fromisoformat(line["time"].replace("Z", "+00:00"))
        age = datetime.datetime.now(datetime.timezone.utc) - at
        self.assertAlmostEqual(age.total_seconds(), 0, delta=60)


class Guide(TestCase):
    def test_the_block_runs(self):
        block = runpy.run_path(os.environ["GUIDE_BLOCK"])
        self.assertRegex(block["credentials"]["AccessKeyId"], "^ASIA")
        self.assert_logged(
            "CreateIdentityPool → ok",
            "SetIdentityPoolRoles → ok",
            "GetId → ok",
            "GetCredentialsForIdentity → ok",
        )


class Zed(TestCase):
    """Runs last, as tests go by name."""

    def test_every_operation_succeeded_and_was_refused(self):
        everything = set(client.meta.service_model.operation_names)
        self.assertEqual(len(everything), 23)
        lines = self.log.lines()
        self.assertLessEqual(everything, {line["operation"] for line in lines if line["outcome"] == "ok"})
        self.assertLessEqual(everything, {line["operation"] for line in lines if line["outcome"] != "ok"})


if __name__ == "__main__":
    mock.run_suite("boto3")
