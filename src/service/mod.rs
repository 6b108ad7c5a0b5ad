//! The core: from a request to a reply, as one function without I/O.
//!
//! Decode, record, meet the faults, ask the engine, record the outcome, encode. What must happen
//! on the wire is data, a [`Reply`]; the transports perform it. Owns the one lock of the mock.

pub(crate) mod engine_slot;
pub(crate) mod events;
pub(crate) mod in_flight;
pub(crate) mod liveness;
pub(crate) mod rate_quotas;
pub(crate) mod reply;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use fastrand::Rng;
use http::request::Parts;
use http::{HeaderValue, Response};
use tokio::sync::watch;

use crate::call::Outcome;
use crate::clock::{Clock, Stopwatch};
use crate::engine::{self, CallContext, Engine, Settings};
use crate::error::ServiceError;
use crate::faults::{Effect, FaultName, InjectedFaults, Struck, UserPanic};
use crate::operation::{self, Operation, Protocol, Request};
use crate::recorder::{Arrival, Ended, Received, Recorder, Ticket};
use crate::report::{self, ForeignRequest, ForeignTarget, LoggedCall, Subject};
use crate::service::engine_slot::EngineSlot;
use crate::service::in_flight::Underway;
use crate::service::liveness::Liveness;
use crate::service::rate_quotas::{Quotas, Rate};
use crate::service::reply::{Action, Reply};
use crate::wire::cors;
use crate::wire::decode::Decoded;
use crate::wire::encode::{self, Envelope};
use crate::wire::request::{self, Meta, Target};
use crate::wire::sigv4::{self, Secret, Signature};
use crate::wire::sts;

/// The mock without a way to reach it.
pub(crate) struct Service {
    clock: Clock,
    liveness: Arc<Liveness>,
    /// Secrets by access key id. Any signature will do if there are none.
    required_credentials: BTreeMap<String, String>,
    /// One lock for all, so that calls have one order, and short: no user code runs and nothing
    /// waits under it. A std mutex, because it is never held across an await.
    state: Mutex<State>,
    /// Told when a closure of `with_engine` has ended.
    engine_is_back: Condvar,
}

/// How long somebody waits for a closure of the user's before standard error says so.
pub(crate) const WORD_AFTER: Duration = Duration::from_secs(3);

// Every client of a mock in memory holds it, and is printed: so not the state, nor the secrets.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

/// Everything that calls change.
pub(crate) struct State {
    engine: EngineSlot,
    pub(crate) faults: InjectedFaults,
    pub(crate) recorder: Recorder,
    quotas: Quotas,
    request_ids: Rng,
    settings: Settings,
}

impl State {
    fn new(settings: Settings, keep_calls: usize, stopwatch: Option<Stopwatch>) -> Self {
        Self {
            engine: EngineSlot::new(Engine::new(settings.clone())),
            faults: InjectedFaults::new(settings.seed.unwrap_or(0)),
            recorder: Recorder::new(keep_calls, stopwatch),
            quotas: Quotas::new(settings.aws_quotas),
            request_ids: settings.seed.map_or_else(Rng::new, Rng::with_seed),
            settings,
        }
    }

    /// The engine. Asked only of a state that was locked with [`Service::lock_engine`].
    pub(crate) fn engine(&mut self) -> &mut Engine {
        self.engine.get()
    }

    /// Forgets all that the calls did, and the faults; what the mock was built with stays.
    pub(crate) fn reset(&mut self) {
        *self.engine() = Engine::new(self.settings.clone());
        self.faults.clear();
        self.quotas = Quotas::new(self.settings.aws_quotas);
        self.recorder.clear();
    }

    fn envelope(&mut self, date: SystemTime) -> Envelope {
        let random = self.request_ids.u128(..).to_be_bytes();
        Envelope {
            request_id: uuid::Builder::from_random_bytes(random).into_uuid(),
            date,
        }
    }
}

impl Service {
    /// `stopwatch` measures the calls, where that makes sense.
    pub(crate) fn new(
        settings: Settings,
        required_credentials: BTreeMap<String, String>,
        keep_calls: usize,
        clock: Clock,
        liveness: Arc<Liveness>,
        stopwatch: Option<Stopwatch>,
    ) -> Self {
        Self {
            clock,
            liveness,
            required_credentials,
            state: Mutex::new(State::new(settings, keep_calls, stopwatch)),
            engine_is_back: Condvar::new(),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The state, for a moment, though perhaps without the engine. Never call user code while
    /// holding it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic under the lock would be a bug of this crate; it must not hide the first one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state with the engine in it. Waits for a closure of `with_engine` on another thread;
    /// `who` is the method or the call that waits, for messages.
    ///
    /// # Panics
    /// Inside such a closure, where waiting would never end.
    #[track_caller]
    pub(crate) fn lock_engine(&self, who: &str) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        let mut is_told = false;
        while let Some(loan) = state.engine.loan() {
            if loan.is_ours() {
                drop(state);
                report::fail(&report::engine_needed_inside_closure(who, loan.place()));
            }
            let waited = self.engine_is_back.wait_timeout(state, WORD_AFTER);
            let (woken, wait) = waited.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if wait.timed_out() && !is_told {
                is_told = true;
                drop(state);
                report::tell(&report::waits_for_engine(who, WORD_AFTER, loan.place()));
                state = self.lock();
            }
        }
        state
    }

    /// Runs a closure of the user's on the engine, without holding the lock.
    #[track_caller]
    pub(crate) fn with_engine<R>(&self, run: impl FnOnce(&mut Engine) -> R) -> R {
        let place = Location::caller();
        let mut engine = self.lock_engine("`with_engine`").engine.lend(place);
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&mut engine)));
        self.lock().engine.give_back(engine);
        self.engine_is_back.notify_all();
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }

    pub(crate) fn liveness(&self) -> &Arc<Liveness> {
        &self.liveness
    }

    /// Makes a connection in memory, unless a fault refuses it or the mock has ended. The
    /// receiver changes when the connection must be broken.
    pub(crate) fn connect(&self) -> io::Result<watch::Receiver<u64>> {
        // Under the lock, so that a connection is made either before the mock ends, and is broken
        // then, or not at all.
        let mut state = self.lock();
        self.liveness.check()?;
        let connection = state.faults.connect();
        connection.ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
    }

    /// Says on standard error that somebody has waited long for the server thread, and which closure
    /// of the user's runs there.
    pub(crate) fn tell_of_waiting(&self, who: &str, thread: ThreadId) {
        let running = self.lock().faults.running_on(thread);
        report::tell(&report::waits_for_server(who, WORD_AFTER, running.as_ref()));
    }

    /// Breaks all connections in memory and makes no new ones. Does nothing twice.
    pub(crate) fn end(&self) {
        let state = self.lock();
        self.liveness.end();
        state.faults.break_connections();
    }

    /// To be dropped when a reply was performed.
    pub(crate) fn underway(&self, reply: &Reply) -> Underway<'_> {
        Underway::new(self, reply.ticket)
    }

    pub(crate) fn ended(&self, ticket: Ticket, ended: Ended) {
        let now = self.clock.now();
        self.lock().recorder.end(ticket, ended, now);
    }

    /// Answers one request whose body was read in full.
    pub(crate) fn handle(&self, parts: &Parts, body: &[u8]) -> Reply {
        finished(parts, self.reply(parts, body))
    }

    /// Answers one request whose body is too large to be read.
    pub(crate) fn handle_too_large(&self, parts: &Parts) -> Reply {
        finished(parts, self.reply_to_too_large(parts))
    }

    fn reply(&self, parts: &Parts, body: &[u8]) -> Reply {
        let now = self.clock.now();
        match Target::of(parts) {
            Target::Operation(operation) => self.call(operation, parts, body, now),
            Target::Query => self.query(parts, body, now),
            Target::UnknownOperation { target } => {
                let received = foreign(parts, Some(ForeignTarget::AmzTarget(target)));
                let error = request::unknown_operation();
                self.refused(received, &Meta::of(&parts.headers), now, &error)
            }
            Target::Preflight => cors::preflight(&parts.headers, &self.lock().envelope(now)).into(),
            Target::NotUnderstood => self.not_understood(parts, now),
            Target::KeySet => {
                let mut state = self.lock_engine(A_CALL);
                let document = state.engine().key_set().to_string();
                encode::key_set(document, &state.envelope(now)).into()
            }
            Target::Configuration => {
                let mut state = self.lock();
                let issuer = engine::issuer(&state.settings.region);
                let host = sigv4::host(parts).unwrap_or_default();
                encode::configuration(&issuer, host, &state.envelope(now)).into()
            }
        }
    }

    fn not_understood(&self, parts: &Parts, now: SystemTime) -> Reply {
        let error = ServiceError::silent("BadRequest");
        self.refused(foreign(parts, None), &Meta::of(&parts.headers), now, &error)
    }

    /// Answers a form, of the body or of the query string: an operation of STS, or none that the
    /// mock knows.
    fn query(&self, parts: &Parts, body: &[u8], now: SystemTime) -> Reply {
        let Some(action) = sts::action(sts::parameters(parts, body)) else {
            return self.not_understood(parts, now);
        };
        if let Some(operation) = Operation::find(&action, Protocol::Query) {
            return self.call(operation, parts, body, now);
        }
        // AWS: the common error of this protocol.
        let text = format!("Could not find operation {action} for version 2011-06-15");
        let error = ServiceError::known("InvalidAction", text);
        let received = foreign(parts, Some(ForeignTarget::Action(action)));
        self.refused(received, &Meta::of(&parts.headers), now, &error)
    }

    fn reply_to_too_large(&self, parts: &Parts) -> Reply {
        let (now, meta) = (self.clock.now(), Meta::of(&parts.headers));
        let target = match Target::of(parts) {
            // Approximation: AWS refuses it at the door, whoever has signed it.
            Target::Operation(operation) => {
                return self.admitted(&Caller::default(), Asked::TooLarge(operation), &meta, now);
            }
            Target::UnknownOperation { target } => Some(ForeignTarget::AmzTarget(target)),
            Target::Query
            | Target::Preflight
            | Target::NotUnderstood
            | Target::KeySet
            | Target::Configuration => None,
        };
        self.refused(foreign(parts, target), &meta, now, &request::too_large())
    }

    fn call(&self, operation: Operation, parts: &Parts, body: &[u8], now: SystemTime) -> Reply {
        let signed = sigv4::in_headers(operation, parts);
        let caller = signed.as_ref().map_err(ServiceError::clone);
        let caller = caller.and_then(|parts| self.caller(operation, parts, body, now));
        // AWS verifies the signature before it reads the body. Here both are looked at, so that
        // a call refused for its signature is still recorded with its input.
        let input = match operation.protocol() {
            Protocol::Json => body,
            Protocol::Query => sts::parameters(parts, body),
        };
        let request = Request::decode(operation, input);
        let meta = Meta::of(&parts.headers);
        match (caller, request) {
            (Ok(caller), Ok(request)) => self.admitted(&caller, Asked::of(request), &meta, now),
            (Err(error), Ok(request)) => {
                self.refused(Received::Call(Arc::new(request.input)), &meta, now, &error)
            }
            (caller, Err(error)) => {
                let error = caller.err().unwrap_or(error);
                self.refused(Received::Undecodable(operation), &meta, now, &error)
            }
        }
    }

    /// Who calls, if the signature is as good as it has to be.
    fn caller<'a>(
        &self,
        operation: Operation,
        parts: &'a Parts,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Caller<'a>, ServiceError> {
        // AWS: a public operation needs no signature. Approximation: nor a good one.
        if !operation.is_signed() {
            return Ok(Caller::default());
        }
        let signature = Signature::of(operation, &parts.headers)?;
        let signature = signature.ok_or_else(|| sigv4::missing(operation))?;
        let (secret, required) = {
            let mut state = self.lock_engine(A_CALL);
            (
                state.secret(signature.access_key_id),
                !self.required_credentials.is_empty(),
            )
        };
        let own = self.required_credentials.get(signature.access_key_id);
        let own = own.map(|secret| Secret::lasting(secret));
        let secret = own.or(secret);
        if required {
            signature.verify(parts, body, secret.as_ref(), operation, now)?;
        } else {
            signature.expect_region(operation)?;
            // Whose credentials they are is the whole answer of this operation.
            if let Some(secret) = secret.filter(|_| operation == Operation::GetCallerIdentity) {
                secret.expect_unexpired(operation, now)?;
            }
        }
        Ok(Caller {
            region: Some(signature.region),
            access_key_id: Some(signature.access_key_id),
        })
    }

    /// Records a request that gets no further than the front door.
    fn refused(
        &self,
        received: Received,
        meta: &Meta,
        now: SystemTime,
        error: &ServiceError,
    ) -> Reply {
        let protocol = match &received {
            Received::Call(request) => request.operation().protocol(),
            Received::Undecodable(operation) | Received::TooLarge(operation) => {
                operation.protocol()
            }
            Received::Foreign(_) if error.code() == "InvalidAction" => Protocol::Query,
            Received::Foreign(_) => Protocol::Json,
        };
        let is_heard = events::is_heard();
        let mut state = self.lock();
        let call = state.begin(arrival(received, meta, now), is_heard);
        let (ticket, outcome) = (call.ticket, Outcome::Error(error.clone()));
        let event = state.finish(call, outcome, None);
        let envelope = state.envelope(now);
        // AWS: what no operation can be made of has a form of its own.
        let response = match error.code() {
            "BadRequest" => encode::bad_request(&envelope),
            _ => encode::refusal(protocol, error, &envelope),
        };
        Reply::from(response).to(ticket, event)
    }

    /// Answers a call that AWS would let in: as a fault says, else for what its input breaks, else
    /// as the engine says.
    fn admitted(&self, caller: &Caller<'_>, asked: Asked, meta: &Meta, now: SystemTime) -> Reply {
        let operation = asked.operation();
        let snapshot = self.lock().faults.snapshot();
        // The user's predicates run here, outside the lock.
        let mut matches = match &asked {
            Asked::Call { request, .. } => snapshot.meet(request),
            Asked::TooLarge(operation) => snapshot.meet_unread(*operation),
        };
        let panics = matches.take_panics();

        // Left after the lock is released, as it was entered before it is taken.
        let _span = events::engine(operation);
        // Asks the subscriber, which is foreign code, so before the lock is taken.
        let is_heard = events::is_heard();
        let mut state = self.lock_engine(A_CALL);
        let call = state.begin(arrival(asked.received(), meta, now), is_heard);
        let ticket = call.ticket;
        let strike = state.faults.strike(&matches, ticket.number(), now);
        let mut fault = strike.fault_name();
        let envelope = state.envelope(now);
        if !panics.is_empty() {
            return state.mock_panic(operation, call, panics, &envelope);
        }
        let asks_engine = match &strike.struck {
            Some(struck) => struck.effect.runs_engine(),
            None => true,
        };
        let (answer, exceeded) = if asks_engine {
            let (answer, exceeded) = state.answer(caller, &asked, now);
            (Some(answer), exceeded)
        } else {
            (None, None)
        };
        if let Some(rate) = exceeded
            && strike.struck.is_none()
        {
            fault = Some(FaultName::Quota(rate));
        }

        let (outcome, action) = match (strike.struck, answer) {
            (None, answer) => {
                let answer = answer.expect("the engine runs unless a fault strikes");
                (
                    outcome_of(&answer),
                    Action::Respond(encoded(operation, &answer, &envelope)),
                )
            }
            (
                Some(Struck {
                    effect: Effect::Respond(responder),
                    fault: armed,
                }),
                _,
            ) => {
                drop(state);
                let Asked::Call { request, .. } = &asked else {
                    unreachable!("`respond_with` meets no call whose input was not read")
                };
                // The user's closure runs here, outside the lock.
                let answer = armed.respond(&responder, request);
                state = self.lock();
                match answer {
                    Ok(output) => {
                        let response = encode::answer(operation, &output, &envelope);
                        (Outcome::Success, Action::Respond(response))
                    }
                    Err(panic) => {
                        return state.mock_panic(operation, call, vec![panic], &envelope);
                    }
                }
            }
            (Some(struck), answer) => spoiled(operation, struck.effect, answer, &envelope),
        };
        let event = state.finish(call, outcome, fault);
        Reply {
            ticket: Some(ticket),
            event,
            gates: strike.gates,
            delay: strike.delay,
            action,
        }
    }
}

/// A call that is recorded and not yet answered.
#[derive(Debug)]
struct Begun {
    ticket: Ticket,
    attempt: u32,
    /// None where nobody listens.
    subject: Option<Subject>,
}

impl State {
    fn begin(&mut self, arrival: Arrival<'_>, is_heard: bool) -> Begun {
        let attempt = arrival.attempt;
        let subject = is_heard.then(|| arrival.received.subject());
        Begun {
            ticket: self.recorder.begin(arrival),
            attempt,
            subject,
        }
    }

    /// Records how a call was answered. Answers with what is to be told of it.
    fn finish(
        &mut self,
        call: Begun,
        outcome: Outcome,
        fault: Option<FaultName>,
    ) -> Option<LoggedCall> {
        let event = call.subject.map(|subject| LoggedCall {
            number: call.ticket.number(),
            subject,
            attempt: call.attempt,
            outcome: Some(outcome.clone()),
            fault: fault.clone(),
        });
        self.recorder.finish(call.ticket, outcome, fault);
        event
    }

    fn charge_quotas(
        &mut self,
        caller: &Caller<'_>,
        request: &Request,
        now: SystemTime,
    ) -> Option<Rate> {
        let region = caller.region.unwrap_or(&self.settings.region);
        self.quotas.charge(request, region, now)
    }

    /// What the service answers by itself, and the rate that the call exceeds.
    fn answer(
        &mut self,
        caller: &Caller<'_>,
        asked: &Asked,
        now: SystemTime,
    ) -> (Answer, Option<Rate>) {
        let (request, refusal) = match asked {
            Asked::Call { request, refusal } => (request, refusal),
            Asked::TooLarge(_) => return (Err(request::too_large()), None),
        };
        // Approximation: AWS counts a call before it looks at the input.
        if let Some(rate) = self.charge_quotas(caller, request, now) {
            return (Err(ServiceError::throttled()), Some(rate));
        }
        let answer = match refusal {
            Some(refusal) => Err(refusal.clone()),
            None => self.ask_engine(caller, request, now),
        };
        (answer, None)
    }

    fn ask_engine(&mut self, caller: &Caller<'_>, request: &Request, now: SystemTime) -> Answer {
        let region = caller.region.unwrap_or(&self.settings.region);
        let context = CallContext {
            now,
            region,
            access_key_id: caller.access_key_id,
        };
        request.clone().run(self.engine.get().for_call(context))
    }

    /// The secret behind credentials that the mock has given out.
    fn secret(&mut self, access_key_id: &str) -> Option<Secret> {
        let engine = self.engine();
        let (secret_access_key, session_token) = engine.issued_secrets(access_key_id)?;
        let issued = engine.issued_credentials(access_key_id)?;
        Some(Secret {
            secret_access_key,
            session_token: Some(session_token),
            expires: Some(issued.expiration),
        })
    }

    /// What a call is answered with when closures of the user's panicked over it. `verify` reports
    /// the panics.
    fn mock_panic(
        &mut self,
        operation: Operation,
        call: Begun,
        panics: Vec<UserPanic>,
        envelope: &Envelope,
    ) -> Reply {
        let error = panics[0].error();
        let ticket = call.ticket;
        for panic in panics {
            self.recorder.panicked(ticket, operation, panic);
        }
        let response = encode::refusal(operation.protocol(), &error, envelope);
        let event = self.finish(call, Outcome::Error(error), None);
        Reply::from(response).to(ticket, event)
    }
}

/// Who waits for the engine, where that is no method of the user's.
const A_CALL: &str = "a call";

/// What the engine says.
type Answer = Result<operation::Response, ServiceError>;

/// A call that AWS would let in.
#[derive(Debug)]
enum Asked {
    Call {
        request: Arc<Request>,
        /// Why it is refused all the same, if it breaks constraints.
        refusal: Option<ServiceError>,
    },
    /// One whose body is too large to be read.
    TooLarge(Operation),
}

impl Asked {
    fn of(decoded: Decoded<Request>) -> Self {
        Self::Call {
            request: Arc::new(decoded.input),
            refusal: decoded.refusal,
        }
    }

    fn operation(&self) -> Operation {
        match self {
            Self::Call { request, .. } => request.operation(),
            Self::TooLarge(operation) => *operation,
        }
    }

    fn received(&self) -> Received {
        match self {
            Self::Call { request, .. } => Received::Call(Arc::clone(request)),
            Self::TooLarge(operation) => Received::TooLarge(*operation),
        }
    }
}

/// Who calls, as far as the signature says.
#[derive(Clone, Copy, Debug, Default)]
struct Caller<'a> {
    /// The Region of its credential scope.
    region: Option<&'a str>,
    access_key_id: Option<&'a str>,
}

/// What every reply goes through: pages may read it, and subscribers hear of it.
fn finished(parts: &Parts, mut reply: Reply) -> Reply {
    if let Action::Respond(response) | Action::Truncate(response) = &mut reply.action {
        cors::share(response, &parts.headers);
    }
    events::answered(reply.event.take());
    reply
}

fn foreign(parts: &Parts, target: Option<ForeignTarget>) -> Received {
    Received::Foreign(Box::new(ForeignRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        target,
    }))
}

fn arrival(received: Received, meta: &Meta, time: SystemTime) -> Arrival<'_> {
    Arrival {
        received,
        attempt: meta.attempt,
        invocation_id: meta.invocation_id.as_deref(),
        time,
    }
}

fn outcome_of(answer: &Answer) -> Outcome {
    match answer {
        Ok(_) => Outcome::Success,
        Err(error) => Outcome::Error(error.clone()),
    }
}

fn encoded(operation: Operation, answer: &Answer, envelope: &Envelope) -> Response<Bytes> {
    match answer {
        Ok(output) => encode::answer(operation, output, envelope),
        Err(error) => encode::refusal(operation.protocol(), error, envelope),
    }
}

/// How a call ends that a fault has struck; `answer` is there if the engine was to run.
fn spoiled(
    operation: Operation,
    effect: Effect,
    answer: Option<Answer>,
    envelope: &Envelope,
) -> (Outcome, Action) {
    let whole = || {
        let answer = answer
            .as_ref()
            .expect("the effect says that the engine runs");
        (outcome_of(answer), encoded(operation, answer, envelope))
    };
    match effect {
        Effect::Error { error, retry_after } => {
            let mut response = encode::refusal(operation.protocol(), &error, envelope);
            add_retry_after(&mut response, retry_after);
            (Outcome::Error(error), Action::Respond(response))
        }
        Effect::Status {
            status,
            retry_after,
        } => {
            let mut response = encode::bare(status, envelope);
            add_retry_after(&mut response, retry_after);
            let error = ServiceError::silent("").with_status(status.as_u16());
            (Outcome::Error(error), Action::Respond(response))
        }
        Effect::Hang => (Outcome::Dropped, Action::Hang),
        Effect::Reset | Effect::Lose => (Outcome::Dropped, Action::Reset),
        Effect::Empty => (Outcome::Dropped, Action::Close),
        Effect::Truncate => (Outcome::Dropped, Action::Truncate(whole().1)),
        Effect::Malform => {
            let (outcome, response) = whole();
            (outcome, Action::Respond(encode::malformed(response)))
        }
        Effect::Respond(_) => unreachable!("scripted outputs are made outside the lock"),
    }
}

/// AWS: the SDKs honour this header, in milliseconds.
fn add_retry_after(response: &mut Response<Bytes>, by: Option<Duration>) {
    if let Some(by) = by {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        response
            .headers_mut()
            .insert("x-amz-retry-after", HeaderValue::from(millis));
    }
}
