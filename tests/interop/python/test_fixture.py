"""The pytest fixture of `clients/python`, as a project uses it. It starts a server of its own."""

import datetime

import boto3
import pytest

from mock_cognito_identity import MockError, cognito_identity, cognito_identity_server  # noqa: F401

STATE = {"IdentityPools": [{"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True}]}


def sign_in(pool):
    """The code under test: it knows nothing of the mock but its environment."""
    return boto3.client("cognito-identity").get_id(IdentityPoolId=pool)["IdentityId"]


def test_the_sdk_finds_the_mock(cognito_identity):
    pool = cognito_identity.put_state(STATE)["IdentityPools"][0]["IdentityPoolId"]
    cognito_identity.inject("throttle", operations=["GetId"], times=2)

    assert sign_in(pool).startswith("us-east-1:")
    assert [call["outcome"] for call in cognito_identity.calls("GetId")] == ["error", "error", "ok"]
    cognito_identity.advance_clock("2h")


def test_nothing_is_left_of_the_test_before(cognito_identity):
    assert cognito_identity.state() == {"IdentityPools": []}
    assert cognito_identity.calls() == cognito_identity.faults() == []
    shown = datetime.datetime.fromisoformat(cognito_identity.clock().replace("Z", "+00:00"))
    assert abs(shown - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(minutes=1)


@pytest.fixture
def misleading_environment(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")


def test_the_environment_does_not_lead_away(misleading_environment, cognito_identity):
    pool = cognito_identity.put_state(STATE)["IdentityPools"][0]["IdentityPoolId"]

    assert sign_in(pool).startswith("us-east-1:")


def test_what_is_wrong_is_an_error(cognito_identity):
    with pytest.raises(MockError, match="did you mean throttle"):
        cognito_identity.inject("throttel")
