//! The mock among other services: requests to them that are signed with the credentials it issued, and
//! clients of them that are made from its `SdkConfig`.

mod api_gateway_identity;
mod http_client_or;
mod other_services;
mod signatures_of_another_time;
mod signer_of;
mod signing;
mod spoiled_presigned_requests;
mod spoiled_signatures;
mod spoiling;
