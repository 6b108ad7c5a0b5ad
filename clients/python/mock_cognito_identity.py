"""Amazon Cognito identity pools for Python tests: starts the command `mock-cognito-identity` and
controls it over HTTP. Copy this file into your tests. It needs nothing but Python 3.9.

    # In conftest.py: two pytest fixtures, of which the second starts the mock once for all tests.
    from mock_cognito_identity import cognito_identity, cognito_identity_server

    def test_sign_in_survives_throttling(cognito_identity):
        cognito_identity.put_state({"IdentityPools": [{...}]})
        cognito_identity.inject("throttle", operations=["GetId"], times=2)

        sign_in()  # finds the mock by its environment

        assert [call["outcome"] for call in cognito_identity.calls("GetId")] == ["error", "error", "ok"]

With unittest, use `MockCognitoIdentity.start()` and `stop()`, and `reset()` between tests.
"""

import datetime
import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request

# A proxy that is configured on this machine must not see requests to the mock.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


# Variables that would lead an SDK away from the mock.
MISLEADING = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")


class MockError(AssertionError):
    """The mock refused a control request, or what it reports is not as expected."""

    def __init__(self, status, body):
        super().__init__(body.get("report") or body.get("message") or body)
        self.status = status
        self.body = body


class MockCognitoIdentity:
    """A running mock. `url` is its endpoint."""

    def __init__(self, url, process=None):
        self.url = url.rstrip("/")
        self._process = process

    @classmethod
    def start(cls, *options, command="mock-cognito-identity", stderr=None):
        """Starts the command with these options, on a free port unless they name one."""
        process = subprocess.Popen([command, *options], stdout=subprocess.PIPE, stderr=stderr, text=True)
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            process.stdout.close()
            raise RuntimeError(f"{command} ended with {process.wait()}")
        return cls(line[len("listening on ") :].strip(), process)

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def environment(self):
        """The variables with which every AWS SDK finds the mock. Those of MISLEADING must not be set."""
        return {
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY": self.url,
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIAMOCKMOCKMOCKMOCK",
            "AWS_SECRET_ACCESS_KEY": "mock",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def reset(self):
        """Removes calls, faults and pools, and restores the pools that the mock was started with."""
        self._send("POST", "/_mock/reset")

    def calls(self, operation=None):
        """The recorded calls, of one operation or of all."""
        query = "?" + urllib.parse.urlencode({"operation": operation}) if operation else ""
        return self._send("GET", "/_mock/calls" + query)["calls"]

    def forget_calls(self):
        self._send("DELETE", "/_mock/calls")

    def wait_for_calls(self, operation, count=1, timeout=5):
        """Waits so many seconds until an operation was called, and returns its calls."""
        body = {"operation": operation, "count": count, "timeout_ms": int(timeout * 1000)}
        return self._send("POST", "/_mock/calls/wait", body)["calls"]

    def transcript(self):
        """The calls as text that is the same in every run."""
        return self._send("GET", "/_mock/transcript")

    def timeline(self):
        return self._send("GET", "/_mock/timeline")

    def inject(self, effect, **fault):
        """Injects a fault, such as `inject("throttle", operations=["GetId"], times=2)`."""
        return self._send("POST", "/_mock/faults", {"effect": effect, **fault})

    def faults(self):
        """The faults in force, with how often each fired."""
        return self._send("GET", "/_mock/faults")["faults"]

    def remove_fault(self, fault):
        """Removes a fault that `inject` has returned, and returns it with how often it fired."""
        return self._send("DELETE", f"/_mock/faults/{fault['id']}")

    def clear_faults(self):
        return self._send("DELETE", "/_mock/faults")["faults"]

    def verify(self):
        """Fails if a fault did not fire as expected, or if a request was not understood."""
        self._send("POST", "/_mock/verify")

    def clock(self):
        """The time of the mock, such as `2026-01-02T03:04:05.678Z`."""
        return self._send("GET", "/_mock/clock")["now"]

    def set_clock(self, now):
        return self._send("PUT", "/_mock/clock", {"now": now})["now"]

    def reset_clock(self):
        """Lets a clock that was moved show real time again. A frozen clock stays as it is."""
        if self._send("GET", "/_mock/clock")["runs"] in ("ahead of real time", "behind real time"):
            now = datetime.datetime.now(datetime.timezone.utc)
            self.set_clock(now.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def advance_clock(self, by):
        """Moves the mock's clock forward by a duration, such as `1h30m`."""
        return self._send("POST", "/_mock/clock/advance", {"by": by})["now"]

    def login(self, provider, subject, **token):
        """A `Logins` map with a login token of a user. `audience`, `claims` and `expires_in` go into it."""
        body = {"provider": provider, "subject": subject, **token}
        return self._send("POST", "/_mock/logins", body)["Logins"]

    def sign_out(self, provider, subject):
        self._send("POST", "/_mock/logins/sign-out", {"provider": provider, "subject": subject})

    def issued_credentials(self, access_key_id):
        """For which identity and which role credentials were issued, and until when."""
        return self._send("GET", "/_mock/credentials/" + urllib.parse.quote(access_key_id, safe=""))

    def state(self):
        return self._send("GET", "/_mock/state")

    def put_state(self, state):
        """Replaces pools and identities. Returns the state with all ids and dates."""
        return self._send("PUT", "/_mock/state", state)

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        try:
            with _opener.open(request) as answer:
                text = answer.read().decode()
                return json.loads(text) if "json" in answer.headers["content-type"] else text
        except urllib.error.HTTPError as error:
            with error:
                raise MockError(error.code, json.loads(error.read())) from None


try:
    import pytest
except ImportError:
    pass
else:

    @pytest.fixture(scope="session")
    def cognito_identity_server():
        """One mock for all tests: that of MOCK_COGNITO_URL, or else one that is started."""
        url = os.environ.get("MOCK_COGNITO_URL")
        mock = MockCognitoIdentity(url) if url else MockCognitoIdentity.start("--quiet")
        with mock:
            yield mock

    @pytest.fixture
    def cognito_identity(cognito_identity_server, monkeypatch):
        """The mock as it was started, which SDKs find, and which is verified at the end."""
        cognito_identity_server.reset()
        cognito_identity_server.reset_clock()
        for name in MISLEADING:
            monkeypatch.delenv(name, raising=False)
        for name, value in cognito_identity_server.environment.items():
            monkeypatch.setenv(name, value)
        yield cognito_identity_server
        cognito_identity_server.verify()
