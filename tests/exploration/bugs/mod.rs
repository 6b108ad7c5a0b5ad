//! Small applications with one bug each, and what exploration finds of it. The field or argument
//! `mended` switches the bug off, and then nothing is found.

mod answers;
mod background;
mod pools;
mod recovery;
mod retries;
mod timeouts;
