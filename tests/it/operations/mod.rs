//! One file for each operation of the service; operations that only make sense together share one:
//!
//! * `DescribeIdentityPool` is tested in `create_identity_pool`,
//! * `GetIdentityPoolRoles` in `set_identity_pool_roles`,
//! * `GetPrincipalTagAttributeMap` in `set_principal_tag_attribute_map`,
//! * `UntagResource` and `ListTagsForResource` in `tag_resource`,
//! * `AssumeRoleWithWebIdentity` and `GetCallerIdentity` in `sts`.
//!
//! What logins have in common in several operations is tested in [`sign_in`](crate::sign_in), and
//! the constraints of inputs in [`protocol::validation`](crate::protocol).

mod all_operations;
mod create_identity_pool;
mod custom_pool_ids;
mod delete_identities;
mod delete_identity_pool;
mod describe_identity;
mod get_credentials_for_identity;
mod get_id;
mod get_open_id_token;
mod get_open_id_token_for_developer_identity;
mod list_identities;
mod list_identity_pools;
mod lookup_developer_identity;
mod merge_developer_identities;
mod regions;
mod set_identity_pool_roles;
mod set_principal_tag_attribute_map;
mod sts;
mod tag_resource;
mod unlink_developer_identity;
mod unlink_identity;
mod update_identity_pool;
