//! Operations of the service: one file each, or one for a pair that belongs together.

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
