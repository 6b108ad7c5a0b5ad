//! A call in one line: what its input and its answer say.
//!
//! Lists of calls, transcripts and the `Display` of a call say the same things and differ only in
//! how they name them. [`input()`] and [`Returned`] say what there is to say; a [`Vocabulary`] has the
//! names: that of the pool for a pool's id, provider and subject for a login token, and so on. Login
//! tokens and secrets have no names and are never printed.

mod input;
mod log_words;
mod login;
mod mentioned;
mod names;
mod placeholders;
mod returned;
mod vocabulary;

pub(crate) use input::input;
pub(crate) use log_words::LogWords;
pub(crate) use login::Login;
pub(crate) use mentioned::Mentioned;
pub(crate) use names::Names;
pub(crate) use placeholders::Placeholders;
pub(crate) use returned::{Returned, next_token_given, seconds};
pub(crate) use vocabulary::{Fingerprint, Vocabulary};
