//! An answer without the members that may be missing, for `Fault::bare_response`.

use aws_sdk_cognitoidentity::operation as cognito;
use aws_sdk_sts::operation as sts;

use crate::operation::Response;

/// The answer with only the members that the API model demands.
#[rustfmt::skip]
pub(super) fn bare(answer: Response) -> Response {
    // The outputs that describe a pool are the only ones with required members.
    macro_rules! pool {
        ($pool:ident, $name:ident, $method:ident, $output:ident) => {
            Response::$name(
                cognito::$method::$output::builder()
                    .identity_pool_id($pool.identity_pool_id)
                    .identity_pool_name($pool.identity_pool_name)
                    .allow_unauthenticated_identities($pool.allow_unauthenticated_identities)
                    .build()
                    .expect("the required members are set"),
            )
        };
    }
    macro_rules! nothing {
        ($sdk:ident, $name:ident, $method:ident, $output:ident) => {
            Response::$name($sdk::$method::$output::builder().build())
        };
    }
    match answer {
        Response::CreateIdentityPool(pool) => pool!(pool, CreateIdentityPool, create_identity_pool, CreateIdentityPoolOutput),
        Response::DescribeIdentityPool(pool) => pool!(pool, DescribeIdentityPool, describe_identity_pool, DescribeIdentityPoolOutput),
        Response::UpdateIdentityPool(pool) => pool!(pool, UpdateIdentityPool, update_identity_pool, UpdateIdentityPoolOutput),
        Response::DeleteIdentities(_) => nothing!(cognito, DeleteIdentities, delete_identities, DeleteIdentitiesOutput),
        Response::DescribeIdentity(_) => nothing!(cognito, DescribeIdentity, describe_identity, DescribeIdentityOutput),
        Response::GetCredentialsForIdentity(_) => nothing!(cognito, GetCredentialsForIdentity, get_credentials_for_identity, GetCredentialsForIdentityOutput),
        Response::GetId(_) => nothing!(cognito, GetId, get_id, GetIdOutput),
        Response::GetIdentityPoolRoles(_) => nothing!(cognito, GetIdentityPoolRoles, get_identity_pool_roles, GetIdentityPoolRolesOutput),
        Response::GetOpenIdToken(_) => nothing!(cognito, GetOpenIdToken, get_open_id_token, GetOpenIdTokenOutput),
        Response::GetOpenIdTokenForDeveloperIdentity(_) => nothing!(cognito, GetOpenIdTokenForDeveloperIdentity, get_open_id_token_for_developer_identity, GetOpenIdTokenForDeveloperIdentityOutput),
        Response::GetPrincipalTagAttributeMap(_) => nothing!(cognito, GetPrincipalTagAttributeMap, get_principal_tag_attribute_map, GetPrincipalTagAttributeMapOutput),
        Response::ListIdentities(_) => nothing!(cognito, ListIdentities, list_identities, ListIdentitiesOutput),
        Response::ListIdentityPools(_) => nothing!(cognito, ListIdentityPools, list_identity_pools, ListIdentityPoolsOutput),
        Response::ListTagsForResource(_) => nothing!(cognito, ListTagsForResource, list_tags_for_resource, ListTagsForResourceOutput),
        Response::LookupDeveloperIdentity(_) => nothing!(cognito, LookupDeveloperIdentity, lookup_developer_identity, LookupDeveloperIdentityOutput),
        Response::MergeDeveloperIdentities(_) => nothing!(cognito, MergeDeveloperIdentities, merge_developer_identities, MergeDeveloperIdentitiesOutput),
        Response::SetPrincipalTagAttributeMap(_) => nothing!(cognito, SetPrincipalTagAttributeMap, set_principal_tag_attribute_map, SetPrincipalTagAttributeMapOutput),
        Response::AssumeRoleWithWebIdentity(_) => nothing!(sts, AssumeRoleWithWebIdentity, assume_role_with_web_identity, AssumeRoleWithWebIdentityOutput),
        Response::GetCallerIdentity(_) => nothing!(sts, GetCallerIdentity, get_caller_identity, GetCallerIdentityOutput),
        // These outputs have no members.
        Response::DeleteIdentityPool(_)
        | Response::SetIdentityPoolRoles(_)
        | Response::TagResource(_)
        | Response::UnlinkDeveloperIdentity(_)
        | Response::UnlinkIdentity(_)
        | Response::UntagResource(_) => answer,
    }
}
