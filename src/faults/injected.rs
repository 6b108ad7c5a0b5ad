//! The faults in force: how they are injected and removed, and which of them apply to a call.
//!
//! [`InjectedFaults`] is behind the mock's one lock. Its methods are quick and run no closure of
//! the user's. It knows nothing of HTTP and reads no clock: callers pass the mock's time.

use std::sync::Arc;
use std::thread::ThreadId;
use std::time::SystemTime;

use tokio::sync::watch;

use super::apply::{Applied, Entry};
use super::counters::Unmet;
use super::fault::{Fault, FaultName};
use super::hold::Gate;
use super::matching::{FaultId, InjectedFault, Matches, Snapshot};
use super::place::Place;
use super::user_closure::{RunningClosures, UserClosure};

/// The faults in force, in the order they were injected.
#[derive(Debug)]
pub(crate) struct InjectedFaults {
    pub(super) seed: u64,
    /// How many faults were ever injected. Clearing does not reset it, so that a number in a report
    /// stands for one fault.
    total: usize,
    /// Sorted by id.
    pub(super) entries: Vec<Entry>,
    /// How many of them refuse connections.
    refusing: usize,
    /// What [`snapshot`](Self::snapshot) returns. `None` after a fault was injected or removed.
    snapshot: Option<Snapshot>,
    /// How often all connections in memory were broken. Each connection holds a receiver.
    breaks: watch::Sender<u64>,
    running: Arc<RunningClosures>,
}

impl InjectedFaults {
    /// Starts without faults. All draws depend on `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            total: 0,
            entries: Vec::new(),
            refusing: 0,
            snapshot: None,
            breaks: watch::Sender::new(0),
            running: Arc::default(),
        }
    }

    /// Puts a fault in force, after those already there. `last_request` is the number of the last
    /// request that the mock has received, or 0.
    pub(crate) fn inject(
        &mut self,
        fault: Fault,
        place: impl Into<Place>,
        last_request: usize,
    ) -> Arc<InjectedFault> {
        self.total += 1;
        let id = FaultId(self.total);
        let named = fault.name.clone().map(FaultName::Named);
        let injected = Arc::new(InjectedFault {
            id,
            name: named.unwrap_or(FaultName::Numbered(id.0)),
            fault,
            injected_at: place.into(),
            injected_after: last_request,
            gate: Gate::closed(),
            fired: watch::Sender::new(0),
            running: Arc::clone(&self.running),
        });
        self.entries.push(Entry::new(Arc::clone(&injected)));
        if injected.refuses_connections() {
            self.refusing += 1;
            self.break_connections();
        }
        self.snapshot = None;
        injected
    }

    /// Removes a fault and releases the calls that it holds. Returns the facts if the fault has not
    /// fired as expected, and `None` if it has or if it was already removed.
    pub(crate) fn remove(&mut self, id: FaultId) -> Option<Unmet> {
        let index = index(&self.entries, id)?;
        let entry = self.entries.remove(index);
        self.refusing -= usize::from(entry.fault.refuses_connections());
        self.snapshot = None;
        entry.fault.gate().open();
        entry.unmet(self.seed)
    }

    /// Removes all faults, whether or not they have fired as expected, and releases the calls that
    /// they hold. Returns them to be dropped outside the lock, because a user's closure may own
    /// values that do something when they are dropped.
    #[must_use]
    pub(crate) fn clear(&mut self) -> Vec<Arc<InjectedFault>> {
        let faults = self.take();
        for fault in &faults {
            fault.gate().open();
        }
        faults
    }

    /// The same, but the calls that the faults hold are not released.
    #[must_use]
    pub(crate) fn take(&mut self) -> Vec<Arc<InjectedFault>> {
        self.refusing = 0;
        self.snapshot = None;
        self.entries.drain(..).map(|entry| entry.fault).collect()
    }

    /// The faults in force now, against which a call is matched outside the lock.
    pub(crate) fn snapshot(&mut self) -> Snapshot {
        let take = || Snapshot::of(self.entries.iter().map(|entry| &entry.fault));
        self.snapshot.get_or_insert_with(take).clone()
    }

    /// Applies the faults that a call matches, charges their budgets, and returns what they do to
    /// the call.
    ///
    /// Delays add up. Of the other effects, the first with budget left applies, so that two faults
    /// make a sequence. A fault that was removed since the snapshot is not applied. If a predicate
    /// has panicked, no fault is applied, because it is unknown what the call would have matched.
    pub(crate) fn apply(&mut self, matches: &Matches, call: usize, now: SystemTime) -> Applied {
        for id in &matches.not_matched {
            if let Some(entry) = entry(&mut self.entries, *id) {
                entry.counters.not_matched += 1;
                entry.counters.last_not_matched = Some(call);
            }
        }
        let mut applied = Applied::default();
        if !matches.panicked.is_empty() {
            for id in &matches.panicked {
                if let Some(entry) = entry(&mut self.entries, *id) {
                    entry.counters.panicked += 1;
                }
            }
            return applied;
        }
        let request = matches.request.as_ref();
        for id in &matches.matched {
            if let Some(entry) = entry(&mut self.entries, *id) {
                entry.apply(&mut applied, request, self.seed, now);
            }
        }
        applied
    }

    /// The user's closure that runs on a thread, if there is one.
    pub(crate) fn running_on(&self, thread: ThreadId) -> Option<UserClosure> {
        self.running.on(thread)
    }

    /// Whether a fault refuses connections at present.
    pub(crate) fn refuses_connections(&self) -> bool {
        self.refusing > 0
    }

    /// Opens a connection in memory, or fires the first fault that refuses it. The receiver
    /// changes when the connection must be broken.
    pub(crate) fn connect(&mut self) -> Option<watch::Receiver<u64>> {
        if !self.refuses_connections() {
            return Some(self.breaks.subscribe());
        }
        let mut entries = self.entries.iter_mut();
        if let Some(entry) = entries.find(|entry| entry.fault.refuses_connections()) {
            entry.fire();
        }
        None
    }

    /// Breaks all connections in memory.
    pub(crate) fn break_connections(&self) {
        self.breaks.send_modify(|n| *n += 1);
    }

    /// The faults that have not fired as expected, in the order they were injected.
    pub(crate) fn unmet(&self) -> Vec<Unmet> {
        let unmet = self.entries.iter().map(|entry| entry.unmet(self.seed));
        unmet.flatten().collect()
    }
}

pub(super) fn index(entries: &[Entry], id: FaultId) -> Option<usize> {
    entries
        .binary_search_by_key(&id, |entry| entry.fault.id())
        .ok()
}

fn entry(entries: &mut [Entry], id: FaultId) -> Option<&mut Entry> {
    let index = index(entries, id)?;
    entries.get_mut(index)
}

#[cfg(test)]
mod tests {
    use std::panic::Location;
    use std::time::Duration;

    use aws_sdk_cognitoidentity::Client;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;

    use super::super::apply::Ending;
    use super::*;
    use crate::operation::Request;

    const SECOND: Duration = Duration::from_secs(1);

    /// Faults with a clock and a number of calls.
    struct Mock {
        faults: InjectedFaults,
        calls: usize,
        now: SystemTime,
    }

    impl Mock {
        fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
            let mut mock = Self {
                faults: InjectedFaults::new(0),
                calls: 0,
                now: SystemTime::UNIX_EPOCH,
            };
            for fault in faults {
                mock.inject(fault);
            }
            mock
        }

        #[track_caller]
        fn inject(&mut self, fault: Fault) -> Arc<InjectedFault> {
            self.faults.inject(fault, Location::caller(), self.calls)
        }

        fn call(&mut self, request: &Arc<Request>) -> Applied {
            self.calls += 1;
            let matches = self.faults.snapshot().match_call(request);
            self.faults.apply(&matches, self.calls, self.now)
        }

        /// Makes this many calls and returns the names of the effects on them.
        fn effects(&mut self, calls: usize, request: &Arc<Request>) -> Vec<String> {
            let endings = (0..calls).map(|_| self.call(request).ending);
            endings.map(|ending| name(ending.as_ref())).collect()
        }
    }

    fn name(ending: Option<&Ending>) -> String {
        match ending {
            None => "ok".to_owned(),
            Some(Ending::Replace(replacement)) => replacement.to_string(),
            Some(Ending::Damage(damage)) => damage.to_string(),
            Some(Ending::Respond(_)) => "respond_with".to_owned(),
        }
    }

    fn get_id() -> Arc<Request> {
        let input = GetIdInput::builder().identity_pool_id("p").build();
        Arc::new(Request::GetId(input.unwrap()))
    }

    fn list_identities() -> Arc<Request> {
        let input = ListIdentitiesInput::builder().build();
        Arc::new(Request::ListIdentities(input.unwrap()))
    }

    #[test]
    fn faults_with_budgets_are_a_sequence() {
        let mut mock = Mock::with([
            Fault::throttle().up_to_n_times(2),
            Fault::reset_connection().up_to_n_times(1),
        ]);

        assert_eq!(
            mock.effects(4, &get_id()),
            ["throttle", "throttle", "reset_connection", "ok"]
        );
        assert!(mock.faults.unmet().is_empty());
    }

    #[test]
    fn delays_add_up_and_combine_with_one_other_effect() {
        let mut mock = Mock::with([
            Fault::delay(SECOND).named("slow"),
            Fault::throttle(),
            Fault::hang(),
            Fault::delay(2 * SECOND),
        ]);

        let applied = mock.call(&get_id());

        assert_eq!(applied.delay, 3 * SECOND);
        assert_eq!(name(applied.ending.as_ref()), "throttle");
        let unmet: Vec<_> = mock.faults.unmet();
        assert_eq!(unmet.len(), 1);
        assert_eq!(unmet[0].counters.outranked, 1);
    }

    #[test]
    fn the_record_names_the_fault_that_decided_or_else_the_first_that_delayed() {
        let mut mock = Mock::with([
            Fault::delay(SECOND).named("slow"),
            Fault::delay(SECOND).named("slower"),
            Fault::throttle().up_to_n_times(1),
        ]);

        let names = [1, 2].map(|_| mock.call(&get_id()).fault_name().unwrap().bare());

        assert_eq!(names, ["#3", "slow"]);
    }

    #[test]
    fn calls_are_let_through_before_the_fault_and_after_its_budget() {
        let mut mock = Mock::with([Fault::throttle().after_n_calls(2).up_to_n_times(1)]);

        assert_eq!(mock.effects(4, &get_id()), ["ok", "ok", "throttle", "ok"]);
    }

    #[test]
    fn a_fault_applies_to_its_operations_and_to_inputs_that_its_predicate_matches() {
        let mut mock = Mock::with([
            Fault::throttle().when(Client::get_id, |input| {
                input.identity_pool_id() == Some("p")
            }),
            Fault::hang().on(Client::list_identities),
        ]);
        let other = Arc::new(Request::GetId(GetIdInput::builder().build().unwrap()));

        assert_eq!(mock.effects(1, &get_id()), ["throttle"]);
        assert_eq!(mock.effects(1, &other), ["ok"]);
        assert_eq!(mock.effects(1, &list_identities()), ["hang"]);
    }

    #[test]
    fn all_predicates_of_an_operation_must_match() {
        let fault = || {
            Fault::throttle()
                .on(Client::get_id)
                .when(Client::get_id, |_| true)
        };

        let mut both = Mock::with([fault().when(Client::get_id, |_| true)]);
        let mut one = Mock::with([fault().when(Client::get_id, |_| false).expect(0)]);

        assert_eq!(both.effects(1, &get_id()), ["throttle"]);
        assert_eq!(one.effects(1, &get_id()), ["ok"]);
    }

    #[test]
    fn other_faults_and_other_calls_do_not_shift_the_draws() {
        let flaky = || {
            Fault::internal_error()
                .on(Client::get_id)
                .with_probability(0.5)
        };
        let mut alone = Mock::with([flaky()]);
        let expected = alone.effects(20, &get_id());

        let mut among_others = Mock::with([
            flaky(),
            Fault::delay(SECOND).with_probability(0.5),
            Fault::throttle().on(Client::list_identities),
        ]);
        let calls = (0..20).map(|_| {
            among_others.call(&list_identities());
            among_others.effects(1, &get_id()).remove(0)
        });

        assert_eq!(calls.collect::<Vec<_>>(), expected);
        assert!(expected.iter().any(|e| e == "ok") && expected.iter().any(|e| e != "ok"));
    }

    #[test]
    fn the_draws_of_a_fault_stay_when_an_earlier_one_answers() {
        let flaky = || Fault::internal_error().with_probability(0.5);
        let expected = Mock::with([Fault::throttle().on(Client::list_identities), flaky()])
            .effects(10, &get_id())
            .split_off(3);

        let mut mock = Mock::with([Fault::throttle().up_to_n_times(3), flaky()]);

        assert_eq!(mock.effects(10, &get_id())[3..], expected);
    }

    #[test]
    fn probabilities_of_zero_and_one_are_never_and_always() {
        let mut never = Mock::with([Fault::throttle().with_probability(0.0)]);
        let mut always = Mock::with([Fault::throttle().with_probability(1.0)]);

        assert!(never.effects(50, &get_id()).iter().all(|e| e == "ok"));
        assert!(always.effects(50, &get_id()).iter().all(|e| e != "ok"));
        assert!(never.faults.unmet().is_empty());
    }

    #[test]
    fn a_rate_limit_slides_with_the_clock() {
        let mut mock = Mock::with([Fault::rate_limit(2, SECOND)]);

        assert_eq!(mock.effects(3, &get_id()), ["ok", "ok", "throttle"]);
        mock.now += SECOND / 2;
        assert_eq!(mock.effects(1, &get_id()), ["throttle"]);
        mock.now += SECOND / 2;
        assert_eq!(mock.effects(3, &get_id()), ["ok", "ok", "throttle"]);
        mock.now -= 10 * SECOND;
        assert_eq!(mock.effects(3, &get_id()), ["ok", "ok", "throttle"]);
    }

    #[test]
    fn a_removed_fault_does_not_apply_to_calls_in_flight() {
        let mut mock = Mock::with([]);
        let fault = mock.inject(Fault::throttle());
        let matches = mock.faults.snapshot().match_call(&get_id());

        let unmet = mock.faults.remove(fault.id());

        assert!(mock.faults.apply(&matches, 1, mock.now).ending.is_none());
        assert!(unmet.unwrap().fired_too_rarely());
        assert!(mock.faults.remove(fault.id()).is_none());
    }

    #[tokio::test]
    async fn a_held_call_also_fails_and_goes_on_once_the_fault_is_removed() {
        let mut mock = Mock::with([]);
        let hold = mock.inject(Fault::hold());
        mock.inject(Fault::throttle());

        let applied = mock.call(&get_id());
        hold.fired_at_least(1).await;
        assert!(mock.faults.remove(hold.id()).is_none());

        assert_eq!(name(applied.ending.as_ref()), "throttle");
        for gate in applied.gates() {
            gate.opened().await;
        }
    }

    #[test]
    fn a_panicking_predicate_is_reported_and_its_fault_does_not_fire() {
        let mut mock = Mock::with([]);
        mock.inject(
            Fault::throttle()
                .when(Client::get_id, |_| panic!("oops"))
                .named("bad"),
        );

        let mut matches = mock.faults.snapshot().match_call(&get_id());

        let panics = matches.take_panics();
        let applied = mock.faults.apply(&matches, 1, mock.now);
        assert!(applied.ending.is_none());
        assert!(mock.faults.unmet().is_empty(), "the panic is reported");
        assert_eq!(panics.len(), 1);
        assert_eq!(
            (panics[0].text(), panics[0].fault().bare()),
            ("oops", "bad".to_owned())
        );
    }

    #[test]
    fn refused_connections_are_counted_and_calls_are_not_affected() {
        let mut mock = Mock::with([]);
        let down = mock.inject(Fault::refuse_connections());
        mock.inject(Fault::refuse_connections().expect(1));

        assert!(mock.faults.connect().is_none());
        assert_eq!(mock.effects(1, &get_id()), ["ok"]);
        assert_eq!(down.fired(), 1);
        assert_eq!(mock.faults.unmet().len(), 1);

        mock.faults.remove(down.id());
        assert!(mock.faults.refuses_connections());
        drop(mock.faults.clear());
        assert!(!mock.faults.refuses_connections());
        assert!(mock.faults.connect().is_some());
    }

    #[test]
    fn refusing_connections_breaks_the_open_ones() {
        let mut mock = Mock::with([]);
        let connection = mock.faults.connect().unwrap();

        mock.inject(Fault::throttle());
        assert!(!connection.has_changed().unwrap());
        mock.inject(Fault::refuse_connections());

        assert!(connection.has_changed().unwrap());
    }

    #[test]
    fn without_faults_the_snapshot_is_empty() {
        let mut mock = Mock::with([]);
        assert!(mock.faults.snapshot().0.is_none());

        mock.inject(Fault::throttle());
        drop(mock.faults.clear());

        assert!(mock.faults.snapshot().0.is_none());
    }
}
