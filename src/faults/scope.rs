//! The chainable methods of [`Fault`]: which calls it matches, how often it fires, and how often it
//! is expected to fire.
//!
//! They only store their arguments. Misuse panics here, at the user's line.

use std::panic::Location;
use std::sync::Arc;

use super::effect::Effect;
use super::fault::{Fault, Predicate, Target};
use crate::operation::{Operation, SdkOperation};
use crate::times::IntoTimes;

/// Which calls the fault matches, how often it fires, and how often it is expected to fire.
impl Fault {
    /// Limits the fault to calls of this operation. Calling it again adds further operations.
    ///
    /// A fault that is not limited matches calls of all 25 operations that the mock answers (23 of
    /// Cognito Identity, two of STS). A call that the mock rejects at once, because of its
    /// signature or because its input cannot be decoded, matches no fault. A call whose body is too
    /// large to be read matches only faults that do not need its input: those without
    /// [`when`](Self::when) and [`respond_with`](Self::respond_with) for its operation.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let no_tokens = Fault::internal_error()
    ///     .on(Client::get_open_id_token)
    ///     .on(Client::get_open_id_token_for_developer_identity);
    /// # let _ = no_tokens;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the fault is a [`respond_with`](Self::respond_with) of another operation, a
    /// [`bare_response`](Self::bare_response) of an operation whose output has nothing to leave out,
    /// or [`refuse_connections`](Self::refuse_connections).
    #[doc(alias = "given")]
    #[track_caller]
    pub fn on<O: SdkOperation>(mut self, op: fn(&O::Client) -> O) -> Self {
        self.assert_matches_calls("on");
        self.target(operation(op));
        self
    }

    /// Limits the fault to calls of this operation whose input the predicate matches. Calling it
    /// again for another operation adds that operation, as [`on`](Self::on) does. If an operation
    /// has several predicates, all of them must match.
    ///
    /// The predicate runs without any lock of the mock. In memory it runs on the caller's thread,
    /// so several threads can run it at once. Over TCP it runs on the server's only thread, which
    /// serves no other request until the predicate returns.
    ///
    /// If the predicate panics, the call is answered with status 500 and verification reports the
    /// panic. If it waits for the test while the test waits for the mock (to drop it, or to refuse
    /// connections), the mock stops waiting after three seconds and names the predicate on standard
    /// error.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let one_pool = Fault::throttle().when(Client::get_id, |input| {
    ///     input.identity_pool_id() == Some("eu-west-1:00000000-0000-0000-0000-000000000000")
    /// });
    /// # let _ = one_pool;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the fault is a [`respond_with`](Self::respond_with) of another operation, a
    /// [`bare_response`](Self::bare_response) of an operation whose output has nothing to leave out,
    /// or [`refuse_connections`](Self::refuse_connections).
    #[doc(alias("given", "with", "withf"))]
    #[track_caller]
    pub fn when<O: SdkOperation>(
        mut self,
        op: fn(&O::Client) -> O,
        predicate: impl Fn(&O::Input) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.assert_matches_calls("when");
        let matches = move |request: &_| O::input(request).is_some_and(&predicate);
        let predicate = Predicate::new(matches, Location::caller());
        self.target(operation(op)).predicates.push(predicate);
        self
    }

    /// Limits the fault to firing at most `n` times. It does not affect later calls.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// // Reset once, then fail twice, then work.
    /// let sequence = [
    ///     Fault::reset_connection().up_to_n_times(1),
    ///     Fault::internal_error().up_to_n_times(2),
    /// ];
    /// # let _ = sequence;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `n` is 0 or the fault is [`refuse_connections`](Self::refuse_connections).
    #[doc(alias("times", "once"))]
    #[track_caller]
    pub fn up_to_n_times(mut self, n: u64) -> Self {
        self.assert_matches_calls("up_to_n_times");
        assert!(n >= 1, "`n` must be at least 1");
        self.limit = Some(n);
        self
    }

    /// Lets the first `n` matching calls after the injection through. A call that another fault
    /// answers counts, too.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let second_page_fails = Fault::internal_error().on(Client::list_identities).after_n_calls(1);
    /// # let _ = second_page_fails;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the fault is [`refuse_connections`](Self::refuse_connections).
    #[track_caller]
    pub fn after_n_calls(mut self, n: u64) -> Self {
        self.assert_matches_calls("after_n_calls");
        self.let_through = n;
        self
    }

    /// Makes the fault fire for a random share `p` of the matching calls, from 0.0 (never) to 1.0
    /// (always).
    ///
    /// Each draw depends on the mock's seed, on the fault's number in the order of injection, and
    /// on how many matching calls came before. So the same calls fail in every run. Calls that do
    /// not match do not shift the draws, and neither do other faults that answer a matching call.
    /// Because such a fault may never fire, it implies `.expect(..)`.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// let flaky = Fault::internal_error().with_probability(0.3);
    /// # let _ = flaky;
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `p` is not between 0 and 1 or the fault is
    /// [`refuse_connections`](Self::refuse_connections).
    #[track_caller]
    pub fn with_probability(mut self, p: f64) -> Self {
        self.assert_matches_calls("with_probability");
        assert!(
            (0.0..=1.0).contains(&p),
            "`p` must be between 0 and 1, got {p}"
        );
        self.probability = Some(p);
        self
    }

    /// Sets how often the fault must fire for verification to pass: `2`, `1..=3`, `..`. Without it,
    /// the fault must fire at least once.
    ///
    /// This is an expectation and not a limit: a fault that fires too often fails the test as well.
    /// [`up_to_n_times`](Self::up_to_n_times) limits how often it fires.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// let exactly_one_retry = Fault::throttle().up_to_n_times(1).expect(1);
    /// let optional = Fault::throttle().expect(..);
    /// # let _ = (exactly_one_retry, optional);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the range is empty, such as `3..3`, or if `times` is negative.
    #[doc(alias("times", "once", "never"))]
    #[track_caller]
    pub fn expect(mut self, times: impl IntoTimes) -> Self {
        self.expected = Some(times.to_times().not_empty());
        self
    }

    /// Names the fault for failure messages and [`Call::fault`](crate::Call::fault). A fault
    /// without a name is identified by its number: `#1` is the first that was injected.
    ///
    /// ```
    /// # use aws_sdk_cognitoidentity::Client;
    /// # use mock_cognito_identity::Fault;
    /// let outage = Fault::http_status(503).on(Client::get_open_id_token).named("token outage");
    /// # let _ = outage;
    /// ```
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(Arc::from(name.into()));
        self
    }

    /// Panics if the fault matches no calls at all, so that `method` has nothing to select from.
    #[track_caller]
    fn assert_matches_calls(&self, method: &str) {
        let refuses = matches!(self.effect, Effect::RefuseConnections);
        assert!(
            !refuses,
            "`{method}` selects calls, but `refuse_connections` refuses all connections"
        );
    }

    /// The entry of an operation, which is added if the fault does not have it yet.
    #[track_caller]
    fn target(&mut self, operation: Operation) -> &mut Target {
        if let Effect::Respond(responder) = &self.effect {
            let own = responder.operation();
            assert!(
                own == operation,
                "this `respond_with` answers {own} and cannot answer {operation}"
            );
        }
        assert!(
            self.effect.can_affect(operation),
            "`{}` leaves out members of the output, but the output of {operation} has none that may \
             be missing",
            self.effect
        );
        let known = self
            .targets
            .iter()
            .position(|target| target.operation == operation);
        let index = known.unwrap_or_else(|| {
            self.targets.push(Target::new(operation));
            self.targets.len() - 1
        });
        &mut self.targets[index]
    }
}

fn operation<O: SdkOperation>(_: fn(&O::Client) -> O) -> Operation {
    O::OPERATION
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentity::Client;
    use std::time::Duration;

    use aws_sdk_cognitoidentity::operation::get_id::GetIdOutput;

    use super::super::effect::caught;
    use super::*;
    use crate::times::Times;

    fn panic_of(misuse: impl FnOnce() -> Fault) -> String {
        caught(misuse).unwrap_err()
    }

    #[test]
    fn a_panic_of_misuse_names_the_argument() {
        assert_eq!(
            panic_of(|| Fault::throttle().up_to_n_times(0)),
            "`n` must be at least 1"
        );
        assert_eq!(
            panic_of(|| Fault::throttle().with_probability(1.5)),
            "`p` must be between 0 and 1, got 1.5"
        );
        assert_eq!(
            panic_of(|| Fault::throttle().with_probability(f64::NAN)),
            "`p` must be between 0 and 1, got NaN"
        );
        assert_eq!(
            panic_of(|| Fault::throttle().expect(3..3)),
            "`times` is an empty range and can never be satisfied"
        );
        assert_eq!(
            panic_of(|| Fault::rate_limit(1, Duration::ZERO)),
            "`per` must be longer than zero"
        );
        for status in [99, 100, 199, 1_000] {
            assert_eq!(
                panic_of(|| Fault::http_status(status)),
                format!("`status` must be between 200 and 999, got {status}")
            );
        }
    }

    #[test]
    fn methods_that_cannot_be_combined_panic() {
        let scripted = || Fault::respond_with(Client::get_id, |_| GetIdOutput::builder().build());

        assert_eq!(
            panic_of(|| Fault::hang().retry_after(Duration::ZERO)),
            "`retry_after` needs a fault that answers with an error, not `hang`"
        );
        assert_eq!(
            panic_of(|| scripted().on(Client::get_open_id_token)),
            "this `respond_with` answers GetId and cannot answer GetOpenIdToken"
        );
        assert_eq!(
            panic_of(|| Fault::bare_response().on(Client::delete_identity_pool)),
            "`bare_response` leaves out members of the output, but the output of \
             DeleteIdentityPool has none that may be missing"
        );
        let down = Fault::refuse_connections;
        for (panic, method) in [
            (panic_of(|| down().on(Client::get_id)), "on"),
            (panic_of(|| down().when(Client::get_id, |_| true)), "when"),
            (panic_of(|| down().up_to_n_times(1)), "up_to_n_times"),
            (panic_of(|| down().after_n_calls(1)), "after_n_calls"),
            (
                panic_of(|| down().with_probability(0.5)),
                "with_probability",
            ),
        ] {
            let rest = "selects calls, but `refuse_connections` refuses all connections";
            assert_eq!(panic, format!("`{method}` {rest}"));
        }
        assert_eq!(
            panic_of(|| down().retry_after(Duration::ZERO)),
            "`retry_after` needs a fault that answers with an error, not `refuse_connections`"
        );
        let _ = scripted().on(Client::get_id).when(Client::get_id, |_| true);
    }

    #[test]
    fn the_last_value_of_a_condition_applies() {
        let fault = Fault::throttle()
            .up_to_n_times(1)
            .up_to_n_times(2)
            .after_n_calls(3)
            .after_n_calls(4)
            .with_probability(0.5)
            .with_probability(0.6)
            .expect(7)
            .expect(8)
            .named("first")
            .named("last");

        assert_eq!((fault.limit, fault.let_through), (Some(2), 4));
        assert_eq!(fault.probability, Some(0.6));
        assert_eq!(fault.expected, Some(Times::from(8)));
        assert_eq!(fault.name.as_deref(), Some("last"));
    }

    #[test]
    fn a_fault_is_a_value_that_threads_can_share() {
        fn is_shared<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}

        is_shared::<Fault>();
    }

    #[test]
    fn debug_shows_closures_by_a_placeholder() {
        let fault = Fault::throttle().when(Client::get_id, |_| true);

        let debug = format!("{fault:?}");

        assert!(debug.contains("<predicate>"), "{debug}");
    }
}
