"""botocore: requests to other services that are signed with credentials of the mock. The example
`signed_api` stands for these services and names the identity whose credentials it recognizes."""

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import boto3
from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

import mock

ROLE = "arn:aws:iam::123456789012:role/Guest"


class Server:
    """The mock and the API beside it, in a process of their own."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [os.environ["SIGNED_API_BINARY"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.mock = self.process.stdout.readline().removeprefix("mock on ").strip()
        self.api = self.process.stdout.readline().removeprefix("API on ").strip()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Signing(mock.unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cognito = boto3.client("cognito-identity", endpoint_url=cls.server.mock)
        cls.pool = cognito.create_identity_pool(
            IdentityPoolName="app", AllowUnauthenticatedIdentities=True
        )["IdentityPoolId"]
        cognito.set_identity_pool_roles(IdentityPoolId=cls.pool, Roles={"unauthenticated": ROLE})
        cls.identity = cognito.get_id(IdentityPoolId=cls.pool)["IdentityId"]
        answer = cognito.get_credentials_for_identity(IdentityId=cls.identity)["Credentials"]
        cls.credentials = Credentials(
            answer["AccessKeyId"], answer["SecretKey"], answer["SessionToken"]
        )

    def client(self, service, **config):
        return boto3.client(
            service,
            endpoint_url=self.server.api,
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            aws_session_token=self.credentials.token,
            config=Config(**config),
        )

    def send(self, request):
        """Status and body of the answer to a signed request."""
        return self.send_prepared(request.prepare())

    def send_prepared(self, request):
        sent = urllib.request.Request(
            request.url, data=request.body, headers=dict(request.headers), method=request.method
        )
        try:
            with urllib.request.urlopen(sent, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.status, json.load(refused)

    def signed(self, signer, service, method="GET", path="/", region="us-east-1", **more):
        credentials = more.pop("credentials", self.credentials)
        request = AWSRequest(method=method, url=self.server.api + path, **more)
        signer(credentials, service, region).add_auth(request)
        return request

    def assert_named(self, answer):
        self.assertEqual(answer["cognitoIdentityId"], self.identity)
        self.assertEqual(answer["cognitoIdentityPoolId"], self.pool)
        self.assertEqual(answer["cognitoAuthenticationType"], "unauthenticated")
        self.assertEqual(answer["accessKey"], self.credentials.access_key)

    def test_headers(self):
        for method, path, data in [
            ("GET", "/", None),
            ("GET", "/notes/a%20b/../c//d?tag=x%20y&empty=&tag=a", None),
            ("POST", "/notes", '{"title":"milk ☕"}'.encode()),
            ("DELETE", "/notes/1%2F2", None),
        ]:
            with self.subTest(method=method, path=path):
                request = self.signed(SigV4Auth, "execute-api", method, path, data=data)
                status, answer = self.send(request)
                self.assertEqual(status, 200, answer)
                self.assert_named(answer)

    def test_any_service_and_region(self):
        for service, region in [("appsync", "eu-west-1"), ("es", "ap-south-1"), ("lambda", "us-west-2")]:
            with self.subTest(service=service):
                request = self.signed(SigV4Auth, service, "POST", "/x", region, data=b"{}")
                status, answer = self.send(request)
                self.assertEqual(status, 200, answer)
                self.assert_named(answer)

    def test_presigned_urls(self):
        request = self.signed(SigV4QueryAuth, "execute-api", path="/notes?tag=a%20b")
        status, answer = self.send(request)
        self.assertEqual(status, 200, answer)
        self.assert_named(answer)
        url = self.client("s3", signature_version="s3v4").generate_presigned_url(
            "get_object", Params={"Bucket": "photos", "Key": "a b/ä+c.jpg"}, ExpiresIn=60
        )
        with urllib.request.urlopen(url, timeout=20) as answer:
            self.assert_named(json.load(answer))

    def test_clients_of_other_services(self):
        s3 = self.client("s3")
        for key in ["me.jpg", "a//b/../c d/e+f&g=h/ä€.jpg", "~!*'().txt"]:
            with self.subTest(key=key):
                answer = s3.get_object(Bucket="photos", Key=key)
                self.assert_named(json.load(answer["Body"]))
        # The client accepts no JSON as an answer, so its request is sent again by hand.
        requests = []
        s3.meta.events.register("before-send.s3.PutObject", lambda request, **_: requests.append(request))
        with self.assertRaises(ClientError):
            s3.put_object(Bucket="photos", Key="me.jpg", Body=b"pixels", Metadata={"note": "two  blanks"})
        requests[0].body.seek(0)
        status, answer = self.send_prepared(requests[0])
        self.assertEqual(status, 200, answer)
        self.assert_named(answer)
        answer = self.client("lambda").invoke(FunctionName="f", Payload=b'{"a":1}')
        self.assert_named(json.load(answer["Payload"]))

    def test_what_is_refused(self):
        frozen = self.credentials.get_frozen_credentials()
        key, secret, token = frozen.access_key, frozen.secret_key, frozen.token
        for what, credentials, why in [
            ("secret", Credentials(key, "wrong", token), "another secret"),
            ("token", Credentials(key, secret), "the request has none"),
            ("key", Credentials("ASIAUNKNOWN", secret, token), "not known"),
        ]:
            with self.subTest(what=what):
                request = self.signed(SigV4Auth, "execute-api", credentials=credentials)
                status, answer = self.send(request)
                self.assertEqual(status, 403)
                self.assertIn(why, answer["explanation"])
        request = self.signed(S3SigV4Auth, "s3", "PUT", "/photos/1", data=b"pixels")
        request.data = b"others"
        status, answer = self.send(request)
        self.assertEqual(status, 400)
        self.assertIn("x-amz-content-sha256", answer["message"])


if __name__ == "__main__":
    mock.run_suite("signing")
