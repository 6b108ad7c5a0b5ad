//! The server as a process sees it: its start and end, its threads and its time.

mod after_shutdown;
mod auto_traits;
mod leaks;
mod lifecycle;
mod paused_time;
