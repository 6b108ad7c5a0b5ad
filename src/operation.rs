//! The table of the 23 operations: the one place that lists them.
//!
//! From it come [`Operation`], [`Request`], the decoding of each input, the call into the engine
//! and the [`SdkOperation`] impls. Adding an operation is a row here and a method on the engine.

use std::fmt;

use aws_sdk_cognitoidentity as sdk;
use aws_smithy_schema::serde::SerializableStruct;

use crate::engine::Engine;
use crate::error::ServiceError;
use crate::wire::{constraints, decode, json};

/// What an operation answers, ready to be encoded.
pub(crate) type Response = Box<dyn SerializableStruct + Send>;

mod sealed {
    #![allow(unnameable_types, reason = "that is what seals a trait")]

    /// Keeps [`SdkOperation`](super::SdkOperation) to the operations of the SDK's client.
    pub trait Sealed {}
}

/// An operation of the SDK's client, named by its method: `Client::get_id`.
///
/// Implemented for the 23 fluent builders that the methods of
/// [`Client`](aws_sdk_cognitoidentity::Client) return, and for nothing else. It lets
/// `mock.calls_to(Client::get_id)` answer with the SDK's own `GetIdInput`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Cognito Identity operation",
    note = "pass an operation method of the SDK client, such as `Client::get_id`"
)]
pub trait SdkOperation: sealed::Sealed + 'static {
    /// Which of the 23.
    const OPERATION: Operation;
    /// The SDK's input type.
    type Input: Clone + fmt::Debug + PartialEq + Send + Sync + SerializableStruct + 'static;
    /// The SDK's builder of that input.
    type InputBuilder: Default;
    /// The SDK's output type.
    type Output: fmt::Debug + Send + SerializableStruct + 'static;

    /// The input inside a recorded request of this operation.
    #[doc(hidden)]
    fn input(request: &Request) -> Option<&Self::Input>;

    /// Builds an input of which any member may be missing.
    #[doc(hidden)]
    fn build(builder: Self::InputBuilder) -> Self::Input;
}

macro_rules! operations {
    ($($auth:ident $name:ident $method:ident $input:ident $output:ident $input_builder:ident $builder:ident;)+) => {
        /// One of the 23 operations of the `cognito-identity` API, version 2014-06-30.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $(
                #[doc = concat!(
                    "[`", stringify!($name), "`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_",
                    stringify!($name), ".html)"
                )]
                $name,
            )+
        }

        impl Operation {
            /// The name on the wire, as in `X-Amz-Target`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            pub(crate) fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// Whether AWS wants a signature. AWS: four operations are public.
            pub(crate) fn is_signed(self) -> bool {
                match self { $(Self::$name => operations!(@signed $auth),)+ }
            }
        }

        /// A decoded call: the SDK's own input type of one of the 23 operations.
        #[non_exhaustive]
        #[derive(Clone, Debug, PartialEq)]
        pub enum Request {
            $(
                #[doc = concat!("A call of `", stringify!($name), "`.")]
                $name(sdk::operation::$method::$input),
            )+
        }

        impl Request {
            /// Which operation was called.
            #[must_use]
            pub fn operation(&self) -> Operation {
                match self { $(Self::$name(_) => Operation::$name,)+ }
            }

            /// Reads and checks the body of a call of `operation`.
            pub(crate) fn decode(operation: Operation, body: &[u8]) -> Result<Self, ServiceError> {
                match operation {$(
                    Operation::$name => decode::input(
                        body,
                        &constraints::$input,
                        sdk::operation::$method::$input::deserialize,
                    )
                    .map(Self::$name),
                )+}
            }

            /// Lets the engine answer.
            pub(crate) fn run(self, engine: &mut Engine) -> Result<Response, ServiceError> {
                match self {$(
                    Self::$name(input) => engine.$method(input).map(|output| Box::new(output) as Response),
                )+}
            }

            /// The input as the printer of reports and the diff see it.
            pub(crate) fn shape(&self) -> &dyn SerializableStruct {
                match self { $(Self::$name(input) => input,)+ }
            }
        }

        $(
            impl sealed::Sealed for sdk::operation::$method::builders::$builder {}

            impl SdkOperation for sdk::operation::$method::builders::$builder {
                const OPERATION: Operation = Operation::$name;
                type Input = sdk::operation::$method::$input;
                type InputBuilder = sdk::operation::$method::builders::$input_builder;
                type Output = sdk::operation::$method::$output;

                fn input(request: &Request) -> Option<&Self::Input> {
                    if let Request::$name(input) = request { Some(input) } else { None }
                }

                fn build(builder: Self::InputBuilder) -> Self::Input {
                    builder.build().expect("the SDK's builders of this service demand no member")
                }
            }
        )+
    };
    (@signed signed) => { true };
    (@signed public) => { false };
}

impl Request {
    /// What the wire would say of this input, for one that was never on it.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        Self::decode(self.operation(), &json::to_vec(self.shape())).map(drop)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

// Each row spells its types out, because `macro_rules!` cannot put names together.
#[rustfmt::skip]
operations! {
    signed CreateIdentityPool                 create_identity_pool                      CreateIdentityPoolInput                 CreateIdentityPoolOutput                 CreateIdentityPoolInputBuilder                 CreateIdentityPoolFluentBuilder;
    signed DeleteIdentities                   delete_identities                         DeleteIdentitiesInput                   DeleteIdentitiesOutput                   DeleteIdentitiesInputBuilder                   DeleteIdentitiesFluentBuilder;
    signed DeleteIdentityPool                 delete_identity_pool                      DeleteIdentityPoolInput                 DeleteIdentityPoolOutput                 DeleteIdentityPoolInputBuilder                 DeleteIdentityPoolFluentBuilder;
    signed DescribeIdentity                   describe_identity                         DescribeIdentityInput                   DescribeIdentityOutput                   DescribeIdentityInputBuilder                   DescribeIdentityFluentBuilder;
    signed DescribeIdentityPool               describe_identity_pool                    DescribeIdentityPoolInput               DescribeIdentityPoolOutput               DescribeIdentityPoolInputBuilder               DescribeIdentityPoolFluentBuilder;
    public GetCredentialsForIdentity          get_credentials_for_identity              GetCredentialsForIdentityInput          GetCredentialsForIdentityOutput          GetCredentialsForIdentityInputBuilder          GetCredentialsForIdentityFluentBuilder;
    public GetId                              get_id                                    GetIdInput                              GetIdOutput                              GetIdInputBuilder                              GetIdFluentBuilder;
    signed GetIdentityPoolRoles               get_identity_pool_roles                   GetIdentityPoolRolesInput               GetIdentityPoolRolesOutput               GetIdentityPoolRolesInputBuilder               GetIdentityPoolRolesFluentBuilder;
    public GetOpenIdToken                     get_open_id_token                         GetOpenIdTokenInput                     GetOpenIdTokenOutput                     GetOpenIdTokenInputBuilder                     GetOpenIdTokenFluentBuilder;
    signed GetOpenIdTokenForDeveloperIdentity get_open_id_token_for_developer_identity  GetOpenIdTokenForDeveloperIdentityInput GetOpenIdTokenForDeveloperIdentityOutput GetOpenIdTokenForDeveloperIdentityInputBuilder GetOpenIdTokenForDeveloperIdentityFluentBuilder;
    signed GetPrincipalTagAttributeMap        get_principal_tag_attribute_map           GetPrincipalTagAttributeMapInput        GetPrincipalTagAttributeMapOutput        GetPrincipalTagAttributeMapInputBuilder        GetPrincipalTagAttributeMapFluentBuilder;
    signed ListIdentities                     list_identities                           ListIdentitiesInput                     ListIdentitiesOutput                     ListIdentitiesInputBuilder                     ListIdentitiesFluentBuilder;
    signed ListIdentityPools                  list_identity_pools                       ListIdentityPoolsInput                  ListIdentityPoolsOutput                  ListIdentityPoolsInputBuilder                  ListIdentityPoolsFluentBuilder;
    signed ListTagsForResource                list_tags_for_resource                    ListTagsForResourceInput                ListTagsForResourceOutput                ListTagsForResourceInputBuilder                ListTagsForResourceFluentBuilder;
    signed LookupDeveloperIdentity            lookup_developer_identity                 LookupDeveloperIdentityInput            LookupDeveloperIdentityOutput            LookupDeveloperIdentityInputBuilder            LookupDeveloperIdentityFluentBuilder;
    signed MergeDeveloperIdentities           merge_developer_identities                MergeDeveloperIdentitiesInput           MergeDeveloperIdentitiesOutput           MergeDeveloperIdentitiesInputBuilder           MergeDeveloperIdentitiesFluentBuilder;
    signed SetIdentityPoolRoles               set_identity_pool_roles                   SetIdentityPoolRolesInput               SetIdentityPoolRolesOutput               SetIdentityPoolRolesInputBuilder               SetIdentityPoolRolesFluentBuilder;
    signed SetPrincipalTagAttributeMap        set_principal_tag_attribute_map           SetPrincipalTagAttributeMapInput        SetPrincipalTagAttributeMapOutput        SetPrincipalTagAttributeMapInputBuilder        SetPrincipalTagAttributeMapFluentBuilder;
    signed TagResource                        tag_resource                              TagResourceInput                        TagResourceOutput                        TagResourceInputBuilder                        TagResourceFluentBuilder;
    signed UnlinkDeveloperIdentity            unlink_developer_identity                 UnlinkDeveloperIdentityInput            UnlinkDeveloperIdentityOutput            UnlinkDeveloperIdentityInputBuilder            UnlinkDeveloperIdentityFluentBuilder;
    public UnlinkIdentity                     unlink_identity                           UnlinkIdentityInput                     UnlinkIdentityOutput                     UnlinkIdentityInputBuilder                     UnlinkIdentityFluentBuilder;
    signed UntagResource                      untag_resource                            UntagResourceInput                      UntagResourceOutput                      UntagResourceInputBuilder                      UntagResourceFluentBuilder;
    signed UpdateIdentityPool                 update_identity_pool                      UpdateIdentityPoolInput                 UpdateIdentityPoolOutput                 UpdateIdentityPoolInputBuilder                 UpdateIdentityPoolFluentBuilder;
}
