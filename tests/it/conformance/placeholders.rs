//! Replaces what differs from run to run and from target to target by what it is.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use regex::Regex;
use serde_json::{Value, json};

/// Lists whose order AWS does not define.
const WITHOUT_ORDER: [&str; 7] = [
    "CognitoIdentityProviders",
    "DeveloperUserIdentifierList",
    "Identities",
    "IdentityPools",
    "Logins",
    "OpenIdConnectProviderARNs",
    "UnprocessedIdentityIds",
];

/// The prefix of the names of all pools that scenarios create.
pub(super) const PREFIX: &str = "mock-cognito-conformance-";

#[derive(Debug)]
pub(super) struct Placeholders {
    /// Each text that was seen, and what stands for it. Longer texts come first.
    texts: Vec<(String, String)>,
    /// How many there are of each kind.
    counts: BTreeMap<&'static str, usize>,
    /// The time where it stands still.
    frozen_at: Option<SystemTime>,
}

impl Placeholders {
    pub(super) fn new(account: &str, region: &str, frozen_at: Option<SystemTime>) -> Self {
        let mut placeholders = Self {
            texts: Vec::new(),
            counts: BTreeMap::new(),
            frozen_at,
        };
        placeholders.add(account.to_owned(), "<account>".to_owned());
        placeholders.add(region.to_owned(), "<region>".to_owned());
        placeholders
    }

    /// Shows `text` as `shown`, wherever it stands in what follows.
    pub(super) fn add(&mut self, text: String, shown: String) {
        if !text.is_empty() && !self.texts.iter().any(|(known, _)| *known == text) {
            self.texts.push((text, shown));
            self.texts
                .sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
    }

    /// Numbers what is of this kind from one again.
    pub(super) fn forget(&mut self, kind: &'static str) {
        let prefix = format!("<{kind} ");
        self.texts.retain(|(_, shown)| !shown.starts_with(&prefix));
        self.counts.remove(kind);
    }

    pub(super) fn of_input(&self, input: Value) -> Value {
        self.replaced(input)
    }

    /// `is_page` says that the answer is one of several pages. Which entry is on which page is not
    /// defined.
    pub(super) fn of_answer(&mut self, answer: Value, is_page: bool) -> Value {
        let answer = self.without_strangers(answer);
        let answer = self.described("", answer);
        let mut answer = self.replaced(answer);
        if is_page {
            for list in WITHOUT_ORDER {
                let entries = answer.get_mut(list).and_then(Value::as_array_mut);
                for entry in entries.into_iter().flatten() {
                    *entry = anonymous(std::mem::take(entry));
                }
            }
        }
        answer
    }

    /// Leaves out the pools of the account that no scenario has created.
    fn without_strangers(&self, mut answer: Value) -> Value {
        if let Some(pools) = answer
            .get_mut("IdentityPools")
            .and_then(Value::as_array_mut)
        {
            pools.retain(|pool| {
                let name = pool["IdentityPoolName"].as_str();
                name.is_some_and(|name| name.starts_with(PREFIX))
            });
        }
        answer
    }

    /// Replaces what the name of a member tells the kind of.
    fn described(&mut self, member: &str, value: Value) -> Value {
        match (member, value) {
            (_, Value::Object(members)) => {
                let members = members
                    .into_iter()
                    .map(|(name, value)| (name.clone(), self.described(&name, value)));
                Value::Object(members.collect())
            }
            (_, Value::Array(elements)) => {
                let elements = elements.into_iter().map(|value| {
                    let value = self.described(member, value);
                    self.replaced(value)
                });
                let mut elements: Vec<Value> = elements.collect();
                if WITHOUT_ORDER.contains(&member) {
                    elements.sort_by_key(Value::to_string);
                }
                Value::Array(elements)
            }
            ("CreationDate" | "LastModifiedDate" | "Expiration", Value::Number(time)) => {
                self.time(time.as_f64().unwrap_or_default())
            }
            ("Expiration", Value::String(time)) => self.time_of_text(&time),
            (_, Value::String(text)) => self.string(member, text),
            (_, other) => other,
        }
    }

    fn string(&mut self, member: &str, text: String) -> Value {
        let is_id = |text: &str| text.contains(':') && !text.contains(' ');
        match member {
            "IdentityPoolId" | "Audience" if is_id(&text) => self.numbered("pool", text),
            "IdentityId" | "SubjectFromWebIdentityToken" if is_id(&text) => {
                self.numbered("identity", text)
            }
            "NextToken" => self.numbered("page", text),
            "AccessKeyId" if Regex::new("^ASIA[A-Z0-9]{16}$").unwrap().is_match(&text) => {
                self.numbered("access key", text)
            }
            "SecretKey" | "SecretAccessKey" if text.len() == 40 => json!("<secret key>"),
            "SessionToken" if text.starts_with("IQoJ") => json!("<session token>"),
            "SecretKey" | "SecretAccessKey" | "SessionToken" => json!("<another form>"),
            "AssumedRoleId" | "UserId" => self.role_id(text),
            "Token" => self.token(text),
            "n" => json!("<modulus>"),
            "kid" => key_id(&text),
            "jwks_uri" => {
                let host = Regex::new("^https?://[^/]+").unwrap();
                Value::from(host.replace(&text, "<host>"))
            }
            "message" | "Message" => {
                let time = Regex::new(r"(?-u:\b)1[0-9]{9}(?-u:\b)").unwrap();
                let text = time.replace_all(&text, "<time>");
                let caller = Regex::new("^User: [^ ]+ ").unwrap();
                Value::from(caller.replace(&text, "User: <caller> "))
            }
            _ => Value::String(text),
        }
    }

    /// The placeholder of a value that was seen before, or the next of its kind.
    fn numbered(&mut self, kind: &'static str, text: String) -> Value {
        if let Some((_, shown)) = self.texts.iter().find(|(known, _)| *known == text) {
            return Value::from(shown.as_str());
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let shown = format!("<{kind} {count}>");
        self.add(text, shown.clone());
        Value::from(shown)
    }

    /// A token, with its header and its claims if it is a JWT.
    fn token(&mut self, token: String) -> Value {
        let parts: Vec<Value> = token.split('.').take(2).filter_map(part).collect();
        let shown = self.numbered("token", token);
        let Ok([header, claims]) = <[Value; 2]>::try_from(parts) else {
            return json!({"token": shown, "form": "no JWT"});
        };
        let claims = match claims {
            Value::Object(claims) => Value::Object(
                claims
                    .into_iter()
                    .map(|(name, value)| match value.as_f64() {
                        Some(time) if ["exp", "iat"].contains(&name.as_str()) => {
                            (name, self.time(time))
                        }
                        _ => (name, value),
                    })
                    .collect(),
            ),
            other => other,
        };
        json!({"token": shown, "header": self.described("", header), "claims": claims})
    }

    /// `AROA...:<session>`.
    fn role_id(&self, text: String) -> Value {
        let id = Regex::new("^AROA[A-Z0-9]{13,17}").unwrap();
        Value::from(id.replace(&text, "<role id>"))
    }

    /// A time in seconds since 1970, to the minute.
    fn time(&self, seconds: f64) -> Value {
        let now = self.frozen_at.unwrap_or_else(SystemTime::now);
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let minutes = ((seconds - now.as_secs_f64()) / 60.0).round() as i64;
        Value::from(match minutes * 60 {
            0 => "<now>".to_owned(),
            later if later > 0 => format!("<now + {later} s>"),
            earlier => format!("<now - {} s>", -earlier),
        })
    }

    fn time_of_text(&self, text: &str) -> Value {
        use aws_sdk_cognitoidentity::primitives::{DateTime, DateTimeFormat};
        match DateTime::from_str(text, DateTimeFormat::DateTime) {
            Ok(time) => self.time(time.as_secs_f64()),
            Err(_) => Value::from(text),
        }
    }

    /// Replaces each text that was seen, wherever it stands.
    fn replaced(&self, value: Value) -> Value {
        let text = |text: String| {
            self.texts.iter().fold(text, |text, (known, shown)| {
                if text.contains(known.as_str()) {
                    text.replace(known.as_str(), shown)
                } else {
                    text
                }
            })
        };
        match value {
            Value::String(string) => Value::from(text(string)),
            Value::Array(elements) => Value::Array(
                elements
                    .into_iter()
                    .map(|value| self.replaced(value))
                    .collect(),
            ),
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(name, value)| (text(name), self.replaced(value)))
                    .collect(),
            ),
            other => other,
        }
    }
}

/// An entry of a page, without its id.
fn anonymous(mut entry: Value) -> Value {
    if entry.is_string() {
        return json!("<one of them>");
    }
    for id in ["IdentityId", "IdentityPoolId"] {
        if let Some(id) = entry.get_mut(id) {
            *id = json!("<one of them>");
        }
    }
    entry
}

/// Leaves out the number of a key, which AWS changes from time to time.
fn key_id(kid: &str) -> Value {
    let number = Regex::new("-[0-9]+$").unwrap();
    Value::from(number.replace(kid, "-<number>"))
}

/// A part of a JWT.
fn part(text: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&bytes).ok()
}
