//! The line about the mock's clock: what it shows, and how credentials and tokens lie to it.

use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::layout::truncated;
use super::logged_call::{Contents, LoggedCall};
use crate::clock::ClockReading;
use crate::fields::Value;
use crate::redact::one_line;
use crate::summary::{Login, Returned, seconds};

/// The most credentials and tokens that are mentioned, the newest ones.
const MENTIONED: usize = 3;
/// The most characters of a subject.
const SUBJECT: usize = 64;

/// What the clock shows, and which of the credentials and tokens in these calls have expired. Of
/// those that are still valid, only the newest are mentioned.
pub(super) fn clock_line(reading: ClockReading, calls: &[LoggedCall]) -> String {
    let (shown, mut line) = match reading {
        ClockReading::Frozen(shown) => (shown, format!("frozen at {}", Time(shown))),
        ClockReading::FollowsTokio(shown) => (
            shown,
            format!("follows tokio's time and shows {}", Time(shown)),
        ),
        ClockReading::Ahead { shown, by } => (
            shown,
            format!("{}, {} ahead of real time", Time(shown), Seconds::of(by)),
        ),
        ClockReading::Behind { shown, by } => (
            shown,
            format!("{}, {} behind real time", Time(shown), Seconds::of(by)),
        ),
    };
    let now = seconds(shown);
    if let Some(fact) = set_back(calls, now) {
        let _ = write!(line, ", {fact}");
    }
    let mut facts = Vec::new();
    let mut logins = Vec::new();
    let mut newest_valid = None;
    for (call, contents) in calls
        .iter()
        .filter_map(|call| Some((call, call.contents.as_ref()?)))
    {
        for login in logins_of(contents) {
            if !logins.contains(&login) {
                facts.extend(about_login(&login, call.number, now));
                logins.push(login);
            }
        }
        match about_returned(contents, call.number, now) {
            Some((true, fact)) => newest_valid = Some((facts.len(), fact)),
            Some((false, fact)) => facts.push(fact),
            None => {}
        }
    }
    if let Some((index, fact)) = newest_valid {
        facts.insert(index, fact);
    }
    for fact in &facts[facts.len().saturating_sub(MENTIONED)..] {
        let _ = write!(line, "; {fact}");
    }
    line
}

/// How far the clock is behind the newest call, which means that the test set it back.
fn set_back(calls: &[LoggedCall], now: i64) -> Option<String> {
    let newest = calls.iter().rfind(|call| call.contents.is_some())?;
    let received = seconds(newest.contents.as_ref()?.time);
    let by = Seconds(received.abs_diff(now));
    (now < received).then(|| format!("set back to {by} before #{} was received", newest.number))
}

/// Whether the credentials or the token that came back are still valid, in words.
fn about_returned(contents: &Contents, number: usize, now: i64) -> Option<(bool, String)> {
    let returned = contents.returned.as_ref()?;
    let (what, expire) = match returned {
        Returned::Token { .. } => ("token", "expires"),
        Returned::Credentials { .. } => ("credentials", "expire"),
        Returned::Identity(_)
        | Returned::Page { .. }
        | Returned::Pool(_)
        | Returned::Unprocessed(_) => return None,
    };
    let expires = returned.expires()?;
    let distance = Seconds(expires.abs_diff(now));
    Some(if now < expires {
        (
            true,
            format!("the {what} of #{number} {expire} in {distance}"),
        )
    } else {
        (
            false,
            format!("the {what} of #{number} expired {distance} ago"),
        )
    })
}

/// What is wrong with the time of a login token, if anything is.
fn about_login((provider, login): &(String, Login), number: usize, now: i64) -> Option<String> {
    let token = match &login.subject {
        Some(subject) => format!("the login token of {}", shown(subject)),
        None => format!("the login token of {}", shown(provider)),
    };
    match (login.issued, login.expires) {
        (_, Some(expires)) if expires <= now => {
            let ago = Seconds(expires.abs_diff(now));
            Some(format!("{token} in #{number} expired {ago} ago"))
        }
        (Some(issued), _) if issued > now => {
            let ahead = Seconds(issued.abs_diff(now));
            Some(format!("{token} in #{number} will be issued in {ahead}"))
        }
        _ => None,
    }
}

/// The login tokens in an input, with their keys in `Logins`.
fn logins_of(contents: &Contents) -> Vec<(String, Login)> {
    let fields = contents.request.fields().fields.into_iter();
    let logins = fields.filter_map(|field| {
        let Value::Text(token) = &field.value else {
            return None;
        };
        let provider = match field.path.strip_prefix("Logins[\"") {
            Some(provider) => provider.trim_end_matches("\"]"),
            None if field.path == "WebIdentityToken" => "",
            None => return None,
        };
        Some((provider.to_owned(), Login::read(provider, token)))
    });
    logins.collect()
}

fn shown(text: &str) -> String {
    truncated(&one_line(&text), SUBJECT).into_owned()
}

/// A time as AWS writes it.
struct Time(SystemTime);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = DateTime::from(self.0);
        // The limits of the clock keep it within what can be written.
        f.write_str(&time.fmt(Format::DateTime).unwrap_or_default())
    }
}

/// A number of seconds: `3,600 s`.
struct Seconds(u64);

impl Seconds {
    fn of(duration: Duration) -> Self {
        Self(duration.as_secs())
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_char(',')?;
            }
            f.write_char(digit)?;
        }
        f.write_str(" s")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_sdk_cognitoidentity::operation::get_id::GetIdInput;

    use super::super::logged_call::Subject;
    use super::*;
    use crate::login_token::LoginToken;
    use crate::operation::{Operation, Request};

    const NOW: u64 = 1_767_323_045;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn call(number: usize, input: GetIdInput, returned: Option<Returned>) -> LoggedCall {
        LoggedCall {
            number,
            subject: Subject::Operation(Operation::GetId),
            attempt: 1,
            outcome: None,
            fault: None,
            contents: Some(Contents {
                request: Arc::new(Request::GetId(input)),
                time: at(NOW),
                returned,
            }),
        }
    }

    /// A call with a login token that was issued at this time and is valid for an hour.
    fn login(number: usize, issued: u64) -> LoggedCall {
        let token = LoginToken::new("accounts.google.com", "alice").issue(at(issued), "app");
        let input = GetIdInput::builder().logins("accounts.google.com", token);
        call(number, input.build().unwrap(), None)
    }

    /// A call that returned credentials which expire so long after [`NOW`].
    fn credentials(number: usize, expires_in: i64) -> LoggedCall {
        let returned = Returned::Credentials {
            access_key_id: "ASIA".into(),
            expires: seconds(at(NOW)) + expires_in,
        };
        call(
            number,
            GetIdInput::builder().build().unwrap(),
            Some(returned),
        )
    }

    fn line(calls: &[LoggedCall]) -> String {
        clock_line(ClockReading::Frozen(at(NOW)), calls)
    }

    #[test]
    fn the_clock_and_its_distance_from_real_time() {
        let (shown, by) = (at(NOW), Duration::from_millis(1_234_567_999));

        assert_eq!(line(&[]), "frozen at 2026-01-02T03:04:05Z");
        let ahead = clock_line(ClockReading::Ahead { shown, by }, &[]);
        assert_eq!(
            ahead,
            "2026-01-02T03:04:05Z, 1,234,567 s ahead of real time"
        );
        let behind = clock_line(
            ClockReading::Behind {
                shown,
                by: Duration::from_secs(60),
            },
            &[],
        );
        assert_eq!(behind, "2026-01-02T03:04:05Z, 60 s behind real time");
    }

    #[test]
    fn expired_credentials_and_the_newest_valid_ones() {
        let calls = [
            credentials(1, -60),
            credentials(2, 5),
            credentials(3, 3_600),
            credentials(4, 0),
        ];

        assert_eq!(
            line(&calls),
            "frozen at 2026-01-02T03:04:05Z; the credentials of #1 expired 60 s ago; \
             the credentials of #3 expire in 3,600 s; the credentials of #4 expired 0 s ago"
        );
    }

    #[test]
    fn login_tokens_that_have_expired_or_are_not_yet_issued() {
        let calls = [
            login(1, NOW),
            login(2, NOW - 3_600),
            login(3, NOW - 3_600),
            login(4, NOW + 7_200),
        ];

        assert_eq!(
            line(&calls),
            "frozen at 2026-01-02T03:04:05Z; the login token of alice in #2 expired 0 s ago; \
             the login token of alice in #4 will be issued in 7,200 s"
        );
    }

    #[test]
    fn only_the_newest_facts_are_mentioned() {
        let calls = [1, 2, 3, 4].map(|n| credentials(n, -60));

        let line = line(&calls);

        assert!(
            !line.contains("#1") && line.contains("#2") && line.contains("#4"),
            "{line}"
        );
    }
}
