//! Panics of the explored code: found wherever they happen, and not printed. Panics of other tests
//! are printed.

use std::env;
use std::process::Command;

use mock_cognito_identity::{Exploration, Fault, FindingKind, Leftover};

use crate::support::{Error, POOL, alice, kinds, patient_client, seed_pool, sign_in};

#[test]
fn a_panic_in_a_background_task_is_found() {
    let report = Exploration::new()
        .arrange(seed_pool)
        .start(|mock| (patient_client(mock), alice(mock)))
        .run(async |(client, token)| {
            let call = sign_in(client, token);
            let task = tokio::spawn(async move { call.send().await.unwrap().identity_id });
            Ok::<_, Error>(task.await.ok().flatten().ok_or("no identity")?)
        });

    assert_eq!(kinds(&report), [FindingKind::Panicked].into(), "{report}");
}

#[test]
fn a_panic_on_a_blocking_thread_is_found() {
    let report = Exploration::new()
        .arrange(seed_pool)
        .start(|mock| (patient_client(mock), alice(mock)))
        .run(async |(client, token)| {
            let answer = sign_in(client, token).send().await;
            let id = tokio::task::spawn_blocking(move || answer.unwrap().identity_id);
            Ok::<_, Error>(id.await?.ok_or("no identity")?)
        });

    assert_eq!(kinds(&report), [FindingKind::Panicked].into(), "{report}");
}

#[test]
fn panics_that_differ_by_an_id_are_one_finding() {
    let report = Exploration::new()
        .arrange(seed_pool)
        .start(patient_client)
        .faults([
            Fault::lose_response(),
            Fault::not_authorized("Access to Identity is forbidden."),
        ])
        .faults_per_run(2)
        .may_leave(Leftover::Guest)
        .run(async |client| {
            let answer = client.get_id().identity_pool_id(POOL).send().await?;
            let id = answer.identity_id.ok_or("no identity")?;
            let call = client.get_credentials_for_identity().identity_id(&id);
            match call.send().await {
                Err(error) if error.as_service_error().is_some() => panic!("{id} is refused"),
                _ => Ok::<_, Error>(()),
            }
        });

    let panics = report.findings().iter();
    let panics = panics.filter(|finding| finding.kind() == FindingKind::Panicked);
    let texts: Vec<String> = panics.map(|finding| finding.to_string()).collect();
    assert_eq!(texts.len(), 1, "{report}");
    assert!(texts[0].contains("<identity 1> is refused"), "{report}");
}

#[test]
#[ignore = "panics on purpose"]
fn a_panic_beside_an_exploration() {
    let explore = || {
        Exploration::new()
            .arrange(seed_pool)
            .start(|mock| (patient_client(mock), alice(mock)))
            .run(async |(client, token)| {
                let answer = sign_in(client, token).send().await.expect("explored");
                Ok::<_, Error>(answer.identity_id)
            })
    };

    let report = explore();
    let other = std::thread::spawn(|| panic!("the panic of another test"));

    assert!(other.join().is_err());
    assert_eq!(kinds(&report), [FindingKind::Panicked].into());
    panic!("the panic of this test");
}

#[test]
fn only_panics_of_explored_code_are_not_printed() {
    let output = Command::new(env::current_exe().unwrap())
        .args([
            "panics::a_panic_beside_an_exploration",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .output()
        .unwrap();

    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("the panic of another test"), "{stderr}");
    assert!(stderr.contains("the panic of this test"), "{stderr}");
    assert!(!stderr.contains("explored"), "{stderr}");
}
