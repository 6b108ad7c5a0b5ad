//! Decodes, runs and encodes each operation, generated from the table of operations.

use aws_sdk_cognitoidentity as cognito;
use bytes::Bytes;

use crate::engine::Engine;
use crate::error::ServiceError;
#[cfg(feature = "server")]
use crate::fields::{Fields, Value};
#[cfg(feature = "server")]
use crate::operation::Redacted as _;
use crate::operation::{Operation, Request, Response, for_each_operation};
use crate::wire::decode::{self, Decoded};
use crate::wire::encode::{self, Envelope};
#[cfg(feature = "server")]
use crate::wire::json;
use crate::wire::sts as sts_wire;
#[cfg(feature = "server")]
use crate::wire::validation::Structure;
use crate::wire::validation::constraints;

macro_rules! dispatch {
    ($($sdk:ident $auth:ident $name:ident $method:ident $input:ident $output:ident $input_builder:ident $builder:ident;)+) => {
        /// Decodes the input of a call of `operation` and checks its constraints.
        pub(super) fn decode(
            operation: Operation,
            body: &[u8],
        ) -> Result<Decoded<Request>, ServiceError> {
            match operation {$(
                Operation::$name => {
                    let decoded = dispatch!(@decode $sdk $method $input body)?;
                    Ok(Decoded {
                        input: Request::$name(decoded.input),
                        violation: decoded.violation,
                    })
                }
            )+}
        }

        /// Runs the operation in the engine.
        pub(super) fn run(request: Request, engine: &mut Engine) -> Result<Response, ServiceError> {
            match request {$(
                Request::$name(input) => engine.$method(input).map(Response::$name),
            )+}
        }

        /// The input of a call as JSON, in the names of the API model.
        #[cfg(feature = "server")]
        pub(crate) fn input_json(request: &Request) -> serde_json::Value {
            match request {$(
                Request::$name(input) => dispatch!(@json $sdk input),
            )+}
        }

        /// The constraints on the input of an operation, unless it is one of STS.
        #[cfg(feature = "server")]
        pub(crate) fn structure(operation: Operation) -> Option<&'static Structure> {
            match operation {$(
                Operation::$name => dispatch!(@structure $sdk $input),
            )+}
        }

        /// Encodes an output as an HTTP response in the protocol of its operation.
        pub(super) fn encode(response: &Response, envelope: &Envelope) -> http::Response<Bytes> {
            match response {$(
                Response::$name(output) => dispatch!(@encode $sdk $name $method output envelope),
            )+}
        }
    };
    (@json cognito $input:ident) => {
        serde_json::from_slice(&json::to_vec($input)).expect("an input is written as JSON")
    };
    (@json sts $input:ident) => { sts_json($input.summarized().1) };
    (@structure cognito $input:ident) => { Some(&constraints::$input) };
    (@structure sts $input:ident) => { None };
    (@decode cognito $method:ident $input:ident $body:ident) => {
        decode::input($body, &constraints::$input, cognito::operation::$method::$input::deserialize)
    };
    (@decode sts $method:ident $input:ident $body:ident) => { sts_wire::decode::$method($body) };
    (@encode cognito $name:ident $method:ident $output:ident $envelope:ident) => {
        encode::json($output, $envelope)
    };
    (@encode sts $name:ident $method:ident $output:ident $envelope:ident) => {
        encode::xml(Operation::$name, &sts_wire::encode::$method($output), $envelope)
    };
}

for_each_operation!(dispatch);

/// The members of an input of STS, which are texts and numbers.
#[cfg(feature = "server")]
fn sts_json(fields: Fields) -> serde_json::Value {
    let members = fields.fields.into_iter().map(|field| {
        let value = match field.value {
            Value::Text(text) => serde_json::Value::String(text),
            Value::Literal(number) => serde_json::from_str(&number).unwrap_or_default(),
            Value::EmptyList | Value::EmptyMap => serde_json::Value::Null,
        };
        (field.path, value)
    });
    serde_json::Value::Object(members.collect())
}
