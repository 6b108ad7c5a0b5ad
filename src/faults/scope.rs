//! The chainable methods of a fault: to which calls, how often, and what is demanded of it.
//!
//! They only write down; misuse panics here, at the line where it is written.

use std::panic::Location;
use std::sync::Arc;

use super::effect::Effect;
use super::fault::{Fault, Predicate, Target};
use crate::operation::{Operation, SdkOperation};
use crate::times::Times;

/// To which calls, how often, and what is demanded.
impl Fault {
    /// Limits the fault to calls of this operation. Repeat it to widen the fault to further
    /// operations. Without it, a fault matches every call of the 25 operations that the mock
    /// answers (23 of Cognito Identity, two of STS), unless the input cannot be read. A call that is
    /// too large to be read meets the faults that ask for no input: those without
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
    /// If the fault is a [`respond_with`](Self::respond_with) of another operation, or
    /// [`refuse_connections`](Self::refuse_connections).
    #[track_caller]
    pub fn on<O: SdkOperation>(mut self, op: fn(&O::Client) -> O) -> Self {
        self.chooses_calls("on");
        self.target(operation(op));
        self
    }

    /// Only to calls of this operation whose input the predicate accepts. It widens the fault to
    /// the operation as [`on`](Self::on) does; several predicates for one operation must all
    /// accept.
    ///
    /// The predicate runs without any lock of the mock: in memory on the thread of the caller, so
    /// on several at once, over TCP on the server's one thread, which answers nobody else
    /// meanwhile. If it panics, the call is answered with status 500 and verification reports the
    /// panic. If it waits for the test while the test waits for the mock (to drop it, or to refuse
    /// connections), the mock goes on after three seconds and names it on standard error.
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
    /// If the fault is a [`respond_with`](Self::respond_with) of another operation, or
    /// [`refuse_connections`](Self::refuse_connections).
    #[track_caller]
    pub fn when<O: SdkOperation>(
        mut self,
        op: fn(&O::Client) -> O,
        predicate: impl Fn(&O::Input) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.chooses_calls("when");
        let accepts = move |request: &_| O::input(request).is_some_and(&predicate);
        let predicate = Predicate::new(accepts, Location::caller());
        self.target(operation(op)).predicates.push(predicate);
        self
    }

    /// At most so often; later calls do not meet it any more.
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
    /// If `n` is 0, or the fault is [`refuse_connections`](Self::refuse_connections).
    #[track_caller]
    pub fn up_to_n_times(mut self, n: u64) -> Self {
        self.chooses_calls("up_to_n_times");
        assert!(n >= 1, "`n` must be at least 1");
        self.limit = Some(n);
        self
    }

    /// Lets the first `n` matching calls through, counted from the injection on. A call counts
    /// also when another fault has answered it.
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
    /// If the fault is [`refuse_connections`](Self::refuse_connections).
    #[track_caller]
    pub fn after_n_calls(mut self, n: u64) -> Self {
        self.chooses_calls("after_n_calls");
        self.let_through = n;
        self
    }

    /// Fires for this share of the matching calls, drawn at random: 0.0 never, 1.0 always.
    ///
    /// A draw depends on the mock's seed, on which fault it is and on the how-many-eth matching
    /// call it is, so the same calls fail in every run, and other faults or other operations'
    /// calls do not shift it. Because such a fault may happen not to fire, it implies
    /// `.expect(..)`.
    ///
    /// ```
    /// # use mock_cognito_identity::Fault;
    /// let flaky = Fault::internal_error().with_probability(0.3);
    /// # let _ = flaky;
    /// ```
    ///
    /// # Panics
    ///
    /// If `p` is not between 0 and 1, or the fault is
    /// [`refuse_connections`](Self::refuse_connections).
    #[track_caller]
    pub fn with_probability(mut self, p: f64) -> Self {
        self.chooses_calls("with_probability");
        assert!(
            (0.0..=1.0).contains(&p),
            "`p` must be between 0 and 1, got {p}"
        );
        self.probability = Some(p);
        self
    }

    /// How often it must fire for verification to pass: `2`, `1..=3`, `..`. At least once unless
    /// this says otherwise.
    ///
    /// It demands and does not limit: a fault that fires too often fails the test as well. To
    /// limit, use [`up_to_n_times`](Self::up_to_n_times).
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
    /// If the range is empty, such as `3..3`.
    #[track_caller]
    pub fn expect(mut self, times: impl Into<Times>) -> Self {
        self.expected = Some(times.into().not_empty());
        self
    }

    /// Names it, for failure messages and [`Call::fault`](crate::Call::fault). A fault without a
    /// name is called by its number, `#1` for the first that was injected.
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

    /// Catches a method that makes no sense for a fault which no call meets.
    #[track_caller]
    fn chooses_calls(&self, method: &str) {
        let refuses = matches!(self.effect, Effect::RefuseConnections);
        assert!(
            !refuses,
            "`{method}` chooses among calls, and `refuse_connections` refuses all connections"
        );
    }

    /// The entry of an operation, which the fault is thereby widened to.
    #[track_caller]
    fn target(&mut self, operation: Operation) -> &mut Target {
        if let Effect::Respond(responder) = &self.effect {
            let own = responder.operation();
            assert!(
                own == operation,
                "this `respond_with` answers {own} and cannot answer {operation}"
            );
        }
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

    fn panic_of(misuse: impl FnOnce() -> Fault) -> String {
        caught(misuse).unwrap_err()
    }

    #[test]
    fn misuse_is_told_by_the_name_of_the_argument() {
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
    fn what_cannot_go_together_is_refused() {
        let scripted = || Fault::respond_with(Client::get_id, |_| GetIdOutput::builder().build());

        assert_eq!(
            panic_of(|| Fault::hang().retry_after(Duration::ZERO)),
            "`retry_after` needs a fault that answers with an error, not `hang`"
        );
        assert_eq!(
            panic_of(|| scripted().on(Client::get_open_id_token)),
            "this `respond_with` answers GetId and cannot answer GetOpenIdToken"
        );
        let refused = Fault::refuse_connections;
        for (panic, method) in [
            (panic_of(|| refused().on(Client::get_id)), "on"),
            (
                panic_of(|| refused().when(Client::get_id, |_| true)),
                "when",
            ),
            (panic_of(|| refused().up_to_n_times(1)), "up_to_n_times"),
            (panic_of(|| refused().after_n_calls(1)), "after_n_calls"),
            (
                panic_of(|| refused().with_probability(0.5)),
                "with_probability",
            ),
        ] {
            let rest = "chooses among calls, and `refuse_connections` refuses all connections";
            assert_eq!(panic, format!("`{method}` {rest}"));
        }
        assert_eq!(
            panic_of(|| refused().retry_after(Duration::ZERO)),
            "`retry_after` needs a fault that answers with an error, not `refuse_connections`"
        );
        let _ = scripted().on(Client::get_id).when(Client::get_id, |_| true);
    }

    #[test]
    fn a_condition_that_is_given_twice_is_that_of_the_last_time() {
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
