//! The faults in force: how they come and go, and what they do to a call.
//!
//! Lives under the mock's one lock and is quick there; runs no closure of the user's. Knows
//! nothing of HTTP and asks for no time: it is told what the mock's clock shows.

use std::panic::Location;
use std::sync::Arc;
use std::thread::ThreadId;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use super::counters::{Tally, Unmet};
use super::effect::{Damage, Effect, Replacement};
use super::fault::{Fault, FaultName};
use super::gate::Gate;
use super::matching::{FaultId, InjectedFault, Matches, ScriptedResponse, Snapshot};
use super::sampling::draw;
use super::user_closure::{RunningClosures, UserClosure};
use crate::operation::Request;
use crate::sliding_window::Window;

/// The faults in force, in the order they were injected.
#[derive(Debug)]
pub(crate) struct InjectedFaults {
    seed: u64,
    /// How many were ever injected. Clearing does not start it over: a number in a report means
    /// one fault.
    total: usize,
    next_id: u64,
    entries: Vec<Entry>,
    /// What [`snapshot`](Self::snapshot) hands out, made anew when a fault comes or goes.
    snapshot: Snapshot,
    /// How often all connections were broken, for those who hold one.
    breaks: watch::Sender<u64>,
    running: Arc<RunningClosures>,
}

impl InjectedFaults {
    /// No faults yet. All draws follow from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            total: 0,
            next_id: 0,
            entries: Vec::new(),
            snapshot: Snapshot::default(),
            breaks: watch::Sender::new(0),
            running: Arc::default(),
        }
    }

    /// Puts a fault in force, after those already there.
    pub(crate) fn inject(
        &mut self,
        fault: Fault,
        location: &'static Location<'static>,
    ) -> Arc<InjectedFault> {
        self.total += 1;
        let number = self.total;
        let named = fault.name.clone().map(FaultName::Named);
        let injected = Arc::new(InjectedFault {
            id: FaultId(self.next_id),
            name: named.unwrap_or(FaultName::Numbered(number)),
            fault,
            injected_at: location,
            gate: Gate::closed(),
            fired: watch::Sender::new(0),
            running: Arc::clone(&self.running),
        });
        self.next_id += 1;
        self.entries.push(Entry::new(Arc::clone(&injected), number));
        if injected.refuses_connections() {
            self.break_connections();
        }
        self.renew_snapshot();
        injected
    }

    /// Takes a fault out of force and releases the calls it holds. Answers with the facts if it
    /// has not fired as expected, and with nothing if it was cleared before.
    pub(crate) fn remove(&mut self, id: FaultId) -> Option<Unmet> {
        let index = self
            .entries
            .iter()
            .position(|entry| entry.fault.id() == id)?;
        let entry = self.entries.remove(index);
        self.renew_snapshot();
        entry.fault.gate().open();
        entry.unmet(self.seed)
    }

    /// Takes all faults out of force, whether or not they fired as expected, and
    /// releases the calls they hold.
    pub(crate) fn clear(&mut self) {
        for entry in self.entries.drain(..) {
            entry.fault.gate().open();
        }
        self.renew_snapshot();
    }

    /// The faults as they are now, to be asked about a call outside the lock.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }

    /// Applies the faults that a call matches, charges their budgets, and says what must happen to
    /// the call.
    ///
    /// Delays add up; of the other effects the first with budget left wins, so two injected
    /// faults read as a sequence. A fault that was removed since the snapshot is not applied. If
    /// a predicate has panicked, none is: what the call would have matched is unknown.
    pub(crate) fn apply(&mut self, matches: &Matches, call: usize, now: SystemTime) -> Applied {
        for id in &matches.not_matched {
            if let Some(entry) = entry(&mut self.entries, *id) {
                entry.tally.refused += 1;
                entry.tally.last_refused = Some(call);
            }
        }
        let mut applied = Applied::default();
        if !matches.panicked.is_empty() {
            for id in &matches.panicked {
                if let Some(entry) = entry(&mut self.entries, *id) {
                    entry.tally.panicked += 1;
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

    /// The closure of the user's that runs on a thread, if one does.
    pub(crate) fn running_on(&self, thread: ThreadId) -> Option<UserClosure> {
        self.running.on(thread)
    }

    /// Whether no connection is to be made at present.
    pub(crate) fn refuses_connections(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.fault.refuses_connections())
    }

    /// Makes a connection in memory, unless it is refused: then the first fault that refuses it is
    /// charged. Every change of the receiver breaks the connection.
    pub(crate) fn connect(&mut self) -> Option<watch::Receiver<u64>> {
        let mut entries = self.entries.iter_mut();
        match entries.find(|entry| entry.fault.refuses_connections()) {
            Some(entry) => {
                entry.fire();
                None
            }
            None => Some(self.breaks.subscribe()),
        }
    }

    /// Breaks the connections that were made in memory.
    pub(crate) fn break_connections(&self) {
        self.breaks.send_modify(|n| *n += 1);
    }

    /// The faults that have not fired as expected, in the order they were injected.
    pub(crate) fn unmet(&self) -> Vec<Unmet> {
        let unmet = self.entries.iter().map(|entry| entry.unmet(self.seed));
        unmet.flatten().collect()
    }

    fn renew_snapshot(&mut self) {
        let faults = self.entries.iter().map(|entry| &entry.fault);
        let of_calls = faults.filter(|fault| !fault.refuses_connections());
        let faults: Arc<[_]> = of_calls.map(Arc::clone).collect();
        self.snapshot = Snapshot((!faults.is_empty()).then_some(faults));
    }
}

fn entry(entries: &mut [Entry], id: FaultId) -> Option<&mut Entry> {
    entries.iter_mut().find(|entry| entry.fault.id() == id)
}

/// What faults do to one call.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// All matching delays together.
    pub(crate) delay: Duration,
    /// All must be open before the call is answered.
    pub(crate) gates: Vec<Gate>,
    /// How the call ends; with the engine's answer, if there is none.
    pub(crate) ending: Option<Ending>,
    /// The fault that decides how the call ends.
    decided_by: Option<Arc<InjectedFault>>,
    /// The first that delays or holds the call.
    slowed_by: Option<Arc<InjectedFault>>,
}

/// How a call ends that does not end with the engine's answer.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    /// Without the engine.
    Replace(Replacement),
    /// Without the engine, as a closure of the user's says.
    Respond(ScriptedResponse),
    /// After the engine has done its work.
    Damage(Damage),
}

impl Applied {
    /// Why the call ends as it does, if a fault decides that.
    pub(crate) fn explanation(&self) -> Option<String> {
        let fault = self.decided_by.as_ref()?;
        let (name, place) = (fault.name(), fault.injected());
        Some(format!("it is the error of {name}, injected at {place}"))
    }

    /// What the call's record says shaped the answer: the fault that decided it, or else the
    /// first that slowed it down.
    pub(crate) fn fault_name(&self) -> Option<FaultName> {
        let fault = self.decided_by.as_ref().or(self.slowed_by.as_ref())?;
        Some(fault.name().clone())
    }
}

/// A fault in force, and what it has counted.
#[derive(Debug)]
struct Entry {
    fault: Arc<InjectedFault>,
    /// Counted in the order of injection, from 1.
    number: usize,
    tally: Tally,
    /// Of a `rate_limit`.
    window: Window,
}

impl Entry {
    fn new(fault: Arc<InjectedFault>, number: usize) -> Self {
        Self {
            fault,
            number,
            tally: Tally::default(),
            window: Window::default(),
        }
    }

    /// Applies the fault to one call. Every call is counted exactly once: as fired, or as what
    /// kept the fault from firing.
    fn apply(
        &mut self,
        applied: &mut Applied,
        request: Option<&Arc<Request>>,
        seed: u64,
        now: SystemTime,
    ) {
        let fault = &self.fault.fault;
        // Counted over all matching calls, whoever answers them: so the draws stay where they
        // are when another fault is added.
        let nth = self.tally.matched() + 1;
        if nth <= fault.let_through {
            self.tally.let_through += 1;
            return;
        }
        if fault.limit.is_some_and(|limit| self.tally.fired >= limit) {
            self.tally.spent += 1;
            return;
        }
        if fault
            .probability
            .is_some_and(|p| draw(seed, self.number, nth) >= p)
        {
            self.tally.undrawn += 1;
            return;
        }
        let ending = match &fault.effect {
            Effect::Delay(by) => {
                applied.delay = applied.delay.saturating_add(*by);
                None
            }
            Effect::Hold => {
                applied.gates.push(self.fault.gate().clone());
                None
            }
            Effect::RateLimit { .. }
            | Effect::Replace(_)
            | Effect::Respond(_)
            | Effect::Damage(_)
                if applied.ending.is_some() =>
            {
                self.tally.outranked += 1;
                return;
            }
            Effect::RateLimit {
                n,
                per,
                retry_after,
            } => {
                if self.window.lets_in(*n, *per, now) {
                    self.tally.within_limit += 1;
                    return;
                }
                Some(Ending::Replace(Replacement::throttle(*retry_after)))
            }
            Effect::Replace(replacement) => Some(Ending::Replace(replacement.clone())),
            Effect::Respond(responder) => {
                // A call whose input was not read matches no `respond_with`.
                let Some(request) = request else { return };
                Some(Ending::Respond(ScriptedResponse {
                    fault: Arc::clone(&self.fault),
                    responder: responder.clone(),
                    request: Arc::clone(request),
                }))
            }
            Effect::Damage(damage) => Some(Ending::Damage(*damage)),
            // It is about connections, so no call matches it.
            Effect::RefuseConnections => return,
        };
        match ending {
            Some(ending) => {
                applied.ending = Some(ending);
                applied.decided_by = Some(Arc::clone(&self.fault));
            }
            None => {
                let slowed_by = &mut applied.slowed_by;
                slowed_by.get_or_insert_with(|| Arc::clone(&self.fault));
            }
        }
        self.fire();
    }

    fn fire(&mut self) {
        self.tally.fired += 1;
        self.fault.fired.send_replace(self.tally.fired);
    }

    fn unmet(&self, seed: u64) -> Option<Unmet> {
        // A fault whose predicate panics is reported for that. How often it fired says nothing.
        let met = self.fault.expected().contains(self.tally.fired) || self.tally.panicked > 0;
        (!met).then(|| Unmet {
            fault: Arc::clone(&self.fault),
            tally: self.tally,
            seed,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_cognitoidentity::Client;
    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;
    use aws_sdk_cognitoidentity::operation::list_identities::ListIdentitiesInput;

    use super::*;
    use crate::operation::Request;

    const SECOND: Duration = Duration::from_secs(1);

    /// Some faults and a clock.
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
            self.faults.inject(fault, Location::caller())
        }

        fn call(&mut self, request: &Arc<Request>) -> Applied {
            self.calls += 1;
            let matches = self.faults.snapshot().match_call(request);
            self.faults.apply(&matches, self.calls, self.now)
        }

        /// The effects that so many calls meet, by name.
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
    fn delays_add_up_and_go_along_with_one_effect() {
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
        assert_eq!(unmet[0].tally.outranked, 1);
    }

    #[test]
    fn the_call_is_named_after_what_decided_it_or_else_after_what_slowed_it() {
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
    fn a_fault_meets_its_operations_only_and_what_its_predicate_accepts() {
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
    fn several_predicates_must_all_accept() {
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
    fn what_is_removed_does_not_strike_calls_under_way() {
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
        for gate in applied.gates {
            gate.opened().await;
        }
    }

    #[test]
    fn a_panicking_predicate_is_told_and_its_fault_not_met() {
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
        assert!(mock.faults.unmet().is_empty(), "the panic is told already");
        assert_eq!(panics.len(), 1);
        assert_eq!(
            (panics[0].text(), panics[0].fault().bare()),
            ("oops", "bad".to_owned())
        );
    }

    #[test]
    fn refused_connections_are_counted_and_meet_no_call() {
        let mut mock = Mock::with([]);
        let refusal = mock.inject(Fault::refuse_connections());
        mock.inject(Fault::refuse_connections().expect(1));

        assert!(mock.faults.connect().is_none());
        assert_eq!(mock.effects(1, &get_id()), ["ok"]);
        assert_eq!(refusal.fired(), 1);
        assert_eq!(mock.faults.unmet().len(), 1);

        mock.faults.remove(refusal.id());
        assert!(mock.faults.refuses_connections());
        mock.faults.clear();
        assert!(!mock.faults.refuses_connections());
        assert!(mock.faults.connect().is_some());
    }

    #[test]
    fn a_refusal_breaks_the_connections_that_are_there() {
        let mut mock = Mock::with([]);
        let connection = mock.faults.connect().unwrap();

        mock.inject(Fault::throttle());
        assert!(!connection.has_changed().unwrap());
        mock.inject(Fault::refuse_connections());

        assert!(connection.has_changed().unwrap());
    }

    #[test]
    fn no_faults_no_snapshot() {
        let mut mock = Mock::with([]);
        assert!(mock.faults.snapshot().0.is_none());

        mock.inject(Fault::throttle());
        mock.faults.clear();

        assert!(mock.faults.snapshot().0.is_none());
    }
}
