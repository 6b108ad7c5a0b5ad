//! Decodes, runs and encodes each operation, generated from the table of operations.

use aws_sdk_cognitoidentity as cognito;
use bytes::Bytes;

use crate::engine::Engine;
use crate::error::ServiceError;
use crate::operation::{Operation, Request, Response, for_each_operation};
use crate::wire::decode::{self, Decoded};
use crate::wire::encode::{self, Envelope};
use crate::wire::sts as sts_wire;
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

        /// Encodes an output as an HTTP response in the protocol of its operation.
        pub(super) fn encode(response: &Response, envelope: &Envelope) -> http::Response<Bytes> {
            match response {$(
                Response::$name(output) => dispatch!(@encode $sdk $name $method output envelope),
            )+}
        }
    };
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
