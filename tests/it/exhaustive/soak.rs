//! Load and faults together: 64 clients over both transports, while faults come and go, the clock
//! is moved and the mock is reset under them.
//!
//! ```text
//! cargo test --release --test it soak -- --ignored --nocapture
//! MOCK_COGNITO_SOAK_SECONDS=600    # 30 by default
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::config::retry::RetryConfig;
use aws_sdk_cognitoidentity::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentity::error::SdkError;
use fastrand::Rng;
use mock_cognito_identity::{Call, Fault, MockCognitoIdentity, PoolSeed, Request};

use crate::support::number_from_env;

const CLIENTS_A_MOCK: usize = 32;
const POOL: &str = "us-east-1:5ca1ab1e-0000-4000-8000-000000000001";
const FACEBOOK: &str = "graph.facebook.com";
/// At the end of each phase everybody stops and the log is compared.
const PHASE: Duration = Duration::from_secs(1);
/// More than are made in a phase.
const KEPT_CALLS: usize = 500_000;
/// Past this a hanging call is given up by its client.
const PATIENCE: Duration = Duration::from_millis(250);
#[cfg(target_os = "linux")]
const MOST_GROWTH_BYTES: u64 = 64 * 1024 * 1024;

/// What a client knows of one call.
#[derive(Clone, Copy, Debug)]
struct Sent {
    /// How many resets were over when it began.
    epoch: u64,
    /// Whether the whole of some answer arrived.
    answered: bool,
}

/// By what only this call was sent with.
type Log = BTreeMap<String, Sent>;

#[test]
#[ignore = "runs for half a minute"]
fn under_load_and_faults_every_answered_request_is_recorded_once() {
    let seconds = number_from_env("MOCK_COGNITO_SOAK_SECONDS").unwrap_or(30);
    let seed = number_from_env("MOCK_COGNITO_SEED").unwrap_or(1);
    // The key, the patterns and the like, which are made on first use and stay.
    soak(&mut Rng::with_seed(seed), 1);
    let before = Held::now();
    let mut rng = Rng::with_seed(seed);
    let totals = soak(&mut rng, seconds);
    let after = Held::now();
    println!("MOCK_COGNITO_SEED={seed}, {seconds} s: {totals:?}; {before:?}, then {after:?}");
    before.expect_no_more(&after);
}

#[derive(Debug, Default)]
struct Totals {
    phases: u64,
    resets: u64,
    calls: usize,
    answered: usize,
    recorded: usize,
}

fn soak(rng: &mut Rng, seconds: u64) -> Totals {
    let builder = || {
        MockCognitoIdentity::builder()
            .keep_calls(KEPT_CALLS)
            .verify_on_drop(false)
    };
    let mocks = [Arc::new(builder().start()), Arc::new(builder().in_memory())];
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let clients: Vec<Vec<Client>> = mocks.iter().map(|mock| clients(mock)).collect();
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut totals = Totals::default();
    while Instant::now() < end {
        // Every third phase nobody resets, so that all of it can be accounted for.
        let may_reset = !totals.phases.is_multiple_of(3);
        for (mock, clients) in mocks.iter().zip(&clients) {
            mock.reset();
            arrange(mock);
            let (log, epoch) = phase(
                &runtime,
                mock,
                clients,
                totals.phases,
                may_reset,
                rng.u64(..),
            );
            let recorded = compare(&log, &mock.calls(), totals.phases, epoch);
            totals.calls += log.len();
            totals.answered += log.values().filter(|sent| sent.answered).count();
            totals.recorded += recorded;
            totals.resets += epoch;
        }
        totals.phases += 1;
    }
    totals
}

fn clients(mock: &MockCognitoIdentity) -> Vec<Client> {
    // Each request is a call of its own, so that they can be counted.
    let config = mock
        .config()
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_timeout(PATIENCE).build())
        .build();
    (0..CLIENTS_A_MOCK)
        .map(|_| Client::from_conf(config.clone()))
        .collect()
}

fn arrange(mock: &MockCognitoIdentity) {
    let seed = PoolSeed::named("soaked")
        .id(POOL)
        .developer_provider("login.mine");
    mock.seed_pool(seed.login_provider(FACEBOOK, "app"));
}

/// Calls for a while, and gives what every client knows of its own.
fn phase(
    runtime: &tokio::runtime::Runtime,
    mock: &Arc<MockCognitoIdentity>,
    clients: &[Client],
    phase: u64,
    may_reset: bool,
    seed: u64,
) -> (Log, u64) {
    let stop = Arc::new(AtomicBool::new(false));
    let epoch = Arc::new(AtomicU64::new(0));
    let trouble = {
        let (mock, stop, epoch) = (Arc::clone(mock), Arc::clone(&stop), Arc::clone(&epoch));
        std::thread::spawn(move || trouble(&mock, &stop, &epoch, may_reset, seed))
    };
    let end = Instant::now() + PHASE;
    let callers: Vec<_> = clients
        .iter()
        .enumerate()
        .map(|(number, client)| {
            let name = format!("{phase}/{number}");
            runtime.spawn(call_until(client.clone(), name, Arc::clone(&epoch), end))
        })
        .collect();
    let mut log = Log::new();
    for caller in callers {
        log.extend(runtime.block_on(caller).unwrap());
    }
    stop.store(true, Ordering::SeqCst);
    trouble.join().unwrap();
    mock.clear_faults();
    (log, epoch.load(Ordering::SeqCst))
}

async fn call_until(client: Client, name: String, epoch: Arc<AtomicU64>, end: Instant) -> Log {
    let mut log = Log::new();
    for n in 0_u64.. {
        if Instant::now() >= end {
            break;
        }
        let key = format!("{name}/{n}");
        let began = epoch.load(Ordering::SeqCst);
        let answered = match n % 3 {
            0 => {
                let call = client
                    .get_id()
                    .identity_pool_id(POOL)
                    .logins(FACEBOOK, &key);
                is_answer(&call.send().await)
            }
            1 => {
                let call = client.lookup_developer_identity().identity_pool_id(POOL);
                is_answer(&call.developer_user_identifier(&key).send().await)
            }
            _ => {
                let call = client.merge_developer_identities().identity_pool_id(POOL);
                let call = call.developer_provider_name("login.mine");
                let call = call
                    .source_user_identifier(&key)
                    .destination_user_identifier("nobody");
                is_answer(&call.send().await)
            }
        };
        log.insert(
            key,
            Sent {
                epoch: began,
                answered,
            },
        );
    }
    log
}

fn is_answer<T, E, R>(result: &Result<T, SdkError<E, R>>) -> bool {
    match result {
        Ok(_) | Err(SdkError::ServiceError(_) | SdkError::ResponseError(_)) => true,
        Err(_) => false,
    }
}

/// Injects, clears, moves the clock and resets, until it is told to stop.
fn trouble(
    mock: &MockCognitoIdentity,
    stop: &AtomicBool,
    epoch: &AtomicU64,
    may_reset: bool,
    seed: u64,
) {
    let mut rng = Rng::with_seed(seed);
    while !stop.load(Ordering::SeqCst) {
        match rng.u8(..20) {
            0 if may_reset => {
                mock.reset();
                epoch.fetch_add(1, Ordering::SeqCst);
                arrange(mock);
            }
            1..4 => mock.clear_faults(),
            4..7 => mock.clock().advance(Duration::from_secs(rng.u64(..3_600))),
            7 => mock
                .clock()
                .set(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)),
            8 => drop(mock.inject_scoped(any_fault(&mut rng))),
            _ => mock.inject(any_fault(&mut rng)),
        }
        // The one thing here that is to take time.
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

fn any_fault(rng: &mut Rng) -> Fault {
    let (fault, probability) = match rng.u8(..9) {
        0 => (Fault::throttle(), 0.2),
        1 => (Fault::internal_error(), 0.1),
        2 => (Fault::delay(Duration::from_millis(rng.u64(..3))), 0.2),
        3 => (Fault::reset_connection(), 0.05),
        4 => (Fault::empty_response(), 0.05),
        5 => (Fault::truncate_response(), 0.05),
        6 => (Fault::malformed_response(), 0.1),
        7 => (Fault::lose_response(), 0.05),
        _ => (Fault::hang(), 0.002),
    };
    let fault = fault.with_probability(probability).expect(0..);
    match rng.u8(..3) {
        0 => fault.on(Client::get_id),
        1 => fault.up_to_n_times(20),
        _ => fault,
    }
}

/// Holds the mock's log to those of the clients, and says how many calls were recorded.
fn compare(log: &Log, calls: &[Call], phase: u64, last_epoch: u64) -> usize {
    let mut recorded: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls {
        *recorded.entry(key(&call.input)).or_default() += 1;
    }
    let ours = format!("{phase}/");
    // A call given up in the phase before may arrive in this one.
    recorded.retain(|key, _| key.starts_with(&ours));
    for (key, times) in &recorded {
        assert_eq!(*times, 1, "{key} is recorded {times} times");
        assert!(log.contains_key(*key), "{key} was never sent");
    }
    for (key, sent) in log {
        let is_lost = sent.answered && !recorded.contains_key(key.as_str());
        assert!(
            !(is_lost && sent.epoch == last_epoch),
            "{key} was answered, not recorded: {sent:?}"
        );
    }
    let numbers: Vec<usize> = calls.iter().map(|call| call.number).collect();
    assert!(
        numbers.is_sorted_by(|a, b| a < b),
        "numbers go up by the order of arrival"
    );
    recorded.len()
}

fn key(request: &Request) -> &str {
    let key = if let Request::GetId(input) = request {
        input.logins().and_then(|logins| logins.get(FACEBOOK))
    } else if let Request::LookupDeveloperIdentity(input) = request {
        input.developer_user_identifier.as_ref()
    } else if let Request::MergeDeveloperIdentities(input) = request {
        input.source_user_identifier.as_ref()
    } else {
        None
    };
    key.map_or_else(|| panic!("nobody sent {request:?}"), String::as_str)
}

/// What the process holds.
#[derive(Debug, Default)]
struct Held {
    threads: usize,
    descriptors: usize,
    resident_bytes: u64,
}

impl Held {
    #[cfg(target_os = "linux")]
    fn now() -> Self {
        let entries = |path: &str| std::fs::read_dir(path).unwrap().count();
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            threads: entries("/proc/self/task"),
            descriptors: entries("/proc/self/fd"),
            resident_bytes: pages * 4096,
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn now() -> Self {
        Self::default()
    }

    fn expect_no_more(&self, after: &Self) {
        assert!(after.threads <= self.threads, "threads are left");
        assert!(
            after.descriptors <= self.descriptors,
            "descriptors are left"
        );
        #[cfg(target_os = "linux")]
        assert!(
            after.resident_bytes <= self.resident_bytes + MOST_GROWTH_BYTES,
            "memory is left"
        );
    }
}
