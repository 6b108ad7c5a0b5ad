//! A pool as `CreateIdentityPool`, `DescribeIdentityPool` and `UpdateIdentityPool` show it, so that
//! tests can compare it as a whole.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::operation::create_identity_pool::CreateIdentityPoolOutput;
use aws_sdk_cognitoidentity::operation::describe_identity_pool::DescribeIdentityPoolOutput;
use aws_sdk_cognitoidentity::operation::update_identity_pool::UpdateIdentityPoolOutput;
use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

/// All ten members of the output, without the request id that the SDK adds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShownPool {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) allow_unauthenticated_identities: bool,
    pub(crate) allow_classic_flow: Option<bool>,
    pub(crate) supported_login_providers: Option<HashMap<String, String>>,
    pub(crate) developer_provider_name: Option<String>,
    /// Sorted, because AWS returns them in another order than they were sent.
    pub(crate) open_id_connect_provider_arns: Option<Vec<String>>,
    pub(crate) cognito_identity_providers: Option<Vec<CognitoIdentityProvider>>,
    pub(crate) saml_provider_arns: Option<Vec<String>>,
    pub(crate) identity_pool_tags: Option<HashMap<String, String>>,
}

impl ShownPool {
    /// A pool that allows guests and has no other settings.
    pub(crate) fn bare(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            allow_unauthenticated_identities: true,
            allow_classic_flow: None,
            supported_login_providers: None,
            developer_provider_name: None,
            open_id_connect_provider_arns: None,
            cognito_identity_providers: None,
            saml_provider_arns: None,
            identity_pool_tags: Some(HashMap::new()),
        }
    }
}

macro_rules! shown {
    ($($output:ident)+) => {$(
        impl From<$output> for ShownPool {
            fn from(output: $output) -> Self {
                Self {
                    id: output.identity_pool_id,
                    name: output.identity_pool_name,
                    allow_unauthenticated_identities: output.allow_unauthenticated_identities,
                    allow_classic_flow: output.allow_classic_flow,
                    supported_login_providers: output.supported_login_providers,
                    developer_provider_name: output.developer_provider_name,
                    open_id_connect_provider_arns: output.open_id_connect_provider_arns.map(
                        |mut arns| {
                            arns.sort();
                            arns
                        },
                    ),
                    cognito_identity_providers: output.cognito_identity_providers,
                    saml_provider_arns: output.saml_provider_arns,
                    identity_pool_tags: output.identity_pool_tags,
                }
            }
        }
    )+};
}

shown! { CreateIdentityPoolOutput DescribeIdentityPoolOutput UpdateIdentityPoolOutput }

/// The pool as the service describes it.
pub(crate) async fn described(client: &Client, id: &str) -> ShownPool {
    let describe = client.describe_identity_pool().identity_pool_id(id);
    describe.send().await.unwrap().into()
}

/// An entry of `CognitoIdentityProviders` as the service shows it.
pub(crate) fn user_pool(provider_name: &str, client_id: &str) -> CognitoIdentityProvider {
    CognitoIdentityProvider::builder()
        .provider_name(provider_name)
        .client_id(client_id)
        .server_side_token_check(false)
        .build()
}

/// `[("a", "1")]` as an optional map of an input or output.
pub(crate) fn map<const N: usize>(entries: [(&str, &str); N]) -> Option<HashMap<String, String>> {
    let entries = entries.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Some(HashMap::from(entries))
}

/// `["a", "b"]` as an optional list of an input or output.
pub(crate) fn list<const N: usize>(items: [&str; N]) -> Option<Vec<String>> {
    Some(items.map(str::to_owned).to_vec())
}
