//! Times in the bodies of control routes: `2026-01-02T03:04:05.678Z`.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::clock::Clock;
use crate::document::{Json, Mistake, Reader};

/// A time, to the millisecond.
pub(crate) fn text(at: SystemTime) -> String {
    let at = DateTime::from(at);
    // The mock's clock shows no time that the format does not have.
    let whole = DateTime::from_secs(at.secs()).fmt(Format::DateTime);
    let whole = whole.unwrap_or_default();
    let millis = at.subsec_nanos() / 1_000_000;
    format!("{}.{millis:03}Z", whole.trim_end_matches('Z'))
}

pub(super) fn json(at: SystemTime) -> Json {
    Json::text(text(at))
}

/// Reads a time that the mock's clock can show.
pub(super) fn read(value: &Reader<'_>) -> Result<SystemTime, Mistake> {
    let time = value.text().ok().and_then(parse);
    time.ok_or_else(|| {
        value.expected(
            r#"a time such as "2026-01-02T03:04:05Z", from year 1 to the end of year 9999"#,
        )
    })
}

/// Parses a time that the mock's clock can show.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let time = DateTime::from_str(text, Format::DateTimeWithOffset).ok()?;
    let time = SystemTime::try_from(time).ok()?;
    Clock::can_show(time).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_they_are_read() {
        for time in [
            "2026-01-02T03:04:05.678Z",
            "0001-01-01T00:00:00.000Z",
            "9999-12-30T23:59:59.000Z",
        ] {
            assert_eq!(text(parse(time).unwrap()), time);
        }
        assert_eq!(
            text(parse("2026-01-02T04:04:05+01:00").unwrap()),
            "2026-01-02T03:04:05.000Z"
        );
        for text in [
            "",
            "now",
            "2026-01-02",
            "9999-12-31T00:00:00Z",
            "1767323045",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
