//! The messages about fixtures that cannot be had.

use std::fmt::Write as _;

/// How many of many names are listed.
const SHOWN: usize = 10;

/// `pool`: the mock has no pool with this id.
pub(crate) fn no_such_pool(id: &str, others: &[String]) -> String {
    let others = if others.is_empty() {
        "the mock has no pools".to_owned()
    } else {
        format!("the pools of the mock are {}", list(others))
    };
    format!("no pool has the id {id:?}; {others}")
}

/// `method` needs a login provider, and the pool has none.
pub(crate) fn no_login_provider(method: &str, pool_id: &str) -> String {
    format!(
        "`{method}` issues a token of the pool's first login provider, but the pool {pool_id} has \
         none\n\
         help: seed the pool with `PoolSeed::login_provider`."
    )
}

/// `seed_identity_with_login`: the pool does not trust the provider.
pub(crate) fn untrusted_provider(pool_id: &str, provider: &str, trusted: &[String]) -> String {
    let trusted = if trusted.is_empty() {
        "it has no providers".to_owned()
    } else {
        format!("its providers are {}", list(trusted))
    };
    format!(
        "the pool {pool_id} does not trust the provider {provider:?}; {trusted}\n\
         help: add the provider with `PoolSeed::login_provider` or `PoolSeed::developer_provider`, \
         or start the mock with `lenient_logins()`."
    )
}

fn list(names: &[String]) -> String {
    let mut text = String::new();
    for (index, name) in names.iter().take(SHOWN).enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        let _ = write!(text, "{separator}{name:?}");
    }
    if let Some(more @ 1..) = names.len().checked_sub(SHOWN) {
        let _ = write!(text, " and {more} more");
    }
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const POOL: &str = "us-east-1:00000000-0000-4000-8000-000000000001";

    #[test]
    fn a_pool_that_does_not_exist() {
        let two = ["eu-west-1:a".to_owned(), "us-east-1:b".to_owned()];
        let many: Vec<String> = (1..=12).map(|n| format!("us-east-1:{n}")).collect();

        expect![[r#"no pool has the id "app"; the mock has no pools"#]]
            .assert_eq(&no_such_pool("app", &[]));
        expect![[
            r#"no pool has the id "app"; the pools of the mock are "eu-west-1:a", "us-east-1:b""#
        ]]
        .assert_eq(&no_such_pool("app", &two));
        expect![[r#"no pool has the id "app"; the pools of the mock are "us-east-1:1", "us-east-1:2", "us-east-1:3", "us-east-1:4", "us-east-1:5", "us-east-1:6", "us-east-1:7", "us-east-1:8", "us-east-1:9", "us-east-1:10" and 2 more"#]]
            .assert_eq(&no_such_pool("app", &many));
    }

    #[test]
    fn a_login_of_a_provider_that_the_pool_does_not_trust() {
        let trusted = ["accounts.google.com".to_owned(), "login.example".to_owned()];

        expect![[r#"
            the pool us-east-1:00000000-0000-4000-8000-000000000001 does not trust the provider "accounts.googel.com"; its providers are "accounts.google.com", "login.example"
            help: add the provider with `PoolSeed::login_provider` or `PoolSeed::developer_provider`, or start the mock with `lenient_logins()`."#]]
        .assert_eq(&untrusted_provider(POOL, "accounts.googel.com", &trusted));
        let none = untrusted_provider(POOL, "accounts.google.com", &[]);
        assert!(
            none.contains("\"accounts.google.com\"; it has no providers\nhelp: "),
            "{none}"
        );
    }

    #[test]
    fn a_pool_without_login_provider() {
        expect![[r#"
            `issue_login` issues a token of the pool's first login provider, but the pool us-east-1:00000000-0000-4000-8000-000000000001 has none
            help: seed the pool with `PoolSeed::login_provider`."#]]
        .assert_eq(&no_login_provider("issue_login", POOL));
    }
}
