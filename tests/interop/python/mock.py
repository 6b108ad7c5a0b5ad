"""What the suites in Python share: the server's log, and a runner that prints a count."""

import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "clients" / "python"))
from mock_cognito_identity import MockCognitoIdentity, MockError  # noqa: E402, F401

LINE = re.compile(
    r"^(?P<time>\S+Z)  (?P<operation>.+?)  attempt (?P<attempt>\d+)  → (?P<outcome>.*?)"
    r"(?:  because (?P<explanation>.*))?$"
)


class Log:
    """What a server writes to stderr: a line for each call, there before the answer is."""

    def __init__(self, path):
        self.path = path
        self.seen = 0
        self.new()

    def lines(self):
        with open(self.path, encoding="utf-8") as log:
            return [LINE.match(line.rstrip("\n")).groupdict() for line in log]

    def new(self):
        """`operation → outcome` of the calls since the last time."""
        lines = self.lines()
        new, self.seen = lines[self.seen :], len(lines)
        return [f"{line['operation']} → {line['outcome']}" for line in new]


class TestCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.log = Log(os.environ["MOCK_LOG"])

    def assert_logged(self, *expected):
        """The server saw these calls since the test began, or since this was last asked."""
        self.assertEqual(self.log.new(), list(expected))


def control():
    """The harness of the suite's server."""
    return MockCognitoIdentity(os.environ["MOCK_URL"])


def Server(*options):
    """A server of its own, for tests of the options, with its log."""
    path = os.environ["MOCK_LOG"] + ".own"
    with open(path, "w", encoding="utf-8") as log:
        server = MockCognitoIdentity.start(*options, command=os.environ["MOCK_BINARY"], stderr=log)
    server.log = Log(path)
    return server


def run_suite(name):
    # The wire of both sides where a test fails, not where all is well.
    result = unittest.main(module="__main__", exit=False, verbosity=1, buffer=False).result
    failed = len(result.failures) + len(result.errors)
    print(f"{name}: {result.testsRun - failed} of {result.testsRun} passed")
    sys.exit(0 if result.wasSuccessful() else 1)
