//! The mock's clock.

use super::answer::Answer;
use super::request::Request;
use super::{duration, time};
use crate::clock::{Clock, ClockReading};
use crate::document::{Json, Reader};

pub(super) fn get(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    Ok(shown(request.clock()))
}

pub(super) fn set(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let json = request.json()?;
    let members = Reader::root(&json).object()?;
    let to = time::read(&members.required("now")?)?;
    members.no_others()?;
    request.clock().set(to);
    Ok(shown(request.clock()))
}

pub(super) fn advance(request: &Request<'_>, _: &str) -> Result<Answer, Answer> {
    request.query(None)?;
    let json = request.json()?;
    let members = Reader::root(&json).object()?;
    let by = members.required("by")?;
    let duration = duration::read(&by)?;
    members.no_others()?;
    let clock = request.clock();
    // The margin is for the time that passes on a running clock until it is moved.
    let margin = std::time::Duration::from_secs(60);
    let to = duration
        .checked_add(margin)
        .and_then(|by| clock.now().checked_add(by));
    if !to.is_some_and(Clock::can_show) {
        return Err(by
            .mistake("must leave the clock before the end of the year 9999")
            .into());
    }
    clock.advance(duration);
    Ok(shown(clock))
}

fn shown(clock: &Clock) -> Answer {
    let runs = match clock.reading() {
        None => "in real time",
        Some(ClockReading::Frozen(_)) => "not at all",
        Some(ClockReading::FollowsTokio(_)) => "with tokio's time",
        Some(ClockReading::Ahead { .. }) => "ahead of real time",
        Some(ClockReading::Behind { .. }) => "behind real time",
    };
    Answer::json(&Json::object([
        ("now", Some(time::json(clock.now()))),
        ("runs", Some(Json::text(runs))),
    ]))
}
