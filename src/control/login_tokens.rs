//! Login tokens, and signing users out.

use super::answer::Answer;
use super::duration;
use super::request::Request;
use crate::document::{Json, Members, Mistake, Reader};
use crate::login_token::{LoginToken, NO_APP};

pub(super) fn issue(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let json = request.json()?;
    let members = Reader::root(&json).object()?;
    let (provider, subject) = user(&members)?;
    let mut login = LoginToken::new(&provider, subject);
    if let Some(audience) = members.optional("audience") {
        login = login.audience(audience.text()?);
    }
    if let Some(lifetime) = members.optional("expires_in") {
        login = login.expires_in(duration::read(&lifetime)?);
    }
    if let Some(claims) = members.optional("claims") {
        for (name, value) in claims.entries()? {
            let value = serde_json::to_value(value.json());
            login = login.claim(name, value.unwrap_or_default());
        }
    }
    members.no_others()?;

    let context = request.call_context();
    let mut state = request.service.lock_engine("POST /_mock/logins");
    let listed = state.engine().for_call(context).app_id(&provider);
    drop(state);
    let shown = listed.as_deref().unwrap_or(NO_APP);
    let token = Json::text(login.issue(context.now, shown));
    let logins = Json::object([(provider.as_str(), Some(token.clone()))]);
    Ok(Answer::json(&Json::object([
        ("token", Some(token)),
        ("Logins", Some(logins)),
    ])))
}

pub(super) fn sign_out(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let json = request.json()?;
    let members = Reader::root(&json).object()?;
    let (provider, subject) = user(&members)?;
    members.no_others()?;

    let context = request.call_context();
    let mut state = request.service.lock_engine("POST /_mock/logins/sign-out");
    state
        .engine()
        .for_call(context)
        .sign_out(&provider, &subject);
    drop(state);
    Ok(Answer::json(&Json::object([(
        "status",
        Some(Json::text("ok")),
    )])))
}

/// The provider and the user that a body names.
fn user(members: &Members<'_>) -> Result<(String, String), Mistake> {
    let text = |name| {
        let value = members.required(name)?;
        match value.text()? {
            "" => Err(value.mistake("must not be empty")),
            text => Ok(text.to_owned()),
        }
    };
    Ok((text("provider")?, text("subject")?))
}
