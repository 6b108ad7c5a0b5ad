//! The threads that serve mocks over TCP.
//!
//! A thread serves one mock at a time. When its mock is dropped, it waits for the next one: starting
//! a thread and a runtime takes as long as a call does.

use std::io;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::ThreadId;

use tokio::runtime::{Handle, Runtime};

/// How many threads wait for a mock. A thread that finds this many waiting ends with its mock.
const MAX_IDLE: usize = 1;

static IDLE: Mutex<Vec<Worker>> = Mutex::new(Vec::new());

/// A thread with a runtime, which serves one mock.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: mpsc::Sender<Assignment>,
    runtime: Handle,
    thread: ThreadId,
    /// The process that the thread belongs to. A fork does not copy threads.
    process: u32,
}

type Job = Box<dyn FnOnce(&Runtime) + Send>;

/// A job, and the worker to be put back when it is done.
struct Assignment {
    job: Job,
    worker: Worker,
    /// Dropped when the job is done.
    done: mpsc::Sender<()>,
}

/// A worker that serves a mock.
#[derive(Debug)]
pub(super) struct Busy {
    pub(super) thread: ThreadId,
    /// Disconnects when the job is done. The mutex only makes the receiver `Sync`.
    done: Mutex<mpsc::Receiver<()>>,
}

impl Worker {
    /// An idle worker, or else a new one.
    pub(super) fn take() -> io::Result<Self> {
        loop {
            let worker = idle().pop();
            match worker {
                Some(worker) if worker.process == std::process::id() => return Ok(worker),
                Some(_) => {}
                None => return Self::start(),
            }
        }
    }

    fn start() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let handle = runtime.handle().clone();
        let (jobs, assignments) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("mock-cognito-identity".to_owned())
            .spawn(move || work(&runtime, &assignments))?;
        Ok(Self {
            jobs,
            runtime: handle,
            thread: thread.thread().id(),
            process: std::process::id(),
        })
    }

    /// The runtime that the worker's sockets belong to.
    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Runs a job on the thread. What the job owns is dropped there.
    pub(super) fn run(self, job: impl FnOnce(&Runtime) + Send + 'static) -> io::Result<Busy> {
        let (thread, jobs) = (self.thread, self.jobs.clone());
        let (done, is_done) = mpsc::channel();
        let assignment = Assignment {
            job: Box::new(job),
            worker: self,
            done,
        };
        let sent = jobs.send(assignment);
        sent.map_err(|_| io::Error::other("the thread of the server has ended"))?;
        Ok(Busy {
            thread,
            done: Mutex::new(is_done),
        })
    }
}

impl Busy {
    /// Waits until the job is done, if that takes no longer than `limit`.
    pub(super) fn wait(&mut self, limit: std::time::Duration) -> bool {
        let done = self.done.get_mut().unwrap_or_else(PoisonError::into_inner);
        done.recv_timeout(limit) != Err(mpsc::RecvTimeoutError::Timeout)
    }
}

/// Runs on the thread: one job after the other.
fn work(runtime: &Runtime, assignments: &mpsc::Receiver<Assignment>) {
    while let Ok(Assignment { job, worker, done }) = assignments.recv() {
        job(runtime);
        let mut idle = idle();
        if idle.len() < MAX_IDLE {
            idle.push(worker);
        } else {
            // The sender of this worker's own jobs: without it, the loop ends.
            drop(worker);
        }
        drop(idle);
        drop(done);
    }
}

fn idle() -> std::sync::MutexGuard<'static, Vec<Worker>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}
