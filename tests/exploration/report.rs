//! The text of the report, and that it is the same each time.

use std::cell::Cell;
use std::thread;

use aws_sdk_cognitoidentity::Client;
use expect_test::expect;
use mock_cognito_identity::{Exploration, FindingKind, Leftover, Report};
use regex::Regex;

use crate::support::{Error, POOL, kinds, patient_client, seed_pool};

/// Gets credentials for a guest, who is created first. It panics if the answer has no identity id.
async fn guest_key(client: &Client) -> Result<String, Error> {
    let answer = client.get_id().identity_pool_id(POOL).send().await?;
    let id = answer.identity_id.unwrap();
    let call = client.get_credentials_for_identity().identity_id(&id);
    let credentials = call.send().await?.credentials.ok_or("no credentials")?;
    Ok(credentials.access_key_id.ok_or("no key")?)
}

fn explore_guest_key() -> Report {
    Exploration::new()
        .arrange(seed_pool)
        .start(patient_client)
        .run(async |client| guest_key(client).await)
}

#[test]
fn a_report_with_findings() {
    let text = explore_guest_key().to_string();

    // The line of a panic changes with this file.
    let place = Regex::new("report.rs:[0-9]+:[0-9]+").unwrap();
    let text = place.replace(&text, "report.rs:LINE");
    expect![[r#"
        2 calls, 42 runs, 2 findings

                        throttle  503  reset  rejected  lost   malformed  bare      60 s   hang  crash before  crash after  cancel
        #1  GetId  <pool "app">, no logins
          once          ok        ok   ok     e         ok[1]  e          PANIC[2]  ok[1]  ok    ok            ok[1]        ok
          from here on  e         e    e      e         e[1]   e          PANIC[2]  e[1]   e
        #2  GetCredentialsForIdentity  <identity 1>, no logins
          once          ok        ok   ok     e         ok     e          e         ok     ok    ok[1]         ok[1]        ok
          from here on  e         e    e      e         e      e          e         e      e

        ok: success, e: an error is returned, [n]: see finding n

        [1] left behind: guest of pool "app"   (7 runs)
            lost once at #1 GetId
                mock.inject(Fault::lose_response().after_n_calls(0).up_to_n_times(1))
            also: lost from #1 GetId on; 60 s once at #1 GetId; 60 s from #1 GetId on; and 3 more
            note: without a fault, the second use adds guest of pool "app"

        [2] panicked: called `Option::unwrap()` on a `None` value, at tests/exploration/report.rs:LINE   (2 runs)
            bare once at #1 GetId
                mock.inject(Fault::bare_response().after_n_calls(0).up_to_n_times(1))
            also: bare from #1 GetId on
    "#]].assert_eq(&text);
}

#[test]
fn a_clean_report() {
    let report = Exploration::new()
        .arrange(seed_pool)
        .start(patient_client)
        .run(async |client| {
            let call = client.describe_identity_pool().identity_pool_id(POOL);
            Ok::<_, Error>(call.send().await?.identity_pool_name)
        });

    expect![[r#"
        1 call, 21 runs, no finding

                        throttle  503  reset  rejected  lost  malformed  bare  60 s  hang  crash before  crash after  cancel
        #1  DescribeIdentityPool  <pool "app">
          once          ok        ok   ok     e         ok    e          ok    ok    ok    ok            ok           ok
          from here on  e         e    e      e         e     e          ok    e     e

        ok: success, e: an error is returned, [n]: see finding n
    "#]].assert_eq(&report.to_string());
    report.assert_clean();
}

#[test]
fn a_report_without_a_fault_that_leaves_something_out() {
    let report = Exploration::new()
        .arrange(seed_pool)
        .start(patient_client)
        .run(async |client| {
            let call = client.unlink_developer_identity();
            let _ = call.send().await; // invalid, which no fault changes
            let call = client.set_identity_pool_roles().identity_pool_id(POOL);
            call.roles("unauthenticated", "arn:aws:iam::123456789012:role/guest")
                .send()
                .await?;
            Ok::<_, Error>(())
        });

    expect![[r#"
        2 calls, 38 runs, no finding

                        throttle  503  reset  rejected  lost  malformed  bare  60 s  hang  crash before  crash after  cancel
        #1  UnlinkDeveloperIdentity  identity "", pool "", DeveloperProviderName "", DeveloperUserIdentifier ""
          once          ok        ok   ok     ok        ok    ok         -     ok    ok    ok            ok           ok
          from here on  e         e    e      e         e     e                e     e
        #2  SetIdentityPoolRoles  <pool "app">, Roles["unauthenticated"] role guest
          once          ok        ok   ok     e         ok    e          -     ok    ok    ok            ok           ok
          from here on  e         e    e      e         e     e                e     e

        ok: success, e: an error is returned, [n]: see finding n
    "#]].assert_eq(&report.to_string());
}

#[test]
fn a_report_is_the_same_each_time() {
    let first = explore_guest_key().to_string();

    let repeated = |times: usize| {
        for _ in 1..=times {
            assert_eq!(explore_guest_key().to_string(), first);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| repeated(10));
        scope.spawn(|| repeated(10));
    });
}

#[test]
fn code_that_is_not_deterministic_is_named() {
    let runs = Cell::new(0);
    let report = Exploration::new()
        .arrange(seed_pool)
        .start(|mock| {
            runs.set(runs.get() + 1);
            (patient_client(mock), runs.get())
        })
        .on(Client::get_id)
        .faults([])
        .may_leave(Leftover::Guest)
        .run(async |(client, run)| {
            if *run % 2 == 0 {
                let call = client.list_identity_pools().max_results(1);
                call.send().await?;
            }
            let call = client.get_id().identity_pool_id(POOL);
            call.send().await?;
            Ok::<_, Error>(())
        });

    assert!(
        kinds(&report).contains(&FindingKind::NeverStruck),
        "{report}"
    );
    expect![[r#"
        1 call, 3 runs, 1 finding

                        crash before  crash after  cancel
        #1  GetId  <pool "app">, no logins
          once          ok[1]         ok[1]        ok[1]

        ok: success, e: an error is returned, [n]: see finding n

        [1] never struck: call #1 is not GetId in every run   (3 runs)
            crash before #1 GetId
                .only(1, Crash::Before)
            also: crash after #1 GetId; cancel at #1 GetId
            note: without a fault:
                #1  GetId  attempt 1  <pool "app">, no logins  → ok, <identity 1>
                #2  GetId  attempt 1  <pool "app">, no logins  → ok, <identity 2>
                in this run:
                #1  ListIdentityPools  attempt 1  MaxResults 1  → dropped   (fault "crash")
                #2  GetId  attempt 1  <pool "app">, no logins  → ok, <identity 1>
    "#]]
    .assert_eq(&report.to_string());
}

#[test]
fn a_finding_can_be_inspected() {
    let report = explore_guest_key();

    assert_eq!(report.runs(), 42);
    let panicked = &report.findings()[1];
    assert_eq!(panicked.kind(), FindingKind::Panicked);
    assert!(
        panicked
            .text()
            .contains("`Option::unwrap()` on a `None` value")
    );
    let runs: Vec<String> = panicked.runs().iter().map(ToString::to_string).collect();
    assert_eq!(runs, ["bare once at #1 GetId", "bare from #1 GetId on"]);
    assert_eq!(
        panicked.runs()[0].reproduction(),
        "mock.inject(Fault::bare_response().after_n_calls(0).up_to_n_times(1))"
    );
}

#[test]
#[should_panic(expected = "left behind: guest of pool \"app\"")]
fn assert_clean_fails_with_the_report() {
    explore_guest_key().assert_clean();
}
