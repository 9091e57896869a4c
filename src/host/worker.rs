//! The thread that owns a session and answers what the screens ask, newest question first to count.
//!
//! A reading question that a newer one of the same slot overtakes is dropped, or stopped where it is
//! being answered already; writes are never touched. While nothing is asked the file is looked at for
//! changes by others. Start at [`Worker::start`].

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::gate::{GateError, Interrupt, Session};
use crate::tui::message::{Input, Ticket};
use crate::tui::request::{Request, answer};

/// How often the file is looked at for changes by others.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Default)]
struct State {
    waiting: VecDeque<(Ticket, Request)>,
    /// The reading question that is being answered.
    reading: Option<Ticket>,
    closed: bool,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread that owns a session.
pub struct Worker {
    queue: Arc<Queue>,
    interrupt: Interrupt,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread; what it has to say goes to `send`, which says whether anybody listens.
    pub fn start(session: Session, send: impl Fn(Input) -> bool + Send + 'static) -> Self {
        let queue = Arc::new(Queue::default());
        let interrupt = session.interrupt();
        let thread = std::thread::spawn({
            let queue = Arc::clone(&queue);
            move || serve(session, &queue, &send)
        });
        Self { queue, interrupt, thread: Some(thread) }
    }

    /// Asks; the answer comes by itself.
    pub fn ask(&self, ticket: Ticket, request: Request) {
        let same = |other: &Ticket| other.layer == ticket.layer && other.slot == ticket.slot;
        let mut state = self.queue.lock();
        if !request.writes() {
            state.waiting.retain(|(other, request)| request.writes() || !same(other));
            // The thread takes the lock before it begins the next one, so only this one is stopped.
            if state.reading.as_ref().is_some_and(same) {
                self.interrupt.stop();
            }
        }
        state.waiting.push_back((ticket, request));
        self.queue.wake.notify_one();
    }
}

impl Drop for Worker {
    /// Lets a write that was asked for come to its end.
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.closed = true;
        state.waiting.retain(|(_, request)| request.writes());
        if state.reading.is_some() {
            self.interrupt.stop();
        }
        drop(state);
        self.queue.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            // What went wrong in it was told when it happened.
            let _ = thread.join();
        }
    }
}

fn serve(mut session: Session, queue: &Queue, send: &(impl Fn(Input) -> bool + Send)) {
    loop {
        let next = {
            let mut state = queue.lock();
            state.reading = None;
            if state.waiting.is_empty() && !state.closed {
                let waited = queue.wake.wait_timeout(state, LOOK_EVERY);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            let next = state.waiting.pop_front();
            match &next {
                None if state.closed => return,
                Some((ticket, request)) if !request.writes() => state.reading = Some(*ticket),
                _ => {}
            }
            next
        };
        let said = match next {
            None => look(&mut session),
            Some((ticket, request)) => {
                let answered = catch_unwind(AssertUnwindSafe(|| answer(&mut session, &request)));
                let fault = || GateError::Internal("a request failed; see the log".into());
                Some(Input::Answer(ticket, answered.unwrap_or_else(|_| Err(fault()))))
            }
        };
        if said.is_some_and(|said| !send(said)) {
            return;
        }
    }
}

/// Looks for changes by others; a file that cannot be read says so at the next question.
fn look(session: &mut Session) -> Option<Input> {
    let before = Arc::clone(session.catalog());
    session.refresh().ok()?.then(|| {
        let now = session.catalog();
        Input::Changed((!Arc::ptr_eq(&before, now)).then(|| Arc::clone(now)))
    })
}
