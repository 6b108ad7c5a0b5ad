//! Leaks: mocks leave no threads, file descriptors or ports behind.
//!
//! Threads and descriptors belong to the process, and other tests use some at any time. So each
//! test here runs an ignored one alone in a process of its own.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::SdkError;
use mock_cognito_identity::{Fault, MockCognitoIdentity};
use tokio::task::JoinSet;

use crate::support::http::{self, Connection};

/// The first 15 bytes of the name of a server's thread, which is what the kernel shows.
const SERVER_THREAD: &str = "mock-cognito-id";
/// The same of the thread that reports calls that are kept waiting.
const WAITING_CALLS_THREAD: &str = "mock-cognito-wa";

/// Runs an ignored test of this file alone in a process, with a limit on its descriptors.
#[track_caller]
fn assert_passes_alone(test: &str, descriptors: u32) {
    let limited = format!(r#"ulimit -n {descriptors} && exec "$0" "$@""#);
    let output = Command::new("sh")
        .args(["-c", &limited])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &format!("server::leaks::alone::{test}")])
        .args(["--ignored", "--test-threads=1"])
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let passed = output.status.success() && stdout.contains(" 1 passed;");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(passed && !stderr.contains("panicked"), "{stdout}\n{stderr}");
}

/// The threads and the open descriptors of this process, with their names.
#[derive(Debug)]
struct Census {
    threads: Vec<String>,
    descriptors: Vec<String>,
}

impl Census {
    fn take() -> Self {
        // An entry may be gone before it can be read.
        let threads = entries("/proc/self/task", |task| {
            let name = fs::read_to_string(task.join("comm")).ok()?;
            Some(name.trim_end().to_owned())
        });
        let descriptors = entries("/proc/self/fd", |descriptor| {
            let target = fs::read_link(descriptor).ok()?;
            // Not the one that lists them.
            (!target.ends_with("fd")).then(|| target.display().to_string())
        });
        Self {
            threads,
            descriptors,
        }
    }

    fn servers(&self) -> usize {
        self.named(SERVER_THREAD)
    }

    /// How many threads have this name.
    fn named(&self, name: &str) -> usize {
        let threads = self.threads.iter();
        threads.filter(|thread| *thread == name).count()
    }

    /// The ports that this process listens on. To connect would not tell: the system may give a
    /// port that was let go to the next process that asks for one.
    fn ports(&self) -> Vec<u16> {
        let sockets = fs::read_to_string("/proc/self/net/tcp").unwrap();
        let ours = |line: &str| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let (local, state, inode) = (fields[1], fields[3], fields[9]);
            let is_ours = self.descriptors.contains(&format!("socket:[{inode}]"));
            let (_, port) = local.split_once(':')?;
            (state == "0A" && is_ours).then(|| u16::from_str_radix(port, 16).unwrap())
        };
        sockets.lines().skip(1).filter_map(ours).collect()
    }

    /// What is here and was not before.
    fn added(mut self, before: &Self) -> Vec<String> {
        self.threads.append(&mut self.descriptors);
        for old in before.threads.iter().chain(&before.descriptors) {
            if let Some(place) = self.threads.iter().position(|name| name == old) {
                self.threads.swap_remove(place);
            }
        }
        self.threads
    }

    /// Asserts that nothing was added since this was taken.
    async fn assert_nothing_added(&self) {
        self.assert_added(0).await;
    }

    /// Asserts that so many threads and descriptors were added since this was taken.
    async fn assert_added(&self, expected: usize) {
        Self::settle(|census| census.added(self).len() == expected).await;
        let added = Self::take().added(self);
        assert_eq!(added.len(), expected, "{added:?}");
    }

    /// Waits until a census is as expected, or gives up.
    ///
    /// A thread that was joined is still listed until the kernel has buried it, one that was started
    /// bears its parent's name at first, and a client closes its end of a connection when its task
    /// runs next.
    async fn settle(is_as_expected: impl Fn(Self) -> bool) {
        for _ in 0..10_000 {
            if is_as_expected(Self::take()) {
                return;
            }
            tokio::task::yield_now().await;
            std::thread::yield_now();
        }
    }
}

fn entries(directory: &str, name: impl Fn(&Path) -> Option<String>) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries
        .filter_map(|entry| name(&entry.ok()?.path()))
        .collect();
    names.sort();
    names
}

#[test]
fn two_hundred_mocks_in_a_row_leave_nothing_behind() {
    assert_passes_alone("two_hundred_in_a_row", 128);
}

#[test]
fn fifty_mocks_at_once_leave_nothing_behind() {
    assert_passes_alone("fifty_at_once", 1024);
}

#[test]
fn a_mock_has_one_thread_and_it_is_named() {
    assert_passes_alone("one_named_thread", 1024);
}

#[test]
fn a_mock_in_memory_has_neither_thread_nor_descriptor() {
    assert_passes_alone("neither_thread_nor_descriptor", 1024);
}

#[test]
fn calls_that_are_kept_waiting_leave_nothing_behind() {
    assert_passes_alone("kept_waiting", 1024);
}

#[test]
fn a_server_out_of_descriptors_waits_for_one() {
    assert_passes_alone("out_of_descriptors", 64);
}

mod alone {
    use super::*;

    /// A mock's whole life: it serves a call, and ends while another hangs.
    async fn live() {
        let mock = MockCognitoIdentity::start();
        let port = mock.address().unwrap().port();
        mock.inject(Fault::hang().on(Client::get_id));
        let client = mock.client();
        client
            .list_identity_pools()
            .max_results(1)
            .send()
            .await
            .unwrap();
        let mut hanging = JoinSet::new();
        hanging.spawn(client.get_id().identity_pool_id("us-east-1:0").send());
        mock.wait_for_calls(Client::get_id, 1).await;

        assert_eq!(Census::take().ports(), [port]);

        drop(mock);

        assert_eq!(Census::take().ports(), [0_u16; 0]);
        let answer = hanging.join_next().await.unwrap().unwrap();
        assert!(
            matches!(answer, Err(SdkError::DispatchFailure(_))),
            "{answer:?}"
        );
    }

    #[tokio::test]
    #[ignore = "run by its parent, alone in a process"]
    async fn two_hundred_in_a_row() {
        // What a process opens once and keeps is open from here on.
        live().await;
        let before = Census::take();

        for _ in 0..200 {
            live().await;
        }

        before.assert_nothing_added().await;
    }

    #[tokio::test]
    #[ignore = "run by its parent, alone in a process"]
    async fn fifty_at_once() {
        live().await;
        let before = Census::take();

        let mocks: Vec<_> = (0..50).map(|_| MockCognitoIdentity::start()).collect();
        let mut hanging = Vec::new();
        for mock in &mocks {
            mock.inject(Fault::hang().on(Client::get_id));
            let mut connection = Connection::to(mock);
            connection.send(http::call("GetId", r#"{"IdentityPoolId":"us-east-1:0"}"#));
            mock.wait_for_calls(Client::get_id, 1).await;
            hanging.push(connection);
        }
        // Each server has started one more thread, for its hanging call.
        Census::settle(|census| census.named(WAITING_CALLS_THREAD) == 50).await;
        let census = Census::take();
        assert_eq!(
            (census.servers(), census.named(WAITING_CALLS_THREAD)),
            (50, 50)
        );
        // All at once, each by a thread of its own.
        std::thread::scope(|threads| {
            for mock in mocks {
                threads.spawn(move || drop(mock));
            }
        });

        assert!(hanging.iter_mut().all(Connection::is_at_its_end));
        drop(hanging);
        before.assert_nothing_added().await;
    }

    #[test]
    #[ignore = "run by its parent, alone in a process"]
    fn one_named_thread() {
        let before = Census::take();
        let mock = MockCognitoIdentity::start();
        let serve = || {
            let call = http::call("ListIdentityPools", r#"{"MaxResults":1}"#);
            Connection::to(&mock).exchange(call);
        };

        // A thread gives itself its name, and has one when it serves.
        serve();
        let during = Census::take();
        (0..10).for_each(|_| serve());

        assert_eq!(before.servers(), 0);
        assert_eq!(during.servers(), 1);
        assert_eq!(during.threads.len(), before.threads.len() + 1);
        assert_eq!(Census::take().threads, during.threads);
    }

    #[tokio::test]
    #[ignore = "run by its parent, alone in a process"]
    async fn neither_thread_nor_descriptor() {
        let before = Census::take();

        let mock = MockCognitoIdentity::in_memory();
        let answer = mock
            .client()
            .list_identity_pools()
            .max_results(1)
            .send()
            .await;

        assert!(answer.is_ok(), "{answer:?}");
        assert_eq!(Census::take().added(&before), Vec::<String>::new());
    }

    #[tokio::test]
    #[ignore = "run by its parent, alone in a process"]
    async fn kept_waiting() {
        let before = Census::take();
        let mock = MockCognitoIdentity::in_memory();
        let call = || {
            mock.client()
                .get_id()
                .identity_pool_id("us-east-1:0")
                .send()
        };
        let mut calls = JoinSet::new();

        let held = mock.inject_scoped(Fault::hold());
        calls.spawn(call());
        calls.spawn(call());
        held.wait_until_fired(2).await;
        // It is the one that waits until it is time to report the calls.
        before.assert_added(1).await;
        held.release();
        while calls.join_next().await.is_some() {}
        before.assert_nothing_added().await;

        let stuck = mock.inject_scoped(Fault::hang());
        calls.spawn(call());
        stuck.wait_until_fired(1).await;
        drop(stuck);
        drop(mock);
        before.assert_nothing_added().await;
    }

    #[test]
    #[ignore = "run by its parent, alone in a process"]
    fn out_of_descriptors() {
        let mock = MockCognitoIdentity::start();
        let mut hoard = Vec::new();
        while let Ok(file) = File::open("/dev/null") {
            hoard.push(file);
        }
        // One is left for the client, none for the server.
        hoard.pop();
        let mut connection = Connection::to(&mock);
        connection.send(http::call("ListIdentityPools", r#"{"MaxResults":1}"#));
        assert!(!connection.is_answered_within(Duration::from_millis(50)));

        drop(hoard);

        assert_eq!(connection.answer().expect("an answer").status(), 200);
    }
}
