//! What can be set: which runs there are, and what counts as a finding.

use std::cell::Cell;
use std::time::Duration;

use aws_sdk_cognitoidentity::Client;
use aws_sdk_cognitoidentity::error::ProvideErrorMetadata;
use mock_cognito_identity::{
    Cancel, Crash, Exploration, Fault, FindingKind, Leftover, PoolSeed, Report,
};

use crate::support::{
    Error, POOL, alice, client_without_retries, kinds, patient_client, seed_pool, sign_in,
};

/// Signs a user in and gets credentials and a token: three calls.
async fn three_calls(client: &Client, token: &str) -> Result<String, Error> {
    let id = sign_in(client, token).send().await?.identity_id;
    let id = id.ok_or("no identity")?;
    let call = client.get_credentials_for_identity().identity_id(&id);
    let answer = call.logins("accounts.google.com", token).send().await?;
    answer.credentials.ok_or("no credentials")?;
    let call = client.get_open_id_token().identity_id(&id);
    let answer = call.logins("accounts.google.com", token).send().await?;
    answer.token.ok_or("no token")?;
    Ok(id)
}

type App = (Client, String);

fn exploration<'a, E>() -> Exploration<'a, App, String, E> {
    Exploration::new()
        .arrange(seed_pool)
        .start(|mock| (patient_client(mock), alice(mock)))
}

fn explore(exploration: Exploration<'_, App, String, Error>) -> Report {
    exploration.run(async |(client, token)| three_calls(client, token).await)
}

fn first_line(report: &Report) -> String {
    report.to_string().lines().next().unwrap().to_owned()
}

#[test]
fn by_default_nine_faults_strike_each_call_twice_and_three_interruptions_once() {
    let report = explore(exploration());

    assert_eq!(first_line(&report), "3 calls, 63 runs, no finding");
    assert_eq!(report.runs(), 3 * (9 * 2 + 3));
}

#[test]
fn all_faults_are_more() {
    let report = explore(exploration().all_faults());

    assert_eq!(report.runs(), 3 * (17 * 2 + 3));
    report.assert_clean();
}

#[test]
fn chosen_faults_strike_only_the_calls_that_they_match() {
    let faults = [
        Fault::internal_error(),
        Fault::throttle()
            .on(Client::get_open_id_token)
            .named("no tokens"),
        Fault::http_status(418).when(Client::get_id, |input| input.identity_pool_id().is_none()),
    ];

    let report = explore(exploration().faults(faults));

    assert_eq!(report.runs(), 3 * (2 + 3) + 2, "{report}");
    let head = report.to_string().lines().nth(2).unwrap().to_owned();
    let head: Vec<&str> = head.split("  ").filter(|title| !title.is_empty()).collect();
    assert_eq!(
        head.iter().map(|title| title.trim()).collect::<Vec<_>>(),
        [
            "internal_error",
            "no tokens",
            "http_status 418",
            "crash before",
            "crash after",
            "cancel"
        ]
    );
}

#[test]
fn calls_can_be_selected_by_their_operation() {
    let report = explore(
        exploration()
            .on(Client::get_id)
            .on(Client::get_open_id_token),
    );

    assert_eq!(first_line(&report), "2 calls, 42 runs, no finding");
}

#[test]
fn one_run_can_be_repeated() {
    let only = exploration()
        .only(2, Crash::After)
        .only(2, Cancel)
        .only(3, Fault::hang());

    let report = explore(only);

    assert_eq!(report.runs(), 1 + 1 + 2, "{report}");
}

#[test]
fn two_faults_may_strike_in_one_run() {
    let report = explore(exploration().faults_per_run(2));

    assert!(report.runs() > 400, "{}", report.runs());
    assert!(
        first_line(&report).ends_with(" runs with several faults, no finding"),
        "{report}"
    );
}

#[test]
fn two_faults_find_what_one_does_not() {
    let explore = |faults_per_run| {
        Exploration::new()
            .start(client_without_retries)
            .faults([Fault::throttle(), Fault::not_authorized("no")])
            .faults_per_run(faults_per_run)
            .run(async |client| {
                let list = || client.list_identity_pools().max_results(1).send();
                match list().await {
                    Ok(_) => Ok("listed"),
                    Err(error) if error.code() == Some("NotAuthorizedException") => Err("rejected"),
                    // A bug: it takes what happens after a first failure for a success.
                    Err(_) => match list().await {
                        Err(error) if error.code() == Some("NotAuthorizedException") => Ok("what?"),
                        result => result.map(|_| "listed").map_err(|_| "busy"),
                    },
                }
            })
    };

    explore(1).assert_clean();
    let report = explore(2);
    assert_eq!(
        kinds(&report),
        [FindingKind::WrongAnswer].into(),
        "{report}"
    );
    assert_eq!(
        report.findings()[0].runs()[0].to_string(),
        "throttle once at #1 ListIdentityPools, then not_authorized once at #2 ListIdentityPools"
    );
}

#[test]
fn what_may_be_left_is_no_finding() {
    let explore = |leftovers: &[Leftover]| {
        let mut exploration = Exploration::new().arrange(seed_pool).start(patient_client);
        for leftover in leftovers {
            exploration = exploration.may_leave(*leftover);
        }
        exploration.run(async |client| {
            let answer = client.get_id().identity_pool_id(POOL).send().await?;
            answer.identity_id.ok_or(Error::from("no identity"))
        })
    };

    assert_eq!(kinds(&explore(&[])), [FindingKind::LeftBehind].into());
    assert_eq!(
        kinds(&explore(&[Leftover::Pool])),
        [FindingKind::LeftBehind].into()
    );
    explore(&[Leftover::Pool, Leftover::Guest]).assert_clean();
}

#[test]
fn developer_users_are_compared_too() {
    let report = Exploration::new()
        .arrange(|mock| {
            let seed = PoolSeed::named("app").id(POOL);
            mock.seed_pool(seed.developer_provider("login.example"));
        })
        .start(|mock| (patient_client(mock), Cell::new(0)))
        .run(async |(client, failures)| {
            // A bug: after a failure, the user has another name.
            let user = format!("user {}", failures.get());
            let call = client.get_open_id_token_for_developer_identity();
            let call = call.identity_pool_id(POOL).logins("login.example", user);
            let signed_in = call.send().await;
            if signed_in.is_err() {
                failures.set(failures.get() + 1);
            }
            signed_in.map(drop).map_err(Error::from)
        });

    let findings = report.findings().iter();
    let found = findings.map(|finding| format!("{}: {}", finding.kind(), finding.text()));
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            "left behind: developer user \"user 1\" of pool \"app\"",
            "missing: developer user \"user 0\" of pool \"app\"",
            "left behind: identity of pool \"app\" with a login of login.example",
        ]
    );
}

#[test]
fn what_is_compared_of_answers_can_be_chosen() {
    let uses = Cell::new(0);
    let explore = |by_parity: bool| {
        let mut exploration = exploration::<Error>().faults([]);
        if by_parity {
            exploration = exploration.answer(|answer: &String| (answer.len() % 2).to_string());
        }
        exploration.run(async |(client, token)| {
            three_calls(client, token).await?;
            // The baseline answers the same twice, and each run after it something else.
            uses.set(uses.get() + 1);
            Ok("ab".repeat(uses.get() / 2))
        })
    };

    let report = explore(true);
    report.assert_clean();
}

#[test]
fn an_answer_that_differs_is_found() {
    let starts = Cell::new(0);
    let report = Exploration::new()
        .arrange(seed_pool)
        .start(|mock| {
            starts.set(starts.get() + 1);
            (patient_client(mock), starts.get())
        })
        .faults([])
        .run(async |(client, starts)| {
            client.list_identity_pools().max_results(1).send().await?;
            Ok::<_, Error>(*starts)
        });

    assert_eq!(
        kinds(&report),
        [FindingKind::WrongAnswer].into(),
        "{report}"
    );
}

#[test]
fn a_check_of_the_users_own_sees_everything() {
    let checked = Cell::new(0);
    let report = exploration()
        .faults([Fault::not_authorized("no")])
        .check(|first, second, (_, token), mock, calls| {
            checked.set(checked.get() + 1);
            assert!(!token.is_empty());
            assert_eq!(mock.calls().len(), calls.len());
            let since_the_last_call = mock.clock().now().duration_since(calls[3].time);
            assert!(since_the_last_call.unwrap() < Duration::from_secs(120));
            if first.is_some_and(Result::is_err) && second.is_some_and(Result::is_ok) {
                return Err("it has failed once".to_owned());
            }
            Ok(())
        })
        .run(async |(client, token)| three_calls(client, token).await);

    assert_eq!(checked.get(), report.runs() + 1);
    assert_eq!(
        kinds(&report),
        [FindingKind::CheckFailed].into(),
        "{report}"
    );
    assert_eq!(report.findings()[0].text(), "it has failed once");
    assert_eq!(report.findings()[0].runs().len(), 6);
}

#[test]
fn the_time_limit_is_that_of_tokio() {
    let explore = |limit| {
        let exploration = exploration().time_limit(limit).faults([Fault::hang()]);
        kinds(&explore(exploration))
    };

    assert_eq!(explore(Duration::from_secs(120)), [].into());
    assert_eq!(explore(Duration::from_secs(1)), [FindingKind::Hung].into());
}

#[test]
fn the_recovery_must_be_long_enough() {
    /// Refuses to work for a while after a failure.
    struct CircuitBreaker {
        client: Client,
        is_open_until: Cell<Option<tokio::time::Instant>>,
    }
    let explore = |recovery| {
        let report = Exploration::new()
            .start(|mock| CircuitBreaker {
                client: patient_client(mock),
                is_open_until: Cell::new(None),
            })
            .recovery(recovery)
            .run(async |app| {
                let now = tokio::time::Instant::now();
                if app.is_open_until.get().is_some_and(|until| now < until) {
                    return Err(Error::from("the circuit breaker is open"));
                }
                let answer = app.client.list_identity_pools().max_results(1).send().await;
                if answer.is_err() {
                    app.is_open_until.set(Some(now + Duration::from_secs(90)));
                }
                answer.map(drop).map_err(Error::from)
            });
        kinds(&report)
    };

    assert_eq!(
        explore(Duration::from_secs(60)),
        [FindingKind::DoesNotRecover].into()
    );
    assert_eq!(explore(Duration::from_secs(120)), [].into());
}

#[test]
fn mocks_can_be_configured() {
    let pool = "eu-west-1:00000000-0000-4000-8000-000000000001";

    let report = Exploration::new()
        .configure(|builder| builder.region("eu-west-1"))
        .arrange(|mock| {
            mock.seed_pool(PoolSeed::named("app").id(pool));
        })
        .start(patient_client)
        .run(async |client| {
            let call = client.describe_identity_pool().identity_pool_id(pool);
            Ok::<_, Error>(call.send().await?.identity_pool_name)
        });

    report.assert_clean();
}

#[test]
fn clients_of_an_sdk_config_keep_retrying() {
    let report = Exploration::new()
        .start(|mock| Client::new(&mock.sdk_config()))
        .faults([Fault::throttle()])
        .check(|first, _, _, mock, _| match (first, mock.calls().len()) {
            (Some(Ok(_)), 2..) | (None, _) => Ok(()),
            (first, calls) => Err(format!("{calls} calls: {first:?}")),
        })
        .run(async |client| {
            let answer = client.list_identity_pools().max_results(1).send().await;
            answer.map(drop).map_err(|error| error.to_string())
        });

    assert_eq!(report.runs(), 2 + 3);
}
