//! The code under exploration, as the closures that the user gave.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use crate::call::Call;
use crate::server::{Builder, MockCognitoIdentity};

/// The seed of every mock.
const SEED: u64 = 1;
/// When every run begins by the mock's clock, in seconds since 1970: 2026-01-01.
const START: u64 = 1_767_225_600;

/// A future of the user's, or one that is awaited beside it.
pub(super) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
type Configure<'a> = Box<dyn Fn(Builder) -> Builder + 'a>;
type Arrange<'a> = Box<dyn Fn(&MockCognitoIdentity) + 'a>;
type Start<'a, A> = Box<dyn Fn(&MockCognitoIdentity) -> A + 'a>;
type Answer<'a, T> = Box<dyn Fn(&T) -> String + 'a>;
type Check<'a, A, T, E> = Box<
    dyn Fn(
            Option<&Result<T, E>>,
            Option<&Result<T, E>>,
            &A,
            &MockCognitoIdentity,
            &[Call],
        ) -> Result<(), String>
        + 'a,
>;

/// An application of type `A`, whose uses end with `Result<T, E>`.
pub(super) struct Code<'a, A, T, E> {
    pub(super) configure: Vec<Configure<'a>>,
    pub(super) arrange: Vec<Arrange<'a>>,
    pub(super) start: Start<'a, A>,
    /// `None` stands for the `Debug` text.
    pub(super) answer: Option<Answer<'a, T>>,
    pub(super) checks: Vec<Check<'a, A, T, E>>,
}

/// The body: what is done with the application.
pub(super) trait Body<A, T, E> {
    fn use_app<'b>(&'b self, app: &'b A) -> Boxed<'b, Result<T, E>>;
}

impl<A, T, E, F> Body<A, T, E> for F
where
    F: AsyncFn(&A) -> Result<T, E>,
{
    fn use_app<'b>(&'b self, app: &'b A) -> Boxed<'b, Result<T, E>> {
        Box::pin(self(app))
    }
}

impl<A, T, E> Code<'_, A, T, E> {
    /// A new mock, arranged. It must be made on the runtime whose time its clock follows.
    pub(super) fn mock(&self) -> MockCognitoIdentity {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(START);
        let mut builder = MockCognitoIdentity::builder().seed(SEED).frozen_at(start);
        for configure in &self.configure {
            builder = configure(builder);
        }
        let mock = builder
            .clock_follows_tokio()
            .verify_on_drop(false)
            .log_on_panic(false)
            .in_memory();
        mock.report_no_waiting_calls();
        for arrange in &self.arrange {
            arrange(&mock);
        }
        mock
    }
}

impl<A, T: fmt::Debug, E> Code<'_, A, T, E> {
    /// The answer as text.
    pub(super) fn answer_text(&self, answer: &T) -> String {
        match &self.answer {
            Some(text) => text(answer),
            None => format!("{answer:?}"),
        }
    }
}
