//! The table of operations.
//!
//! From it come [`Operation`], [`Request`], the decoding of each input, the call into the engine
//! and the [`SdkOperation`] impls. CONTRIBUTING.md says what else a new operation needs.

use std::fmt;

use aws_sdk_cognitoidentity as cognito;
use aws_sdk_sts as sts;
use aws_smithy_schema::serde::SerializableStruct;

use crate::engine::Engine;
use crate::error::ServiceError;
use crate::fields;
use crate::wire::decode::{self, Decoded};
use crate::wire::sts as sts_wire;
use crate::wire::{json, validation::constraints};

pub(crate) use sealed::{Redacted, Response};

/// How calls and answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// awsJson1.1: Cognito Identity.
    Json,
    /// awsQuery: STS.
    Query,
}

mod sealed {
    #![allow(unnameable_types, reason = "that is what seals a trait")]

    use std::fmt;

    use aws_smithy_schema::serde::SerializableStruct;

    /// Keeps [`SdkOperation`](super::SdkOperation) to the operations of the mock.
    pub trait Sealed {}

    /// An input that can be printed without its tokens, which the SDK's `Debug` does show.
    pub trait Redacted {
        fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    }

    /// What an operation answers, ready to be encoded.
    #[expect(missing_debug_implementations, reason = "outputs may hold secrets")]
    pub enum Response {
        /// An output of the SDK that writes itself as JSON.
        Json(Box<dyn SerializableStruct + Send>),
        /// An output of STS, written already.
        Query(String),
    }
}

/// An operation of an SDK client, named by its method: `Client::get_id`.
///
/// Implemented for the 23 fluent builders that the methods of
/// [`Client`](https://docs.rs/aws-sdk-cognitoidentity/latest/aws_sdk_cognitoidentity/struct.Client.html)
/// return, for the two of STS that the classic flow ends in, and for nothing else. It lets
/// `mock.calls_to(Client::get_id)` answer with the SDK's own `GetIdInput`.
///
/// ```
/// # use aws_sdk_cognitoidentity::Client;
/// # use mock_cognito_identity::{MockCognitoIdentity, SdkOperation};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// # let pool = mock.seed_pool("app");
/// # mock.client().get_id().identity_pool_id(pool.id()).send().await?;
/// fn attempts<O: SdkOperation>(mock: &MockCognitoIdentity, op: fn(&O::Client) -> O) -> Vec<u32> {
///     mock.calls_to(op).iter().map(|call| call.attempt).collect()
/// }
///
/// assert_eq!(attempts(&mock, Client::get_id), [1]);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Cognito Identity operation",
    note = "pass an operation method of the SDK client, such as `Client::get_id`"
)]
pub trait SdkOperation: sealed::Sealed + 'static {
    /// Which one.
    const OPERATION: Operation;
    /// The client whose method it is.
    type Client;
    /// The SDK's input type.
    type Input: Clone + fmt::Debug + PartialEq + Redacted + Send + Sync + 'static;
    /// The SDK's builder of that input.
    type InputBuilder: Default;
    /// The SDK's output type.
    type Output: fmt::Debug + Send + 'static;

    /// The input inside a recorded request of this operation.
    #[doc(hidden)]
    fn input(request: &Request) -> Option<&Self::Input>;

    /// Builds an input of which any member may be missing.
    #[doc(hidden)]
    fn build(builder: Self::InputBuilder) -> Self::Input;

    /// Shows an input as the printer of reports sees it.
    #[doc(hidden)]
    fn with_shape<R>(input: &Self::Input, read: impl FnOnce(&dyn SerializableStruct) -> R) -> R;

    /// The output, ready to be encoded.
    #[doc(hidden)]
    fn response(output: Self::Output) -> Response;
}

macro_rules! operations {
    ($($sdk:ident $auth:ident $name:ident $method:ident $input:ident $output:ident $input_builder:ident $builder:ident;)+) => {
        /// An operation that the mock answers: one of the 23 of `cognito-identity`, version
        /// 2014-06-30, or one of the two of STS that the classic flow ends in.
        ///
        /// ```
        /// # use mock_cognito_identity::{MockCognitoIdentity, Operation};
        /// # #[tokio::main(flavor = "current_thread")]
        /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// # let mock = MockCognitoIdentity::in_memory();
        /// # let pool = mock.seed_pool("app");
        /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
        /// assert_eq!(mock.operations(), [Operation::GetId]);
        /// # Ok(())
        /// # }
        /// ```
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $(
                #[doc = operations!(@doc $sdk $name)]
                $name,
            )+
        }

        impl Operation {
            /// The name on the wire, as in `X-Amz-Target`.
            ///
            /// ```
            /// # use mock_cognito_identity::Operation;
            /// let target = format!("AWSCognitoIdentityService.{}", Operation::GetId.name());
            /// assert_eq!(target, "AWSCognitoIdentityService.GetId");
            /// ```
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            /// The operation of this name and protocol.
            pub(crate) fn find(name: &str, protocol: Protocol) -> Option<Self> {
                let found = match name {
                    $(stringify!($name) => Self::$name,)+
                    _ => return None,
                };
                (found.protocol() == protocol).then_some(found)
            }

            /// Whether AWS wants a signature. AWS: four operations are public, and the one of STS
            /// that brings a token.
            pub(crate) fn is_signed(self) -> bool {
                match self { $(Self::$name => operations!(@signed $auth),)+ }
            }

            /// How its inputs and outputs are written.
            pub(crate) fn protocol(self) -> Protocol {
                match self { $(Self::$name => operations!(@protocol $sdk),)+ }
            }
        }

        /// A decoded call: the SDK's own input type of its operation.
        ///
        /// ```
        /// # use mock_cognito_identity::{MockCognitoIdentity, Request};
        /// # #[tokio::main(flavor = "current_thread")]
        /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// # let mock = MockCognitoIdentity::in_memory();
        /// # let pool = mock.seed_pool("app");
        /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
        ///
        /// let calls = mock.calls();
        /// let Request::GetId(input) = &calls[0].input else { panic!("not `GetId`") };
        /// assert_eq!(input.identity_pool_id(), Some(pool.id()));
        /// # Ok(())
        /// # }
        /// ```
        ///
        /// Its `Debug` shows the members as failure messages do, without login tokens.
        #[non_exhaustive]
        #[derive(Clone, PartialEq)]
        pub enum Request {
            $(
                #[doc = concat!("A call of `", stringify!($name), "`.")]
                $name($sdk::operation::$method::$input),
            )+
        }

        impl Request {
            /// Which operation was called.
            ///
            /// ```
            /// # use mock_cognito_identity::{Fault, MockCognitoIdentity, Operation};
            /// # #[tokio::main(flavor = "current_thread")]
            /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
            /// # let mock = MockCognitoIdentity::in_memory();
            /// # let pool = mock.seed_pool("app");
            /// mock.inject(Fault::throttle().up_to_n_times(1));
            /// mock.client().get_id().identity_pool_id(pool.id()).send().await?;
            ///
            /// let calls = mock.calls();
            /// let retried = calls.iter().find(|call| call.attempt > 1).unwrap();
            /// assert_eq!(retried.input.operation(), Operation::GetId);
            /// # Ok(())
            /// # }
            /// ```
            #[must_use]
            pub fn operation(&self) -> Operation {
                match self { $(Self::$name(_) => Operation::$name,)+ }
            }

            /// Reads and checks the body of a call of `operation`.
            pub(crate) fn decode(
                operation: Operation,
                body: &[u8],
            ) -> Result<Decoded<Self>, ServiceError> {
                match operation {$(
                    Operation::$name => operations!(@decode $sdk $method $input body)
                        .map(|decoded| Decoded {
                            input: Self::$name(decoded.input),
                            violation: decoded.violation,
                        }),
                )+}
            }

            /// Lets the engine answer.
            pub(crate) fn run(self, engine: &mut Engine) -> Result<Response, ServiceError> {
                match self {$(
                    Self::$name(input) => {
                        engine.$method(input).map($sdk::operation::$method::builders::$builder::response)
                    }
                )+}
            }

            /// Shows the input as the printer of reports sees it.
            pub(crate) fn with_shape<R>(&self, read: impl FnOnce(&dyn SerializableStruct) -> R) -> R {
                match self {$(
                    Self::$name(input) => {
                        $sdk::operation::$method::builders::$builder::with_shape(input, read)
                    }
                )+}
            }
        }

        impl Redacted for Request {
            fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {$(
                    Self::$name(input) => {
                        f.debug_tuple(stringify!($name)).field(&Shown(input)).finish()
                    }
                )+}
            }
        }

        $(
            impl Redacted for $sdk::operation::$method::$input {
                fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let flat = $sdk::operation::$method::builders::$builder::with_shape(
                        self,
                        fields::flatten,
                    );
                    flat.debug(stringify!($input), f)
                }
            }

            impl sealed::Sealed for $sdk::operation::$method::builders::$builder {}

            impl SdkOperation for $sdk::operation::$method::builders::$builder {
                const OPERATION: Operation = Operation::$name;
                type Client = $sdk::Client;
                type Input = $sdk::operation::$method::$input;
                type InputBuilder = $sdk::operation::$method::builders::$input_builder;
                type Output = $sdk::operation::$method::$output;

                fn input(request: &Request) -> Option<&Self::Input> {
                    if let Request::$name(input) = request { Some(input) } else { None }
                }

                fn build(builder: Self::InputBuilder) -> Self::Input {
                    builder.build().expect("the SDK's builders of these inputs demand no member")
                }

                fn with_shape<R>(input: &Self::Input, read: impl FnOnce(&dyn SerializableStruct) -> R) -> R {
                    operations!(@shape $sdk input read)
                }

                fn response(output: Self::Output) -> Response {
                    operations!(@response $sdk $method output)
                }
            }
        )+
    };
    (@doc cognito $name:ident) => {
        concat!(
            "[`", stringify!($name), "`](https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_",
            stringify!($name), ".html)"
        )
    };
    (@doc sts $name:ident) => {
        concat!(
            "[`", stringify!($name), "`](https://docs.aws.amazon.com/STS/latest/APIReference/API_",
            stringify!($name), ".html) of STS"
        )
    };
    (@signed signed) => { true };
    (@signed public) => { false };
    (@protocol cognito) => { Protocol::Json };
    (@protocol sts) => { Protocol::Query };
    (@decode cognito $method:ident $input:ident $body:ident) => {
        decode::input($body, &constraints::$input, cognito::operation::$method::$input::deserialize)
    };
    (@decode sts $method:ident $input:ident $body:ident) => { sts_wire::decode::$method($body) };
    (@shape cognito $input:ident $read:ident) => { $read($input) };
    (@shape sts $input:ident $read:ident) => { $read(&sts_wire::Shape::from($input)) };
    (@response cognito $method:ident $output:ident) => { Response::Json(Box::new($output)) };
    (@response sts $method:ident $output:ident) => { Response::Query(sts_wire::encode::$method(&$output)) };
}

impl Request {
    /// What the wire would say of this input, for one that was never on it.
    pub(crate) fn check(&self) -> Result<(), ServiceError> {
        let written = self.with_shape(|shape| json::to_vec(shape));
        let decoded = Self::decode(self.operation(), &written)?;
        decoded.violation.map_or(Ok(()), Err)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_redacted(f)
    }
}

/// An input inside something that derives `Debug` or writes it out.
pub(crate) struct Shown<'a, I>(pub(crate) &'a I);

impl<I: Redacted> fmt::Debug for Shown<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_redacted(f)
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
    cognito signed CreateIdentityPool                 create_identity_pool                      CreateIdentityPoolInput                 CreateIdentityPoolOutput                 CreateIdentityPoolInputBuilder                 CreateIdentityPoolFluentBuilder;
    cognito signed DeleteIdentities                   delete_identities                         DeleteIdentitiesInput                   DeleteIdentitiesOutput                   DeleteIdentitiesInputBuilder                   DeleteIdentitiesFluentBuilder;
    cognito signed DeleteIdentityPool                 delete_identity_pool                      DeleteIdentityPoolInput                 DeleteIdentityPoolOutput                 DeleteIdentityPoolInputBuilder                 DeleteIdentityPoolFluentBuilder;
    cognito signed DescribeIdentity                   describe_identity                         DescribeIdentityInput                   DescribeIdentityOutput                   DescribeIdentityInputBuilder                   DescribeIdentityFluentBuilder;
    cognito signed DescribeIdentityPool               describe_identity_pool                    DescribeIdentityPoolInput               DescribeIdentityPoolOutput               DescribeIdentityPoolInputBuilder               DescribeIdentityPoolFluentBuilder;
    cognito public GetCredentialsForIdentity          get_credentials_for_identity              GetCredentialsForIdentityInput          GetCredentialsForIdentityOutput          GetCredentialsForIdentityInputBuilder          GetCredentialsForIdentityFluentBuilder;
    cognito public GetId                              get_id                                    GetIdInput                              GetIdOutput                              GetIdInputBuilder                              GetIdFluentBuilder;
    cognito signed GetIdentityPoolRoles               get_identity_pool_roles                   GetIdentityPoolRolesInput               GetIdentityPoolRolesOutput               GetIdentityPoolRolesInputBuilder               GetIdentityPoolRolesFluentBuilder;
    cognito public GetOpenIdToken                     get_open_id_token                         GetOpenIdTokenInput                     GetOpenIdTokenOutput                     GetOpenIdTokenInputBuilder                     GetOpenIdTokenFluentBuilder;
    cognito signed GetOpenIdTokenForDeveloperIdentity get_open_id_token_for_developer_identity  GetOpenIdTokenForDeveloperIdentityInput GetOpenIdTokenForDeveloperIdentityOutput GetOpenIdTokenForDeveloperIdentityInputBuilder GetOpenIdTokenForDeveloperIdentityFluentBuilder;
    cognito signed GetPrincipalTagAttributeMap        get_principal_tag_attribute_map           GetPrincipalTagAttributeMapInput        GetPrincipalTagAttributeMapOutput        GetPrincipalTagAttributeMapInputBuilder        GetPrincipalTagAttributeMapFluentBuilder;
    cognito signed ListIdentities                     list_identities                           ListIdentitiesInput                     ListIdentitiesOutput                     ListIdentitiesInputBuilder                     ListIdentitiesFluentBuilder;
    cognito signed ListIdentityPools                  list_identity_pools                       ListIdentityPoolsInput                  ListIdentityPoolsOutput                  ListIdentityPoolsInputBuilder                  ListIdentityPoolsFluentBuilder;
    cognito signed ListTagsForResource                list_tags_for_resource                    ListTagsForResourceInput                ListTagsForResourceOutput                ListTagsForResourceInputBuilder                ListTagsForResourceFluentBuilder;
    cognito signed LookupDeveloperIdentity            lookup_developer_identity                 LookupDeveloperIdentityInput            LookupDeveloperIdentityOutput            LookupDeveloperIdentityInputBuilder            LookupDeveloperIdentityFluentBuilder;
    cognito signed MergeDeveloperIdentities           merge_developer_identities                MergeDeveloperIdentitiesInput           MergeDeveloperIdentitiesOutput           MergeDeveloperIdentitiesInputBuilder           MergeDeveloperIdentitiesFluentBuilder;
    cognito signed SetIdentityPoolRoles               set_identity_pool_roles                   SetIdentityPoolRolesInput               SetIdentityPoolRolesOutput               SetIdentityPoolRolesInputBuilder               SetIdentityPoolRolesFluentBuilder;
    cognito signed SetPrincipalTagAttributeMap        set_principal_tag_attribute_map           SetPrincipalTagAttributeMapInput        SetPrincipalTagAttributeMapOutput        SetPrincipalTagAttributeMapInputBuilder        SetPrincipalTagAttributeMapFluentBuilder;
    cognito signed TagResource                        tag_resource                              TagResourceInput                        TagResourceOutput                        TagResourceInputBuilder                        TagResourceFluentBuilder;
    cognito signed UnlinkDeveloperIdentity            unlink_developer_identity                 UnlinkDeveloperIdentityInput            UnlinkDeveloperIdentityOutput            UnlinkDeveloperIdentityInputBuilder            UnlinkDeveloperIdentityFluentBuilder;
    cognito public UnlinkIdentity                     unlink_identity                           UnlinkIdentityInput                     UnlinkIdentityOutput                     UnlinkIdentityInputBuilder                     UnlinkIdentityFluentBuilder;
    cognito signed UntagResource                      untag_resource                            UntagResourceInput                      UntagResourceOutput                      UntagResourceInputBuilder                      UntagResourceFluentBuilder;
    cognito signed UpdateIdentityPool                 update_identity_pool                      UpdateIdentityPoolInput                 UpdateIdentityPoolOutput                 UpdateIdentityPoolInputBuilder                 UpdateIdentityPoolFluentBuilder;
    sts     public AssumeRoleWithWebIdentity          assume_role_with_web_identity             AssumeRoleWithWebIdentityInput          AssumeRoleWithWebIdentityOutput          AssumeRoleWithWebIdentityInputBuilder          AssumeRoleWithWebIdentityFluentBuilder;
    sts     signed GetCallerIdentity                  get_caller_identity                       GetCallerIdentityInput                  GetCallerIdentityOutput                  GetCallerIdentityInputBuilder                  GetCallerIdentityFluentBuilder;
}
