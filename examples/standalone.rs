//! The mock as a process of its own: for other languages, the AWS CLI and curl.
//!
//! ```text
//! cargo run --example standalone -- --port 9999 --region eu-central-1
//! ```
//!
//! Prints one line, `listening on http://127.0.0.1:PORT`, and serves until Ctrl-C or SIGTERM.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it does"
)]

use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;

use mock_cognito_identity::MockCognitoIdentity;

const HELP: &str = "\
Serves a mock of Amazon Cognito identity pools on 127.0.0.1.

Usage: standalone [OPTIONS]

Options:
      --port <PORT>      Port to listen on; a free one by default
      --region <REGION>  Region of seeded state and of unsigned requests that name none [default: us-east-1]
  -h, --help             Print this help
";

struct Options {
    port: u16,
    region: Option<String>,
}

/// `None` if help was asked for.
fn options(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        port: 0,
        region: None,
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
            "--port" => {
                let port = value()?;
                options.port = port
                    .parse()
                    .map_err(|_| format!("--port: '{port}' is not a port"))?;
            }
            "--region" => options.region = Some(value()?),
            "-h" | "--help" => return Ok(None),
            _ => return Err(format!("unknown option '{name}'; try --help")),
        }
    }
    Ok(Some(options))
}

/// Listens for Ctrl-C and SIGTERM from now on; what it returns ends at the first of them.
#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
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
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
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
    // What other processes send is theirs to judge, so nothing is verified at the end.
    let mut builder = MockCognitoIdentity::builder()
        .listener(listener)
        .verify_on_drop(false);
    if let Some(region) = options.region {
        builder = builder.region(region);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async {
        // Before the line is printed: whoever reads it may send the signal at once.
        let stop = told_to_stop().map_err(|error| format!("cannot wait for signals: {error}"))?;
        let mock = builder.start();
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
