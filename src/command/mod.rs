//! The command `mock-cognito-identity`: the mock as a server process, for tests in other languages.
//!
//! It exits with 0 if a signal ends it, with 1 if it cannot serve, and with 2 if it is called wrongly.

mod call_log;
mod options;
mod stderr;

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;

use clap::Parser;

use self::call_log::CallLog;
use self::options::Options;
use self::stderr::say;
use crate::server::{Builder, MockCognitoIdentity};
use crate::state_document::StateDocument;
use crate::transport::listen;

/// Runs the command with the arguments and the environment of the process.
#[must_use]
pub fn run() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => {
            // Nobody is left to tell if the output is closed.
            let _ = error.print();
            return u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    match serve(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&format!("mock-cognito-identity: {message}"));
            ExitCode::FAILURE
        }
    }
}

fn serve(options: &Options) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        // The handlers are in place before the first line is printed, because its reader may send the
        // signal at once.
        let stop = stop_signal().map_err(|error| format!("cannot wait for signals: {error}"))?;
        let address = SocketAddr::new(options.host, options.port);
        let listener = listen(address)
            .and_then(tokio::net::TcpListener::into_std)
            .map_err(|error| format!("cannot listen on {address}: {error}"))?;
        if !options.host.is_loopback() {
            say(&format!(
                "warning: on {} other machines can reach the mock, which protects nothing",
                options.host
            ));
        }
        let mock = builder(options, listener)?.start();
        if !options.quiet {
            let log = CallLog::new(mock.clock().clone(), options.log);
            tracing::subscriber::set_global_default(log).map_err(|error| error.to_string())?;
        }
        announce(&mock);
        stop.await;
        Ok(())
    })
}

/// Tells on standard output that the mock listens. Scripts and Testcontainers wait for these lines.
fn announce(mock: &MockCognitoIdentity) {
    let text = format!("listening on {}\nReady.\n", mock.endpoint_url());
    // The mock serves even if nobody reads this.
    let mut stdout = io::stdout();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}

fn builder(options: &Options, listener: TcpListener) -> Result<Builder, String> {
    // The tests that call this server judge the result, so it verifies nothing at the end.
    let mut builder = MockCognitoIdentity::builder()
        .listener(listener)
        .verify_on_drop(false)
        .log_on_panic(false)
        .region(&options.region)
        .account_id(&options.account_id)
        .control_host(&options.host.to_string());
    for name in &options.allow_host {
        builder = builder.control_host(name);
    }
    if options.aws_quotas {
        builder = builder.aws_quotas();
    }
    if options.lenient_logins {
        builder = builder.lenient_logins();
    }
    if let Some(seed) = options.seed {
        builder = builder.seed(seed);
    }
    if let Some(at) = options.frozen_at {
        builder = builder.frozen_at(at);
    }
    if let Some(calls) = options.keep_calls {
        builder = builder.keep_calls(calls);
    }
    let Some(path) = &options.state else {
        return Ok(builder);
    };
    let name = path.display();
    let text = std::fs::read(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    let document = StateDocument::read(&text).map_err(|mistake| format!("{name}: {mistake}"))?;
    builder
        .with_state(document)
        .map_err(|mistake| format!("{name}: {mistake}"))
}

/// Starts listening for Ctrl-C and SIGTERM. The returned future ends at the first of them.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(std::future::poll_fn(move |context| {
        if interrupt.poll_recv(context).is_ready() || terminate.poll_recv(context).is_ready() {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    }))
}

#[cfg(windows)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move { drop(interrupt.recv().await) })
}
