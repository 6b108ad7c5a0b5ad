//! How often something may happen, and how messages say so.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// How often a fault must fire, or an operation must have been called: a number or a range.
///
/// Methods take `impl IntoTimes`, which numbers and ranges implement, so this type rarely needs to
/// be named.
///
/// ```no_run
/// # use aws_sdk_cognitoidentity::Client;
/// # use mock_cognito_identity::{Fault, MockCognitoIdentity, Times};
/// # let mock = MockCognitoIdentity::start();
/// mock.assert_called(Client::get_id, 3); // exactly
/// mock.assert_called(Client::get_id, 1..); // at least once
/// mock.assert_called(Client::get_id, ..=5); // at most 5 times
/// mock.inject(Fault::throttle().expect(1..=3)); // between 1 and 3 times
/// mock.inject(Fault::throttle().expect(..)); // any number of times, including never
/// ```
///
/// The `Display` output is worded for failure messages:
///
/// ```
/// use mock_cognito_identity::Times;
///
/// assert_eq!(Times::from(2).to_string(), "exactly 2 times");
/// assert_eq!(Times::from(1..).to_string(), "at least once");
/// assert_eq!(Times::from(1..4), Times::from(1..=3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    least: u64,
    /// Inclusive. Less than `least` for an empty range, which contains no number at all.
    most: u64,
}

impl Times {
    /// The default expectation of a fault.
    pub(crate) const AT_LEAST_ONCE: Self = Self {
        least: 1,
        most: u64::MAX,
    };
    pub(crate) const ANY: Self = Self {
        least: 0,
        most: u64::MAX,
    };
    pub(crate) const NEVER: Self = Self { least: 0, most: 0 };
    /// The one form of all empty ranges, so that they are equal.
    const EMPTY: Self = Self { least: 1, most: 0 };

    /// Whether `n` is one of the allowed numbers.
    ///
    /// ```
    /// use mock_cognito_identity::Times;
    ///
    /// assert!(Times::from(1..=3).contains(3));
    /// assert!(!Times::from(1..3).contains(3));
    /// ```
    #[must_use]
    pub fn contains(&self, n: u64) -> bool {
        (self.least..=self.most).contains(&n)
    }

    /// Whether `n` is more than is allowed, so that further events cannot satisfy it.
    pub(crate) fn is_exceeded_by(&self, n: u64) -> bool {
        n > self.most
    }

    /// Panics if this is an empty range, such as `3..3`: nothing can satisfy it, so it must be a
    /// mistake.
    #[track_caller]
    pub(crate) fn not_empty(self) -> Self {
        assert!(
            self != Self::EMPTY,
            "`times` is an empty range and can never be satisfied"
        );
        self
    }

    /// The same as the `Display` output, but counting calls: `1 call`, `at least 2 calls`, `no calls`.
    pub(crate) fn of_calls(&self) -> String {
        let calls = |n: u64| counted(n, "call");
        match (self.least, self.most) {
            (0, u64::MAX) => "any number of calls".to_owned(),
            (0, 0) => "no calls".to_owned(),
            (0, most) => format!("at most {}", calls(most)),
            (least, u64::MAX) => format!("at least {}", calls(least)),
            (least, most) if least == most => calls(least),
            (least, most) if least > most => "an impossible number of calls".to_owned(),
            (least, most) => format!("between {least} and {}", calls(most)),
        }
    }

    /// Reads `2`, `1..=3`, `1..3`, `1..`, `..3` or `..`, as a test in Rust writes it. `None` if the text
    /// is none of them, or an empty range.
    #[cfg(feature = "server")]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let Some((from, to)) = text.split_once("..") else {
            return number(text).map(Self::from);
        };
        let least = if from.trim().is_empty() {
            0
        } else {
            number(from)?
        };
        let most = match to.strip_prefix('=') {
            Some(to) => Some(number(to)?),
            None if to.trim().is_empty() => Some(u64::MAX),
            None => number(to)?.checked_sub(1),
        };
        Some(Self::between(least, most)).filter(|times| *times != Self::EMPTY)
    }

    fn between(least: u64, most: Option<u64>) -> Self {
        match most {
            Some(most) if least <= most => Self { least, most },
            _ => Self::EMPTY,
        }
    }
}

/// `1 call`, `2 calls`.
pub(crate) fn counted(n: u64, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

/// `exactly once`, `between 1 and 3 times`, `never`.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (0, u64::MAX) => f.write_str("any number of times"),
            (0, 0) => f.write_str("never"),
            (0, 1) => f.write_str("at most once"),
            (0, most) => write!(f, "at most {most} times"),
            (1, u64::MAX) => f.write_str("at least once"),
            (least, u64::MAX) => write!(f, "at least {least} times"),
            (1, 1) => f.write_str("exactly once"),
            (least, most) if least == most => write!(f, "exactly {least} times"),
            (least, most) if least > most => f.write_str("an impossible number of times"),
            (least, most) => write!(f, "between {least} and {most} times"),
        }
    }
}

/// Exactly `n` times.
impl From<u64> for Times {
    fn from(n: u64) -> Self {
        Self { least: n, most: n }
    }
}

/// From `start` to one less than `end` times.
impl From<Range<u64>> for Times {
    fn from(range: Range<u64>) -> Self {
        Self::between(range.start, range.end.checked_sub(1))
    }
}

/// At least `start` times.
impl From<RangeFrom<u64>> for Times {
    fn from(range: RangeFrom<u64>) -> Self {
        Self::between(range.start, Some(u64::MAX))
    }
}

/// Any number of times, including never.
impl From<RangeFull> for Times {
    fn from(_: RangeFull) -> Self {
        Self::ANY
    }
}

/// From `start` to `end` times.
impl From<RangeInclusive<u64>> for Times {
    fn from(range: RangeInclusive<u64>) -> Self {
        Self::between(*range.start(), Some(*range.end()))
    }
}

/// Fewer than `end` times.
impl From<RangeTo<u64>> for Times {
    fn from(range: RangeTo<u64>) -> Self {
        Self::between(0, range.end.checked_sub(1))
    }
}

/// At most `end` times.
impl From<RangeToInclusive<u64>> for Times {
    fn from(range: RangeToInclusive<u64>) -> Self {
        Self::between(0, Some(range.end))
    }
}

/// How often something may happen, as a method takes it: a number, a range, or [`Times`].
///
/// Numbers and the bounds of ranges may be `u64`, `usize`, `u32` or `i32`, so lengths and counters
/// can be passed as they are:
///
/// ```
/// # use aws_sdk_cognitoidentity::Client;
/// # use mock_cognito_identity::MockCognitoIdentity;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = MockCognitoIdentity::in_memory();
/// # let client = mock.client();
/// let pools = [mock.seed_pool("red"), mock.seed_pool("blue")];
/// for pool in &pools {
///     client.get_id().identity_pool_id(pool.id()).send().await?;
/// }
/// mock.assert_called(Client::get_id, pools.len());
/// # Ok(())
/// # }
/// ```
///
/// The trait is implemented for these types and for everything else that is `Into<Times>`. It
/// cannot be implemented outside of this crate.
///
/// # Panics
///
/// A method that takes a negative number panics.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number of times",
    label = "not a number of times",
    note = "pass a number, such as `3`, or a range, such as `1..` or `1..=3`",
    note = "a number `n` of another type than `u64`, `usize`, `u32` and `i32` is passed as `n as u64`"
)]
pub trait IntoTimes: sealed::ToTimes {}

// Without it, the compiler would not show the message above, but ask for an impl of `From`.
#[diagnostic::do_not_recommend]
impl<T: sealed::ToTimes> IntoTimes for T {}

mod sealed {
    #![allow(unnameable_types, reason = "an unnameable supertrait seals a trait")]

    use std::ops::{Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

    use super::Times;

    pub trait ToTimes {
        #[doc(hidden)]
        fn to_times(self) -> Times;
    }

    #[diagnostic::do_not_recommend]
    impl<T: Into<Times>> ToTimes for T {
        fn to_times(self) -> Times {
            self.into()
        }
    }

    // `i32` is what the compiler takes an integer literal for, once several types would do.
    macro_rules! to_times {
        ($($number:ty)+) => {$(
            #[diagnostic::do_not_recommend]
            impl ToTimes for $number {
                #[track_caller]
                fn to_times(self) -> Times {
                    number(self).into()
                }
            }

            #[diagnostic::do_not_recommend]
            impl ToTimes for Range<$number> {
                #[track_caller]
                fn to_times(self) -> Times {
                    (number(self.start)..number(self.end)).into()
                }
            }

            #[diagnostic::do_not_recommend]
            impl ToTimes for RangeFrom<$number> {
                #[track_caller]
                fn to_times(self) -> Times {
                    (number(self.start)..).into()
                }
            }

            #[diagnostic::do_not_recommend]
            impl ToTimes for RangeInclusive<$number> {
                #[track_caller]
                fn to_times(self) -> Times {
                    let (start, end) = self.into_inner();
                    (number(start)..=number(end)).into()
                }
            }

            #[diagnostic::do_not_recommend]
            impl ToTimes for RangeTo<$number> {
                #[track_caller]
                fn to_times(self) -> Times {
                    (..number(self.end)).into()
                }
            }

            #[diagnostic::do_not_recommend]
            impl ToTimes for RangeToInclusive<$number> {
                #[track_caller]
                fn to_times(self) -> Times {
                    (..=number(self.end)).into()
                }
            }
        )+};
    }
    to_times!(usize u32 i32);

    #[track_caller]
    fn number(n: impl TryInto<u64> + Copy + std::fmt::Display) -> u64 {
        n.try_into()
            .unwrap_or_else(|_| panic!("`times` must not be negative, got {n}"))
    }
}

#[cfg(test)]
mod tests {
    use super::sealed::ToTimes as _;
    use super::*;

    #[test]
    fn a_number_allows_only_itself() {
        let times = Times::from(2);

        assert_eq!(
            [1, 2, 3].map(|n| times.contains(n)),
            [false, true, false],
            "{times:?}"
        );
    }

    #[test]
    fn every_kind_of_range_allows_the_numbers_that_it_contains() {
        for n in 0..8 {
            assert_eq!(Times::from(2..4).contains(n), (2..4).contains(&n));
            assert_eq!(Times::from(2..=4).contains(n), (2..=4).contains(&n));
            assert_eq!(Times::from(2..).contains(n), (2..).contains(&n));
            assert_eq!(Times::from(..4).contains(n), (..4).contains(&n));
            assert_eq!(Times::from(..=4).contains(n), (..=4).contains(&n));
            assert!(Times::from(..).contains(n));
        }
        assert!(Times::from(1..).contains(u64::MAX));
    }

    #[test]
    #[cfg(feature = "server")]
    fn times_are_read_as_rust_writes_them() {
        for (text, times) in [
            ("2", Times::from(2)),
            ("1..=3", Times::from(1..=3)),
            ("1..3", Times::from(1..3)),
            (" 1 .. ", Times::from(1..)),
            ("..3", Times::from(..3)),
            ("..=3", Times::from(..=3)),
            ("..", Times::from(..)),
        ] {
            assert_eq!(Times::parse(text), Some(times), "{text}");
        }
        for text in [
            "", "x", "-1", "3..3", "3..=2", "..0", "1..x", "=3", "1.5", "..=",
        ] {
            assert_eq!(Times::parse(text), None, "{text}");
        }
    }

    #[test]
    fn times_in_words() {
        let words = |times: Times| (times.to_string(), times.of_calls());
        let pair = |adverb: &str, noun: &str| (adverb.to_owned(), noun.to_owned());

        assert_eq!(words(Times::from(0)), pair("never", "no calls"));
        assert_eq!(words(Times::from(1)), pair("exactly once", "1 call"));
        assert_eq!(words(Times::from(2)), pair("exactly 2 times", "2 calls"));
        assert_eq!(
            words(Times::from(1..)),
            pair("at least once", "at least 1 call")
        );
        assert_eq!(
            words(Times::from(2..)),
            pair("at least 2 times", "at least 2 calls")
        );
        assert_eq!(
            words(Times::from(..2)),
            pair("at most once", "at most 1 call")
        );
        assert_eq!(
            words(Times::from(..=3)),
            pair("at most 3 times", "at most 3 calls")
        );
        assert_eq!(
            words(Times::from(1..=3)),
            pair("between 1 and 3 times", "between 1 and 3 calls")
        );
        assert_eq!(
            words(Times::from(..)),
            pair("any number of times", "any number of calls")
        );
    }

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "the mistake under test")]
    fn empty_ranges_allow_nothing() {
        for empty in [
            Times::from(3..3),
            Times::from(5..=2),
            Times::from(..0),
            Times::from(0..0),
        ] {
            assert!(!empty.contains(0) && !empty.contains(3));
            assert_eq!(empty.to_string(), "an impossible number of times");
        }
    }

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "the mistake under test")]
    fn numbers_of_every_accepted_type() {
        assert_eq!(3_usize.to_times(), Times::from(3));
        assert_eq!(3_u32.to_times(), Times::from(3));
        assert_eq!(3.to_times(), Times::from(3));
        assert_eq!((2_usize..4).to_times(), Times::from(2..4));
        assert_eq!((2_u32..=4).to_times(), Times::from(2..=4));
        assert_eq!((2..).to_times(), Times::from(2..));
        assert_eq!((..4_usize).to_times(), Times::from(..4));
        assert_eq!((..=4).to_times(), Times::from(..=4));
        assert_eq!((..).to_times(), Times::ANY);
        assert_eq!((4..=2).to_times(), Times::EMPTY);
    }

    #[test]
    #[should_panic(expected = "`times` must not be negative, got -1")]
    fn a_negative_number_panics() {
        let _ = (-1..).to_times();
    }

    #[test]
    #[should_panic(expected = "`times` is an empty range")]
    fn an_empty_range_panics() {
        let _ = Times::from(3..3).not_empty();
    }
}
