"""The AWS CLI: pool life, roles, tags, paging, unsigned calls, the classic flow."""

import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "python"))
import mock  # noqa: E402

GOOGLE = "accounts.google.com"
ROLE = "arn:aws:iam::123456789012:role/Guest"


def run(*arguments, keys=None):
    environment = {**os.environ, "AWS_PAGER": "", **(keys or {})}
    return subprocess.run(["aws", *arguments], capture_output=True, text=True, env=environment)


def aws(*arguments, service="cognito-identity", keys=None):
    """What a command prints, read as JSON if it prints anything."""
    ran = run(service, *arguments, "--output", "json", keys=keys)
    if ran.returncode:
        raise AssertionError(f"aws {' '.join(arguments)}: {ran.returncode}\n{ran.stderr}")
    return json.loads(ran.stdout) if ran.stdout else None


def make_pool(name="app", *more):
    return aws(
        "create-identity-pool", "--identity-pool-name", name, "--allow-unauthenticated-identities",
        "--supported-login-providers", f"{GOOGLE}=app", *more
    )["IdentityPoolId"]


class Cli(mock.TestCase):
    def test_pool_life(self):
        pool = make_pool()
        of = ("--identity-pool-id", pool)
        aws("update-identity-pool", *of, "--identity-pool-name", "renamed", "--no-allow-unauthenticated-identities")
        self.assertEqual(
            aws("describe-identity-pool", *of),
            {
                "IdentityPoolId": pool,
                "IdentityPoolName": "renamed",
                "AllowUnauthenticatedIdentities": False,
                "IdentityPoolTags": {},
            },
        )
        self.assertIsNone(aws("delete-identity-pool", *of))
        gone = run("cognito-identity", "describe-identity-pool", *of)
        error = f"IdentityPool '{pool}' not found."
        self.assertIn(
            "An error occurred (ResourceNotFoundException) when calling the DescribeIdentityPool"
            f" operation: {error}",
            gone.stderr,
        )
        self.assertNotEqual(gone.returncode, 0)
        self.assert_logged(
            "CreateIdentityPool → ok",
            "UpdateIdentityPool → ok",
            "DescribeIdentityPool → ok",
            "DeleteIdentityPool → ok",
            f"DescribeIdentityPool → ResourceNotFoundException: {error}",
        )

    def test_roles_with_mappings(self):
        pool = make_pool()
        mappings = {
            GOOGLE: {
                "Type": "Rules",
                "AmbiguousRoleResolution": "AuthenticatedRole",
                "RulesConfiguration": {
                    "Rules": [{"Claim": "sub", "MatchType": "StartsWith", "Value": "a", "RoleARN": ROLE}]
                },
            }
        }
        of = ("--identity-pool-id", pool)
        self.assertIsNone(
            aws("set-identity-pool-roles", *of, "--roles", f"authenticated={ROLE}",
                "--role-mappings", json.dumps(mappings))
        )
        self.assertEqual(
            aws("get-identity-pool-roles", *of),
            {"IdentityPoolId": pool, "Roles": {"authenticated": ROLE}, "RoleMappings": mappings},
        )
        self.assert_logged(
            "CreateIdentityPool → ok", "SetIdentityPoolRoles → ok", "GetIdentityPoolRoles → ok"
        )

    def test_tags(self):
        pool = make_pool("app", "--identity-pool-tags", "stage=test")
        of = ("--resource-arn", f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}")
        self.assertIsNone(aws("tag-resource", *of, "--tags", "team=blue,cost=7"))
        self.assertIsNone(aws("untag-resource", *of, "--tag-keys", "cost"))
        self.assertEqual(
            aws("list-tags-for-resource", *of), {"Tags": {"stage": "test", "team": "blue"}}
        )
        self.assert_logged(
            "CreateIdentityPool → ok", "TagResource → ok", "UntagResource → ok", "ListTagsForResource → ok"
        )

    def test_paging(self):
        made = [make_pool(f"page {n}") for n in range(2)]
        self.log.new()
        # The API demands MaxResults, and its option rules the options for paging out.
        asked = ("--cli-input-json", '{"MaxResults": 60}', "--page-size", "1", "--max-items", "2")
        listed, token = [], None
        while True:
            start = ("--starting-token", token) if token else ()
            page = aws("list-identity-pools", *asked, *start)
            self.assertLessEqual(len(page["IdentityPools"]), 2)
            listed += [pool["IdentityPoolId"] for pool in page["IdentityPools"]]
            token = page.get("NextToken")
            if token is None:
                break
        self.assertLessEqual(set(made), set(listed))
        self.assertEqual(len(listed), len(set(listed)))
        pages = self.log.new()
        self.assertGreater(len(pages), 1)
        self.assertEqual(set(pages), {"ListIdentityPools → ok"})

    def test_unsigned_calls_and_the_classic_flow(self):
        pool = make_pool()
        aws("set-identity-pool-roles", "--identity-pool-id", pool, "--roles", f"unauthenticated={ROLE}")
        no_keys = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}

        def public(*arguments, service="cognito-identity"):
            return aws(*arguments, "--no-sign-request", service=service, keys=no_keys)

        identity = public("get-id", "--identity-pool-id", pool)["IdentityId"]
        answer = public("get-credentials-for-identity", "--identity-id", identity)
        self.assertEqual(answer["IdentityId"], identity)
        self.assertEqual(
            set(answer["Credentials"]), {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"}
        )
        token = public("get-open-id-token", "--identity-id", identity)["Token"]
        assumed = public(
            "assume-role-with-web-identity", "--role-arn", ROLE, "--role-session-name", "me",
            "--web-identity-token", token, service="sts",
        )
        keys = assumed["Credentials"]
        me = aws("get-caller-identity", service="sts", keys={
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        })
        self.assertEqual(me["Arn"], "arn:aws:sts::123456789012:assumed-role/Guest/me")

        refused = run("cognito-identity", "list-identity-pools", "--max-results", "1", "--no-sign-request", keys=no_keys)
        self.assertIn("(MissingAuthenticationTokenException)", refused.stderr)
        self.assert_logged(
            "CreateIdentityPool → ok",
            "SetIdentityPoolRoles → ok",
            "GetId → ok",
            "GetCredentialsForIdentity → ok",
            "GetOpenIdToken → ok",
            "AssumeRoleWithWebIdentity → ok",
            "GetCallerIdentity → ok",
            "ListIdentityPools → MissingAuthenticationTokenException: Missing Authentication Token",
        )

    def test_the_block_of_the_guide_runs(self):
        ran = subprocess.run(["sh", "-eu", os.environ["GUIDE_BLOCK"]], capture_output=True, text=True)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertRegex(json.loads(ran.stdout)["Credentials"]["AccessKeyId"], "^ASIA")
        self.assert_logged(
            "CreateIdentityPool → ok",
            "SetIdentityPoolRoles → ok",
            "GetId → ok",
            "GetCredentialsForIdentity → ok",
        )


if __name__ == "__main__":
    mock.run_suite("aws cli")
