//! Writes down what the SDK sends and what comes back, whatever the SDK makes of it.

use std::sync::{Arc, Mutex};

use aws_sdk_cognitoidentity::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_cognitoidentity::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_cognitoidentity::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use serde_json::{Value, json};

use super::layout;
use super::placeholders::Placeholders;

/// The transcript of a session as far as it has come.
#[derive(Debug)]
pub(super) struct Transcript {
    pub(super) placeholders: Placeholders,
    pub(super) text: String,
    /// Whether the first step has begun.
    pub(super) has_begun: bool,
    /// The names of the operations that were called.
    pub(super) operations: Vec<String>,
    /// The ids of the pools that were created, to delete them.
    pub(super) pools: Vec<String>,
}

impl Transcript {
    /// Begins a step.
    pub(super) fn begin(&mut self, what: &str, rows: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&format!("# {what} [{rows}]\n"));
        self.has_begun = true;
    }

    /// Writes a call and its answer. What precedes the first step prepares the scenario; its
    /// answers are the subject of another one, and are left out.
    fn write(&mut self, operation: &str, remark: &str, input: Value, status: u16, answer: &str) {
        self.operations.push(operation.to_owned());
        let last = self.text.lines().last();
        if last.is_some_and(|line| !line.starts_with("# ")) {
            self.text.push('\n');
        }
        let is_page = input.get("NextToken").is_some();
        let input = layout::json(&self.placeholders.of_input(input));
        self.text
            .push_str(&format!("> {operation}{remark}\n{input}\n"));
        let answer = parse(answer);
        if operation == "CreateIdentityPool"
            && let Some(answer) = &answer
            && let Some(id) = answer["IdentityPoolId"].as_str()
        {
            self.pools.push(id.to_owned());
        }
        let answer = match answer {
            Some(Value::Null) => "(no body)".to_owned(),
            Some(answer) => {
                let is_page = is_page || answer.get("NextToken").is_some();
                layout::json(&self.placeholders.of_answer(answer, is_page))
            }
            None => "(neither JSON nor XML)".to_owned(),
        };
        if self.has_begun {
            self.text.push_str(&format!("< {status}\n{answer}\n"));
        }
    }

    /// Writes a request for a document and its answer.
    pub(super) fn write_document(&mut self, path: &str, status: u16, answer: &str) {
        let answer = match parse(answer) {
            Some(answer) => layout::json(&self.placeholders.of_answer(answer, false)),
            None => "(neither JSON nor XML)".to_owned(),
        };
        self.text
            .push_str(&format!("> GET {path}\n< {status}\n{answer}\n"));
        self.operations.push(format!("GET {path}"));
    }
}

/// The value of a body; null for an empty one, nothing for one of another language.
fn parse(body: &str) -> Option<Value> {
    if body.trim().is_empty() {
        return Some(Value::Null);
    }
    serde_json::from_str(body)
        .ok()
        .or_else(|| layout::value_of_xml(body))
}

/// The interceptor of a client.
#[derive(Debug)]
pub(super) struct Capture {
    pub(super) transcript: Arc<Mutex<Transcript>>,
    /// What is special about this client, for example its Region.
    pub(super) remark: &'static str,
}

impl Intercept for Capture {
    fn name(&self) -> &'static str {
        "Capture"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let body = request.body().bytes().unwrap_or_default();
        let target = request.headers().get("x-amz-target");
        let (operation, input) = match target {
            Some(target) => {
                let operation = target.rsplit('.').next().unwrap_or(target).to_owned();
                (operation, serde_json::from_slice(body)?)
            }
            None => of_form(body),
        };
        config
            .interceptor_state()
            .store_put(Sent { operation, input });
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let sent = config.load::<Sent>().expect("it was sent");
        let response = context.response();
        let answer = String::from_utf8_lossy(response.body().bytes().unwrap_or_default());
        self.transcript.lock().unwrap().write(
            &sent.operation,
            self.remark,
            sent.input.clone(),
            response.status().as_u16(),
            &answer,
        );
        Ok(())
    }
}

/// What was sent, until the answer comes.
#[derive(Debug)]
struct Sent {
    operation: String,
    input: Value,
}

impl Storable for Sent {
    type Storer = StoreReplace<Self>;
}

/// The operation and the input of a call of STS.
fn of_form(body: &[u8]) -> (String, Value) {
    let (mut operation, mut input) = (String::new(), json!({}));
    for (name, value) in form_urlencoded::parse(body) {
        match &*name {
            "Action" => operation = value.into_owned(),
            "Version" => {}
            _ => input[&*name] = Value::from(value),
        }
    }
    (operation, input)
}
