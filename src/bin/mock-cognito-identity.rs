//! The command `mock-cognito-identity`: a mock of Amazon Cognito identity pools as a server.

use std::process::ExitCode;

fn main() -> ExitCode {
    mock_cognito_identity::run_command()
}
