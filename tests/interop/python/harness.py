"""The control routes, through the client in `clients/python`: boto3 against faults, the clock, logins."""

import threading

import boto3
from botocore.exceptions import ClientError

import mock

GOOGLE = "accounts.google.com"
POOL = "us-east-1:11111111-2222-3333-4444-555555555555"
ROLE = "arn:aws:iam::123456789012:role/User"
STATE = {
    "IdentityPools": [
        {
            "IdentityPoolId": POOL,
            "IdentityPoolName": "app",
            "AllowUnauthenticatedIdentities": True,
            "SupportedLoginProviders": {GOOGLE: "my-app"},
            "Roles": {"authenticated": ROLE, "unauthenticated": ROLE},
        }
    ]
}

client = boto3.client("cognito-identity")


class Harness(mock.TestCase):
    def setUp(self):
        super().setUp()
        self.mock = mock.control()
        self.mock.reset()
        self.mock.put_state(STATE)

    def test_boto3_retries_through_two_throttles(self):
        fault = self.mock.inject("throttle", operations=["GetId"], times=2, name="busy")

        identity = client.get_id(IdentityPoolId=POOL)["IdentityId"]

        self.assertRegex(identity, "^us-east-1:")
        calls = self.mock.calls("GetId")
        self.assertEqual([call["attempt"] for call in calls], [1, 2, 3])
        self.assertEqual([call["outcome"] for call in calls], ["error", "error", "ok"])
        self.assertEqual([call.get("fault") for call in calls], ["busy", "busy", None])
        self.assertEqual(len({call["invocation"] for call in calls}), 1)
        self.assertTrue(all(call["input"] == {"IdentityPoolId": POOL} for call in calls))
        self.assertEqual(self.mock.remove_fault(fault)["fired"], 2)
        self.mock.verify()

    def test_a_fault_that_never_fires_fails_verification(self):
        self.mock.inject("reset_connection", operations=["GetOpenIdToken"])

        with self.assertRaisesRegex(mock.MockError, "1 fault did not fire as expected") as raised:
            self.mock.verify()
        self.assertEqual(raised.exception.status, 409)
        self.assertEqual(len(self.mock.clear_faults()), 1)

    def test_a_misspelt_fault_is_refused(self):
        with self.assertRaises(mock.MockError) as raised:
            self.mock.inject("throttle", operations=["GetId"], time=2)
        self.assertEqual(raised.exception.body["path"], "$.time")
        self.assertIn("did you mean times?", str(raised.exception))
        self.assertEqual(self.mock.faults(), [])

    def test_a_login_signs_in_until_the_clock_has_moved(self):
        logins = self.mock.login(GOOGLE, "alice", expires_in="10m")
        identity = client.get_id(IdentityPoolId=POOL, Logins=logins)["IdentityId"]
        answer = client.get_credentials_for_identity(IdentityId=identity, Logins=logins)
        issued = self.mock.issued_credentials(answer["Credentials"]["AccessKeyId"])
        self.assertEqual((issued["identity_id"], issued["role_arn"]), (identity, ROLE))

        before = self.mock.clock()
        try:
            self.assertGreater(self.mock.advance_clock("1h"), before)
            with self.assertRaises(client.exceptions.NotAuthorizedException):
                client.get_id(IdentityPoolId=POOL, Logins=logins)
        finally:
            self.mock.set_clock(before)
        call = self.mock.calls("GetId")[-1]
        self.assertEqual(call["input"]["Logins"], {GOOGLE: "<token of alice>"})
        self.assertIn("the mock's clock shows", call["explanation"])
        self.assertIn("<login alice of accounts.google.com>", self.mock.transcript())

    def test_a_call_in_the_background_is_awaited(self):
        caller = threading.Thread(target=lambda: client.get_id(IdentityPoolId=POOL))
        caller.start()
        self.assertEqual(len(self.mock.wait_for_calls("GetId")), 1)
        caller.join()
        with self.assertRaisesRegex(mock.MockError, "waited 1ms for 2 calls to GetId, but received 1"):
            self.mock.wait_for_calls("GetId", 2, timeout=0.001)

    def test_the_state_survives_the_server(self):
        client.get_id(IdentityPoolId=POOL, Logins=self.mock.login(GOOGLE, "alice"))
        state = self.mock.state()
        with mock.Server() as other:
            self.assertEqual(other.put_state(state), state)

    def test_an_error_can_be_scripted(self):
        self.mock.inject("error", operations=["DescribeIdentity"], code="Teapot", message="short", status=418)
        with self.assertRaises(ClientError) as raised:
            client.describe_identity(IdentityId=POOL)
        self.assertEqual(raised.exception.response["Error"], {"Code": "Teapot", "Message": "short"})


if __name__ == "__main__":
    mock.run_suite("harness by boto3")
