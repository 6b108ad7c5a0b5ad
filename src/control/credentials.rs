//! For whom credentials were issued.

use super::answer::Answer;
use super::request::Request;
use super::time;
use crate::document::Json;
use crate::explain::quoted;

pub(super) fn get(request: &Request<'_>, access_key_id: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let mut state = request.service.lock_engine("GET /_mock/credentials");
    let issued = state.engine().issued_credentials(access_key_id).cloned();
    drop(state);
    let Some(issued) = issued else {
        let id = quoted(access_key_id);
        return Err(Answer::error(
            404,
            &format!("the mock has issued no credentials with the access key id {id}"),
        ));
    };
    let tags = issued.principal_tags.iter();
    let tags = tags.map(|(tag, value)| (tag.clone(), Json::text(value)));
    Ok(Answer::json(&Json::object([
        ("access_key_id", Some(Json::text(access_key_id))),
        ("identity_id", Some(Json::text(&issued.identity_id))),
        (
            "identity_pool_id",
            Some(Json::text(&issued.identity_pool_id)),
        ),
        ("role_arn", Some(Json::text(&issued.role_arn))),
        ("session_name", Some(Json::text(&issued.session_name))),
        ("principal_tags", Some(Json::Object(tags.collect()))),
        ("expiration", Some(time::json(issued.expiration))),
    ])))
}
