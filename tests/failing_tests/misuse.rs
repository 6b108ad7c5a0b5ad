//! Compiler errors for misuse that would make a test prove nothing.
//!
//! The tests call the compiler with the libraries that `cargo test` has built. A crate for
//! compile-fail tests would build the SDK again and compare text that differs among compilers;
//! these tests compare only the words of this crate.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The path of a library that this test is linked with.
fn library(artifacts: &str, name: &str) -> PathBuf {
    let messages = artifacts.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        (message["reason"] == "compiler-artifact"
            && message["target"]["name"] == name
            && message["target"]["kind"] == serde_json::json!(["lib"]))
        .then_some(message)
    });
    let files = messages.flat_map(|message| {
        let files = message["filenames"].as_array().unwrap().clone();
        files
            .into_iter()
            .map(|file| PathBuf::from(file.as_str().unwrap()))
    });
    let is_library = |file: &PathBuf| file.extension().is_some_and(|found| found == "rlib");
    let mut libraries = files.filter(is_library);
    libraries
        .next()
        .unwrap_or_else(|| panic!("no library {name} in\n{artifacts}"))
}

/// The artifacts that cargo built for this binary. All of them exist, so nothing is built.
fn artifacts(target: &Path) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["test", "--no-run", "--test", "failing_tests"])
        .args(["--offline", "--quiet", "--message-format=json"])
        .arg("--target-dir")
        .arg(target);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Compiles a body of a test, with the crate and the SDK at hand.
fn compile(name: &str, body: &str) -> Result<(), String> {
    // The path of this binary is `<target>/<profile>/deps/..`.
    let binary = std::env::current_exe().unwrap();
    let artifacts = artifacts(binary.ancestors().nth(3).unwrap());
    // Cargo creates this folder for tests to write to.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let source = folder.join(format!("{name}.rs"));
    let program = format!(
        "#![deny(unused_must_use)]\n\
         #![allow(unused_imports, dead_code)]\n\
         use aws_sdk_cognitoidentity::Client;\n\
         use mock_cognito_identity::{{Fault, MockCognitoIdentity}};\n\
         fn test(mock: &MockCognitoIdentity) {{ {body} }}\n"
    );
    std::fs::write(&source, program).unwrap();
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["--edition", "2024", "--crate-type", "lib"])
        .args(["--emit", "metadata", "--color", "never"])
        .arg("--out-dir")
        .arg(folder);
    for name in [
        "mock_cognito_identity",
        "aws_sdk_cognitoidentity",
        "aws_sdk_sts",
    ] {
        let library = library(&artifacts, name);
        let beside = library.parent().unwrap();
        rustc
            .arg("--extern")
            .arg(format!("{name}={}", library.display()))
            .arg("-L")
            .arg(format!("dependency={}", beside.display()));
    }
    let output = rustc.arg(source).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    output.status.success().then_some(()).ok_or(stderr)
}

#[track_caller]
fn assert_does_not_compile(name: &str, body: &str, words: &[&str]) {
    let error = compile(name, body).expect_err("the code does not compile");
    for words in words {
        assert!(error.contains(words), "no {words:?} in\n{error}");
    }
}

#[test]
fn correct_use_compiles() {
    let used = compile(
        "good_use",
        "mock.inject(Fault::throttle());
        let _guard = mock.inject_scoped(Fault::throttle());
        let _calls = mock.calls_to(Client::get_id);",
    );

    assert_eq!(used, Ok(()));
}

#[test]
fn a_number_of_calls_may_have_the_type_of_a_length_or_a_counter() {
    let used = compile(
        "numbers",
        "let (length, counter, retries, number) = (vec![1].len(), 1_u64, 1_u32, 1_i32);
        mock.assert_called(Client::get_id, 1);
        mock.assert_called(Client::get_id, 1 + 2 * 3);
        mock.assert_called(Client::get_id, length);
        mock.assert_called(Client::get_id, length.div_ceil(60));
        mock.assert_called(Client::get_id, counter);
        mock.assert_called(Client::get_id, retries + 1);
        mock.assert_called(Client::get_id, number);
        mock.assert_called(Client::get_id, ..);
        mock.assert_called(Client::get_id, 1..);
        mock.assert_called(Client::get_id, length..);
        mock.assert_called(Client::get_id, 1..3);
        mock.assert_called(Client::get_id, 1..=3);
        mock.assert_called(Client::get_id, counter..=3);
        mock.assert_called(Client::get_id, ..3);
        mock.assert_called(Client::get_id, ..=retries);
        mock.assert_called(Client::get_id, mock_cognito_identity::Times::from(3));
        let (mut found, literal) = (0, 3);
        found += counter;
        mock.assert_called(Client::get_id, found);
        mock.assert_called(Client::get_id, literal);
        let _: usize = literal;
        mock.inject(Fault::throttle().expect(2));
        mock.inject(Fault::throttle().expect(1..=3));
        mock.inject(Fault::throttle().expect(length));
        fn wrapper(mock: &MockCognitoIdentity, times: impl Into<mock_cognito_identity::Times>) {
            mock.assert_called(Client::get_id, times);
        }
        wrapper(mock, 3);
        wrapper(mock, 1..=3);",
    );

    assert_eq!(used, Ok(()));
}

#[test]
fn a_number_of_calls_of_another_type() {
    assert_does_not_compile(
        "i64_times",
        "mock.assert_called(Client::get_id, 3_i64); mock.inject(Fault::hang().expect('n'));",
        &[
            "`i64` is not a number of times",
            "`char` is not a number of times",
            "pass a number, such as `3`, or a range, such as `1..` or `1..=3`",
            "is passed as `n as u64`",
        ],
    );
}

#[test]
fn a_fault_that_is_not_injected() {
    assert_does_not_compile(
        "unused_fault",
        "Fault::throttle().on(Client::get_id);",
        &[
            "unused `Fault` that must be used",
            "a `Fault` does nothing until it is injected",
        ],
    );
}

#[test]
fn a_guard_that_is_not_kept() {
    assert_does_not_compile(
        "unused_guard",
        "mock.inject_scoped(Fault::throttle());",
        &[
            "unused `FaultGuard` that must be used",
            "the fault is removed when this guard drops: bind it to a variable",
        ],
    );
}

#[test]
fn calls_to_a_method_that_is_not_an_operation() {
    assert_does_not_compile(
        "calls_to_nothing",
        "mock.calls_to(aws_sdk_sts::Client::get_session_token);",
        &[
            "`GetSessionTokenFluentBuilder` is not a Cognito Identity operation",
            "pass an operation method of the SDK client, such as `Client::get_id`",
        ],
    );
}

#[test]
fn a_fault_on_a_method_that_is_not_an_operation() {
    assert_does_not_compile(
        "fault_on_nothing",
        "mock.inject(Fault::throttle().on(aws_sdk_sts::Client::get_session_token));",
        &[
            "`GetSessionTokenFluentBuilder` is not a Cognito Identity operation",
            "pass an operation method of the SDK client, such as `Client::get_id`",
        ],
    );
}
