//! The table of operations.
//!
//! [`Operation`], [`Request`], [`Response`] and the [`SdkOperation`] impls are generated from it
//! here. `service/dispatch.rs` generates decoding, the call into the engine and encoding from the
//! same rows. CONTRIBUTING.md says what else a new operation needs.

use std::fmt;

use aws_sdk_cognitoidentity as cognito;
use aws_sdk_sts as sts;

use crate::fields::{Fields, flatten};

pub(crate) use sealed::Redacted;

/// The protocol of a service, in which its inputs and outputs are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// awsJson1.1: Cognito Identity.
    Json,
    /// awsQuery: STS.
    Query,
}

mod sealed {
    #![allow(unnameable_types, reason = "an unnameable supertrait seals a trait")]

    use std::fmt;

    /// Restricts [`SdkOperation`](super::SdkOperation) to the operations of the mock.
    pub trait Sealed {}

    /// An input that can be printed without its login tokens, which the SDK's `Debug` shows.
    pub trait Redacted {
        fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

        /// The operation, and the members that are set.
        fn summarized(&self) -> (super::Operation, super::Fields);
    }
}

/// An operation of an SDK client, identified by a method of the client: `Client::get_id`.
///
/// The trait is implemented for the fluent builders that the methods of
/// [`Client`](https://docs.rs/aws-sdk-cognitoidentity/latest/aws_sdk_cognitoidentity/struct.Client.html)
/// return for its 23 operations, for those of the two operations of STS at the end of the classic
/// flow, and for nothing else. It lets `mock.calls_to(Client::get_id)` return the SDK's own
/// `GetIdInput`.
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
    /// The operation.
    const OPERATION: Operation;
    /// The SDK client that has the method.
    type Client;
    /// The SDK's input type.
    type Input: Clone + fmt::Debug + PartialEq + Redacted + Send + Sync + 'static;
    /// The SDK's builder of that input.
    type InputBuilder: Default;
    /// The SDK's output type.
    type Output: fmt::Debug + Send + 'static;

    /// Returns the input of a request if the request is of this operation.
    #[doc(hidden)]
    fn input(request: &Request) -> Option<&Self::Input>;

    /// Builds a request of this operation. Any member of its input may be missing.
    #[doc(hidden)]
    fn request(builder: Self::InputBuilder) -> Request;

    /// Converts an output to the type that all operations share.
    #[doc(hidden)]
    fn response(output: Self::Output) -> Response;
}

macro_rules! operations {
    ($($sdk:ident $auth:ident $name:ident $method:ident $input:ident $output:ident $input_builder:ident $builder:ident;)+) => {
        /// An operation that the mock answers: one of the 23 operations of `cognito-identity`,
        /// version 2014-06-30, or one of the two operations of STS at the end of the classic flow.
        ///
        /// The mock returns operations. Methods that take one, such as
        /// [`assert_called`](crate::MockCognitoIdentity::assert_called), take the method of the
        /// SDK's client instead (`Client::get_id`), because it also determines the types of input
        /// and output.
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
            /// Returns the name on the wire, as in `X-Amz-Target`.
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

            /// The names of the operations with this protocol.
            pub(crate) fn names(protocol: Protocol) -> impl Iterator<Item = &'static str> {
                let all = [$(Self::$name,)+].into_iter();
                let of_protocol = all.filter(move |operation| operation.protocol() == protocol);
                of_protocol.map(Self::name)
            }

            /// Returns the operation with this name and protocol.
            pub(crate) fn find(name: &str, protocol: Protocol) -> Option<Self> {
                let found = match name {
                    $(stringify!($name) => Self::$name,)+
                    _ => return None,
                };
                (found.protocol() == protocol).then_some(found)
            }

            /// Whether AWS requires a signature.
            // AWS [AUTH1]: four operations of Cognito Identity are public, and so is
            // `AssumeRoleWithWebIdentity` of STS, which carries a token.
            pub(crate) fn is_signed(self) -> bool {
                match self { $(Self::$name => operations!(@signed $auth),)+ }
            }

            /// The protocol in which its inputs and outputs are encoded.
            pub(crate) fn protocol(self) -> Protocol {
                match self { $(Self::$name => operations!(@protocol $sdk),)+ }
            }
        }

        /// The decoded input of a call, in the SDK's own type for its operation.
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
        /// Its `Debug` output shows the members as failure messages do, without login tokens.
        #[non_exhaustive]
        #[derive(Clone, PartialEq)]
        pub enum Request {
            $(
                #[doc = concat!("A call of `", stringify!($name), "`.")]
                $name($sdk::operation::$method::$input),
            )+
        }

        impl Request {
            /// Returns the operation that was called.
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

            /// The members that are set, in the form in which reports print and compare them.
            pub(crate) fn fields(&self) -> Fields {
                match self {$(Self::$name(input) => operations!(@fields $sdk $method input),)+}
            }
        }

        /// The output of a call, in the SDK's own type for its operation.
        #[doc(hidden)]
        #[allow(unnameable_types, reason = "only `SdkOperation`, which is sealed, exposes it")]
        #[non_exhaustive]
        #[expect(missing_debug_implementations, reason = "outputs may hold secrets")]
        pub enum Response {
            $(
                $name($sdk::operation::$method::$output),
            )+
        }

        impl Redacted for Request {
            fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {$(
                    Self::$name(input) => {
                        f.debug_tuple(stringify!($name)).field(&Shown(input)).finish()
                    }
                )+}
            }

            fn summarized(&self) -> (Operation, Fields) {
                (self.operation(), self.fields())
            }
        }

        $(
            impl Redacted for $sdk::operation::$method::$input {
                fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    let fields: Fields = operations!(@fields $sdk $method self);
                    fields.debug(stringify!($input), f)
                }

                fn summarized(&self) -> (Operation, Fields) {
                    (Operation::$name, operations!(@fields $sdk $method self))
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

                fn request(builder: Self::InputBuilder) -> Request {
                    let input = builder.build();
                    Request::$name(input.expect("the SDK's builders of these inputs require no member"))
                }

                fn response(output: Self::Output) -> Response {
                    Response::$name(output)
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
    (@fields cognito $method:ident $input:ident) => { flatten($input) };
    (@fields sts $method:ident $input:ident) => { sts_fields::$method($input) };
}

/// The fields of STS inputs, whose SDK types have no schema from which to flatten them.
mod sts_fields {
    use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityInput;
    use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityInput;

    use crate::fields::Fields;

    pub(super) fn assume_role_with_web_identity(input: &AssumeRoleWithWebIdentityInput) -> Fields {
        let mut fields = Fields::default();
        fields.text("RoleArn", input.role_arn());
        fields.text("RoleSessionName", input.role_session_name());
        fields.text("WebIdentityToken", input.web_identity_token());
        fields.text("ProviderId", input.provider_id());
        fields.text("Policy", input.policy());
        fields.literal("DurationSeconds", input.duration_seconds());
        fields
    }

    pub(super) fn get_caller_identity(_: &GetCallerIdentityInput) -> Fields {
        Fields::default()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_redacted(f)
    }
}

/// Wraps an input so that its `Debug` output contains no login tokens.
pub(crate) struct Shown<'a, I>(pub(crate) &'a I);

impl<I: Redacted> fmt::Debug for Shown<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_redacted(f)
    }
}

impl Operation {
    /// Whether its output has members that may be missing.
    pub(crate) fn has_optional_output(self) -> bool {
        !matches!(
            self,
            Self::DeleteIdentityPool
                | Self::SetIdentityPoolRoles
                | Self::TagResource
                | Self::UnlinkDeveloperIdentity
                | Self::UnlinkIdentity
                | Self::UntagResource
        )
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Passes the table of operations to a macro. The columns of a row are the SDK, which determines
/// the protocol; whether AWS requires a signature; the operation's name; its method on the SDK's
/// client and on the engine; and the SDK's types of the input, output, input builder and fluent
/// builder. They are all spelled out because `macro_rules!` cannot concatenate identifiers.
#[rustfmt::skip]
macro_rules! for_each_operation {
    ($callback:ident) => { $callback! {
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
    } };
}
pub(crate) use for_each_operation;

for_each_operation!(operations);
