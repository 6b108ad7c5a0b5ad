//! An interceptor that changes requests between the SDK and the mock.

use aws_sdk_cognitoidentity::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_cognitoidentity::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cognitoidentity::error::BoxError;
use aws_smithy_types::body::SdkBody;

/// Changes a request after the SDK has signed it. Pass it to `customize().interceptor(..)`.
#[derive(Debug)]
pub(crate) enum Tamper {
    /// Removes the signature.
    Unsign,
    /// Replaces the value of a header, or adds the header.
    Header(&'static str, &'static str),
    /// Replaces a part of a header's value, which must be present.
    PartOfHeader(&'static str, &'static str, &'static str),
    /// Replaces the body, and its length.
    Body(&'static str),
}

impl Intercept for Tamper {
    fn name(&self) -> &'static str {
        "Tamper"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let headers = request.headers_mut();
        match *self {
            Self::Unsign => {
                headers.remove("authorization");
            }
            Self::Header(name, value) => {
                headers.insert(name, value);
            }
            Self::PartOfHeader(name, from, to) => {
                let was = headers.get(name).expect("the header is there").to_owned();
                assert!(was.contains(from), "no {from} in {was}");
                headers.insert(name, was.replace(from, to));
            }
            Self::Body(body) => {
                headers.insert("content-length", body.len().to_string());
                *request.body_mut() = SdkBody::from(body);
            }
        }
        Ok(())
    }
}
