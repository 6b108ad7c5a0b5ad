//! Runs the mock as a server process, for other languages, the AWS CLI, browsers and curl.
//!
//! ```text
//! cargo run --example standalone -- --port 9999 --region eu-central-1
//! ```
//!
//! Prints one line, `listening on http://127.0.0.1:PORT`, and serves until Ctrl-C or SIGTERM. Logs
//! each call as one line on stderr, and why the mock answers with an error:
//!
//! ```text
//! 2026-01-02T03:04:05.678Z  GetId  attempt 1  → ok
//! 2026-01-02T03:04:06.789Z  GET /healthcheck  attempt 1  → BadRequest  because the request is "GET /healthcheck"; calls are `POST /`
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

use std::fmt::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::time::SystemTime;

use aws_sdk_cognitoidentity::primitives::{DateTime, DateTimeFormat};
use mock_cognito_identity::{Builder, Clock, MockCognitoIdentity};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber, span};

const HELP: &str = "\
Serves a mock of Amazon Cognito identity pools on 127.0.0.1

Usage: standalone [OPTIONS]

Options:
      --port <PORT>      Port to listen on [default: a free one]
      --region <REGION>  The mock's own Region, which the issuer document names; signed
                         calls name theirs, and others use the Region in the id
                         [default: us-east-1]
      --aws-quotas       Enforce the request rates and quotas that AWS publishes
      --lenient-logins   Accept any text as a login token; the text identifies the user
      --seed <N>         Make ids, keys and tokens the same on every run
  -h, --help             Print this help

The only line on stdout is `listening on URL`. Each call is one line on stderr: time,
operation, attempt, outcome, and why the outcome is an error.
";

struct Options {
    port: u16,
    region: Option<String>,
    aws_quotas: bool,
    lenient_logins: bool,
    seed: Option<u64>,
}

/// Parses the arguments; `None` means that `--help` is among them.
fn options(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        port: 0,
        region: None,
        aws_quotas: false,
        lenient_logins: false,
        seed: None,
    };
    while let Some(arg) = args.next() {
        let (name, inline) = match arg.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (arg, None),
        };
        let mut value = || {
            inline
                .clone()
                .or_else(|| args.next())
                .ok_or_else(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--port" => options.port = number(&name, "a port", &value()?)?,
            "--region" => options.region = Some(value()?),
            "--seed" => options.seed = Some(number(&name, "a number", &value()?)?),
            _ if inline.is_some() && !name.starts_with("--") => return Err(unknown(&name)),
            "--aws-quotas" | "--lenient-logins" | "-h" | "--help" if inline.is_some() => {
                return Err(format!("{name} takes no value"));
            }
            "--aws-quotas" => options.aws_quotas = true,
            "--lenient-logins" => options.lenient_logins = true,
            "-h" | "--help" => return Ok(None),
            _ => return Err(unknown(&name)),
        }
    }
    Ok(Some(options))
}

fn number<N: std::str::FromStr>(name: &str, what: &str, text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("{name}: '{text}' is not {what}"))
}

fn unknown(name: &str) -> String {
    format!("unknown option '{name}'; try --help")
}

impl Options {
    fn builder(self, listener: TcpListener) -> Builder {
        // The tests that call this server judge the result, so it verifies nothing at the end.
        let mut builder = MockCognitoIdentity::builder()
            .listener(listener)
            .verify_on_drop(false);
        if let Some(region) = self.region {
            builder = builder.region(region);
        }
        if self.aws_quotas {
            builder = builder.aws_quotas();
        }
        if self.lenient_logins {
            builder = builder.lenient_logins();
        }
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        builder
    }
}

/// A subscriber that prints the events of the mock, one for each call, with the mock's time.
struct CallLog {
    clock: Clock,
}

impl Subscriber for CallLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.is_span() && metadata.target() == "mock_cognito_identity"
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn event(&self, event: &Event<'_>) {
        let mut call = CallLine::default();
        event.record(&mut call);
        if call.operation.is_empty() {
            return;
        }
        eprintln!("{}  {call}", timestamp(self.clock.now()));
    }

    // `enabled` rejects all spans, so these methods are never called.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// Formats a time as `2026-01-02T03:04:05.678Z`.
fn timestamp(at: SystemTime) -> String {
    let at = DateTime::from(at);
    let whole = DateTime::from_secs(at.secs()).fmt(DateTimeFormat::DateTime);
    let whole = whole.unwrap_or_default();
    let millis = at.subsec_nanos() / 1_000_000;
    format!("{}.{millis:03}Z", whole.trim_end_matches('Z'))
}

#[derive(Default)]
struct CallLine {
    operation: String,
    attempt: String,
    outcome: String,
    explanation: String,
}

impl Visit for CallLine {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = match field.name() {
            "operation" => &mut self.operation,
            "attempt" => &mut self.attempt,
            "outcome" => &mut self.outcome,
            "explanation" => &mut self.explanation,
            _ => return,
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{value:?}");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl fmt::Display for CallLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The mock has escaped what the client sent, so the line stays one line.
        let Self {
            operation,
            attempt,
            outcome,
            explanation,
        } = self;
        write!(f, "{operation}  attempt {attempt}  → {outcome}")?;
        if !explanation.is_empty() {
            write!(f, "  because {explanation}")?;
        }
        Ok(())
    }
}

/// Starts listening for Ctrl-C and SIGTERM. The returned future ends at the first of them.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(windows)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move { drop(interrupt.recv().await) })
}

fn serve() -> Result<(), String> {
    let Some(options) = options(std::env::args().skip(1))? else {
        print!("{HELP}");
        return Ok(());
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
        .map_err(|error| format!("cannot listen on 127.0.0.1:{}: {error}", options.port))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        // The handlers are in place before the line is printed, because its reader may send the
        // signal at once.
        let stop = stop_signal().map_err(|error| format!("cannot wait for signals: {error}"))?;
        let mock = options.builder(listener).start();
        let log = CallLog {
            clock: mock.clock().clone(),
        };
        tracing::subscriber::set_global_default(log).map_err(|error| error.to_string())?;
        println!("listening on {}", mock.endpoint_url());
        stop.await;
        Ok(())
    })
}

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("standalone: {message}");
            ExitCode::FAILURE
        }
    }
}
