//! The thread that owns a session and answers what the screens ask, newest question first to count.
//!
//! A reading question that a newer one of the same slot overtakes is dropped, or stopped where it is
//! being answered already; writes are never touched. Quiet questions (counts beside the screen) wait for
//! all others, and one that is being answered is stopped and put back when another comes. While nothing is asked the file is looked at for
//! changes by others. Start at [`Worker::start`].

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::files::{Reach, answer};
use crate::exchange::read::Apart;
use crate::gate::{GateError, Interrupt, Session};
use crate::tui::message::{Input, Ticket};
use crate::tui::request::Request;

/// How often the file is looked at for changes by others.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Default)]
struct State {
    waiting: VecDeque<(Ticket, Request)>,
    /// The reading question that is being answered, and whether it is a quiet one.
    reading: Option<(Ticket, bool)>,
    /// It was stopped for another question and is to be answered later.
    made_room: bool,
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
    /// Starts the thread, which reads and writes files where it is told, imports `apart`; what it has to say goes to `send`, which says whether anybody listens.
    pub fn start(
        session: Session,
        reach: Reach<'static>,
        apart: impl Apart + Send + 'static,
        send: impl Fn(Input) -> bool + Send + 'static,
    ) -> Self {
        let queue = Arc::new(Queue::default());
        let interrupt = session.interrupt();
        let thread = std::thread::spawn({
            let queue = Arc::clone(&queue);
            move || serve(session, (reach, &apart), &queue, &send)
        });
        Self { queue, interrupt, thread: Some(thread) }
    }

    /// Asks; the answer comes by itself.
    pub fn ask(&self, ticket: Ticket, request: Request) {
        let same = |other: &Ticket| other.layer == ticket.layer && other.slot == ticket.slot;
        let mut state = self.queue.lock();
        if !request.writes() {
            state.waiting.retain(|(other, request)| request.writes() || !same(other));
        }
        // The thread takes the lock before it begins the next one, so only this one is stopped.
        match state.reading.as_ref() {
            Some((reading, _)) if same(reading) && !request.writes() => self.interrupt.stop(),
            Some((_, true)) if !request.is_quiet() => {
                state.made_room = true;
                self.interrupt.stop();
            }
            _ => {}
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

fn serve(
    mut session: Session,
    (reach, apart): (Reach<'static>, &dyn Apart),
    queue: &Queue,
    send: &(impl Fn(Input) -> bool + Send),
) {
    loop {
        let next = {
            let mut state = queue.lock();
            state.reading = None;
            if state.waiting.is_empty() && !state.closed {
                let waited = queue.wake.wait_timeout(state, LOOK_EVERY);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            let loud = state.waiting.iter().position(|(_, request)| !request.is_quiet());
            let next = state.waiting.remove(loud.unwrap_or_default());
            state.made_room = false;
            match &next {
                None if state.closed => return,
                Some((ticket, request)) if !request.writes() => {
                    state.reading = Some((*ticket, request.is_quiet()));
                }
                _ => {}
            }
            next
        };
        let said = match next {
            None => {
                // Whatever hinders it is told by the next look.
                let _ = session.gather_words();
                look(&mut session)
            }
            Some((ticket, request)) => {
                let answered =
                    catch_unwind(AssertUnwindSafe(|| answer(&mut session, &request, reach, apart)));
                if !request.is_quiet() {
                    session.note_use();
                }
                if matches!(&answered, Ok(Err(_))) && put_back(queue, ticket, &request) {
                    continue;
                }
                let fault = || GateError::Internal("a request failed; see the log".into());
                Some(Input::Answer(ticket, answered.unwrap_or_else(|_| Err(fault()))))
            }
        };
        if said.is_some_and(|said| !send(said)) {
            return;
        }
    }
}

/// Puts a quiet question that made room for another back into the queue; false where it did not, or where
/// a newer one of its slot waits already.
fn put_back(queue: &Queue, ticket: Ticket, request: &Request) -> bool {
    let mut state = queue.lock();
    if !state.made_room {
        return false;
    }
    let newer =
        |(other, _): &(Ticket, Request)| other.layer == ticket.layer && other.slot == ticket.slot;
    if !state.closed && !state.waiting.iter().any(newer) {
        state.waiting.push_back((ticket, request.clone()));
    }
    true
}

/// Looks for changes by others; a file that cannot be read says so at the next question, whoever may not
/// act any more is told at once.
fn look(session: &mut Session) -> Option<Input> {
    let before = Arc::clone(session.catalog());
    match session.refresh() {
        Ok(false) => None,
        Ok(true) => {
            let now = session.catalog();
            Some(Input::Changed((!Arc::ptr_eq(&before, now)).then(|| Arc::clone(now))))
        }
        // Whoever may not be here any more is told without asking.
        Err(error @ (GateError::SignIn(_) | GateError::SignedOut { .. })) => {
            Some(Input::Failed(error))
        }
        Err(_) => None,
    }
}
