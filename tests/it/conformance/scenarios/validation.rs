//! Inputs that break a constraint of the model.

use std::collections::HashMap;

use super::*;
use crate::conformance::{declare, recorded};

declare! {
    /// The id of a pool has a form and a length.
    async fn ids_of_pools_have_a_form(session) {
        let describe = |id: &str| session.client.describe_identity_pool().identity_pool_id(id);

        session.step("No UUID", "V1, V2, V6, V10");
        recorded(describe(&format!("{}:mock", session.region())).send().await);

        session.step("No Region", "V6");
        recorded(describe("ap-northeast").send().await);

        session.step("The ARN of a user pool", "V4");
        let (region, account) = (session.region(), session.account());
        recorded(describe(&format!("arn:aws:cognito-idp:{region}:{account}:userpool/{region}_y3LHvvlPG")).send().await);
    }

    /// Everything that is wrong is in one error.
    async fn several_violations_in_one_error(session) {
        session.step("An empty id and an empty token", "V2, V4, V5, V9, Q74");
        recorded(session.client.get_credentials_for_identity().identity_id("")
            .logins("xx.xx.xx/xx-xx-xx-xx-xx", "").send().await);
    }

    /// Numbers have bounds.
    async fn numbers_have_bounds(session) {
        session.step("No result, and sixty-one", "V11, MODEL1");
        for count in [0, 61] {
            recorded(session.client.list_identity_pools().max_results(count).send().await);
        }
    }

    /// Lists have a length, and their elements a form.
    async fn lists_have_a_length(session) {
        let delete = |ids: Vec<String>| session.client.delete_identities().set_identity_ids_to_delete(Some(ids));

        session.step("Nothing to delete, sixty-one ids, and an id of another form", "V1, MODEL1");
        recorded(delete(Vec::new()).send().await);
        recorded(delete(vec![nobody(session); 61]).send().await);
        recorded(delete(vec!["nobody".to_owned()]).send().await);
    }

    /// The path of a nested member is in the error.
    async fn paths_of_nested_members(session) {
        use crate::support::roles::by_rules;
        use aws_sdk_cognitoidentity::types::{AmbiguousRoleResolutionType, MappingRuleMatchType};
        let other = MappingRuleMatchType::from("Matches");
        let rules = [("claim", other, "value", &*session.role("admin"))];
        let mapping = by_rules(AmbiguousRoleResolutionType::Deny, &rules);
        let key = format!("{}:{USER_POOL_CLIENT}", user_pool(session));

        session.step("A rule that compares in another way", "V3, V7");
        recorded(session.client.set_identity_pool_roles().identity_pool_id(nobody(session))
            .set_roles(Some(HashMap::new())).role_mappings(key, mapping).send().await);
    }

    /// Required members must be there.
    async fn required_members(session) {
        session.step("GetId and CreateIdentityPool without anything", "V8, MODEL1");
        recorded(session.client.get_id().send().await);
        recorded(session.client.create_identity_pool().send().await);
    }
}
