//! The mock as part of a process: its start and end, threads, file descriptors, tokio's paused
//! time, and auto traits.

mod after_shutdown;
mod auto_traits;
mod leaks;
mod lifecycle;
mod paused_time;
