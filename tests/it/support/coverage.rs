//! Records which inputs the tests send and how they are answered, for `docs/coverage.md`.
//!
//! The mock's own log is the source. `exhaustive::coverage` runs the tests with the environment
//! variable [`VARIABLE`] and makes the document of what they write down.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use aws_smithy_json::codec::{JsonCodec, JsonCodecSettings};
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerializableStruct, ShapeSerializer};
use mock_cognito_identity::{Call, MockCognitoIdentity, Outcome, Request};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::support::model::Model;

/// The folder that the tests write to.
pub(crate) const VARIABLE: &str = "MOCK_COGNITO_COVERAGE";

/// A call of a test and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) operation: String,
    /// The members that the input sets; those of nested structures by their path.
    pub(crate) members: BTreeSet<String>,
    pub(crate) status: u16,
    /// Empty for a success.
    pub(crate) code: String,
    pub(crate) message: String,
    /// The answer was made by a fault.
    pub(crate) by_fault: bool,
    pub(crate) test: String,
}

/// Writes down the calls of a mock, if the environment says where.
pub(crate) fn record(mock: &MockCognitoIdentity) {
    let Some(folder) = std::env::var_os(VARIABLE) else {
        return;
    };
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default();
    let test = test
        .trim_end_matches("::in_memory")
        .trim_end_matches("::tcp");
    let model = Model::read();
    let seen: BTreeSet<Seen> = mock
        .calls()
        .iter()
        .filter_map(|call| seen(&model, call, test))
        .collect();
    let file = Path::new(&folder).join(format!("{}.json", test.replace("::", ".")));
    fs::write(file, serde_json::to_vec(&seen).unwrap()).unwrap();
}

fn seen(model: &Model, call: &Call, test: &str) -> Option<Seen> {
    let (status, code, message) = match &call.outcome {
        Outcome::Success => (200, String::new(), String::new()),
        Outcome::Error(error) => (
            error.status(),
            error.code().to_owned(),
            error.message().unwrap_or_default().to_owned(),
        ),
        _ => return None,
    };
    let operation = call.input.operation().name();
    let mut members = BTreeSet::new();
    if let Some(input) = json(&call.input) {
        model.set_in(operation, &input, &mut members);
    }
    Some(Seen {
        operation: operation.to_owned(),
        members,
        status,
        code,
        message,
        by_fault: call.fault.is_some(),
        test: test.to_owned(),
    })
}

macro_rules! inputs {
    ($request:expr, $($operation:ident)+) => {
        match $request {
            $(Request::$operation(input) => Some(json_of(input)),)+
            // STS has a model of its own.
            _ => None,
        }
    };
}

/// An input as it is sent, if it is one of Cognito Identity.
fn json(request: &Request) -> Option<Value> {
    inputs!(
        request,
        CreateIdentityPool DeleteIdentities DeleteIdentityPool DescribeIdentity DescribeIdentityPool
        GetCredentialsForIdentity GetId GetIdentityPoolRoles GetOpenIdToken
        GetOpenIdTokenForDeveloperIdentity GetPrincipalTagAttributeMap ListIdentities
        ListIdentityPools ListTagsForResource LookupDeveloperIdentity MergeDeveloperIdentities
        SetIdentityPoolRoles SetPrincipalTagAttributeMap TagResource UnlinkDeveloperIdentity
        UnlinkIdentity UntagResource UpdateIdentityPool
    )
}

fn json_of(input: &dyn SerializableStruct) -> Value {
    let codec = JsonCodec::new(JsonCodecSettings::default());
    let mut serializer = codec.create_serializer();
    serializer.write_struct(input.schema(), input).unwrap();
    serde_json::from_slice(&serializer.finish()).unwrap()
}
