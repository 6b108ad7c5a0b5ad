//! The options of the command and their environment variables.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::SystemTime;

use clap::builder::BoolishValueParser;
use clap::{Parser, ValueEnum};

use crate::control::parse_time;
use crate::wire::sigv4::is_region;

/// What the help ends with.
const AFTER_HELP: &str = "\
Each option is also an environment variable: MOCK_COGNITO_PORT=9999 is --port 9999, and
MOCK_COGNITO_AWS_QUOTAS=true is --aws-quotas.

Standard output has two lines, `listening on URL` and `Ready.`, once the mock listens.
Each call is a line on standard error, with the reason of an error.

Clients find the mock by their endpoint URL, with any credentials:
  AWS_ENDPOINT_URL_COGNITO_IDENTITY=http://127.0.0.1:9999
  AWS_ENDPOINT_URL_STS=http://127.0.0.1:9999

Tests control it over HTTP: faults, recorded calls, the clock, login tokens, the state.
  curl http://127.0.0.1:9999/_mock/

Exit codes: 0 ended by Ctrl-C or SIGTERM, 1 cannot serve, 2 wrong usage.";

/// Serves a mock of Amazon Cognito identity pools.
#[derive(Debug, Parser)]
#[command(name = "mock-cognito-identity", version, after_help = AFTER_HELP)]
pub(super) struct Options {
    /// Address to listen on; only loopback addresses are private
    #[arg(long, env = "MOCK_COGNITO_HOST", hide_env = true, value_parser = host,
          default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub(super) host: IpAddr,

    /// Port to listen on; 0 is a free one
    #[arg(long, env = "MOCK_COGNITO_PORT", hide_env = true, default_value_t = 0)]
    pub(super) port: u16,

    /// Other name of this machine that control routes answer to; may be repeated
    #[arg(
        long,
        env = "MOCK_COGNITO_ALLOW_HOST",
        hide_env = true,
        value_name = "NAME",
        value_delimiter = ','
    )]
    pub(super) allow_host: Vec<String>,

    /// File with the pools to start with, as /_mock/state returns them
    #[arg(long, env = "MOCK_COGNITO_STATE", hide_env = true, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,

    /// Region of calls that name none
    #[arg(long, env = "MOCK_COGNITO_REGION", hide_env = true, value_parser = region,
          default_value = "us-east-1")]
    pub(super) region: String,

    /// Account that owns the pools
    #[arg(long, env = "MOCK_COGNITO_ACCOUNT_ID", hide_env = true, value_parser = account_id,
          default_value = "123456789012", value_name = "ID")]
    pub(super) account_id: String,

    /// Accept any text as a login token; the text identifies the user
    #[arg(long, env = "MOCK_COGNITO_LENIENT_LOGINS", hide_env = true,
          value_parser = BoolishValueParser::new())]
    pub(super) lenient_logins: bool,

    /// Enforce the request rates and quotas that AWS publishes
    #[arg(long, env = "MOCK_COGNITO_AWS_QUOTAS", hide_env = true,
          value_parser = BoolishValueParser::new())]
    pub(super) aws_quotas: bool,

    /// Freeze the clock at a time, such as 2026-01-02T03:04:05Z
    #[arg(long, env = "MOCK_COGNITO_FROZEN_AT", hide_env = true, value_parser = time,
          value_name = "TIME")]
    pub(super) frozen_at: Option<SystemTime>,

    /// Make ids, keys and tokens the same on every run
    #[arg(
        long,
        env = "MOCK_COGNITO_SEED",
        hide_env = true,
        value_name = "NUMBER"
    )]
    pub(super) seed: Option<u64>,

    /// Keep only so many calls, the newest; by default all
    #[arg(
        long,
        env = "MOCK_COGNITO_KEEP_CALLS",
        hide_env = true,
        value_name = "NUMBER"
    )]
    pub(super) keep_calls: Option<usize>,

    /// Form of the line for each call
    #[arg(long, env = "MOCK_COGNITO_LOG", hide_env = true, value_enum,
          default_value_t = LogFormat::Text, value_name = "FORMAT")]
    pub(super) log: LogFormat,

    /// Print no line for each call
    #[arg(long, short, env = "MOCK_COGNITO_QUIET", hide_env = true,
          value_parser = BoolishValueParser::new())]
    pub(super) quiet: bool,
}

/// The form of the line for each call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

fn host(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(Ipv4Addr::LOCALHOST.into()),
        text => text
            .trim_matches(['[', ']'])
            .parse()
            .map_err(|_| "not an IP address or localhost".to_owned()),
    }
}

fn region(text: &str) -> Result<String, String> {
    match is_region(text) {
        true => Ok(text.to_owned()),
        false => Err("not the name of a Region, such as us-east-1".to_owned()),
    }
}

fn account_id(text: &str) -> Result<String, String> {
    match text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(text.to_owned()),
        false => Err("not the 12 digits of an account".to_owned()),
    }
}

fn time(text: &str) -> Result<SystemTime, String> {
    parse_time(text).ok_or_else(|| "not a time such as 2026-01-02T03:04:05Z".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn each_option_is_an_environment_variable_too() {
        let command = Options::command();
        for option in command.get_arguments() {
            let name = option.get_id().as_str();
            let variable = option.get_env().and_then(|name| name.to_str());
            let expected = format!("MOCK_COGNITO_{}", name.to_uppercase());
            assert_eq!(variable, Some(expected.as_str()), "{name}");
        }
        command.debug_assert();
    }
}
