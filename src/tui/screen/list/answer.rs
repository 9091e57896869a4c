//! What the answers to the questions of a list change.

use super::beside::{LIFE, RECORD, TASK};
use super::follow::FOLLOW;
use super::{COUNT, GROUP_PAGE, GROUPS, List, NEAR, PAGE, SAVE_VIEW, TOTALS, VIEW_COUNT, VIEWS};
use crate::gate::{Count, ErrorKind, GateError, Hit, Page, SearchRequest};
use crate::model::RecordId;
use crate::query::Query;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;

/// The list was refused: it is noted.
const REFUSED: Slot = Slot("list.refused", 0);
/// So many near matches are shown at most.
const NEAR_ONES: usize = 20;

impl List {
    pub(super) fn answered(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (VIEWS, Ok(reply)) => self.take_views(&reply, ctx),
            (Slot(VIEW_COUNT, n), answer) => {
                // A count that cannot be had is not shown; nothing else depends on it.
                if let Ok(reply) = &answer {
                    self.take_view_count(n, reply);
                }
                Cmds::new()
            }
            (SAVE_VIEW, Ok(reply)) => self.view_written(&reply, ctx),
            (SAVE_VIEW, Err(error)) => {
                self.saving = None;
                vec![Cmd::Say(Role::Error, ctx.said(&error))]
            }
            (GROUPS, Ok(Reply::Groups(found))) => {
                self.problem = None;
                let mut cmds = self.take_groups(found, ctx);
                cmds.extend(self.look_closer(ctx));
                cmds
            }
            (Slot(GROUP_PAGE, n), Err(error)) if error.kind() == ErrorKind::NotFound => {
                self.lost_track(n)
            }
            (FOLLOW, Ok(Reply::Record(record))) => self.take_followed(&record, ctx),
            // It went away meanwhile: there is nothing to go along with.
            (FOLLOW, _) => Cmds::new(),
            (Slot(GROUP_PAGE, n), Ok(reply)) => {
                let mut cmds = self.take_group_page(n, reply, ctx);
                cmds.extend(self.look_closer(ctx));
                cmds
            }
            (TOTALS, Ok(Reply::Buckets(buckets))) => {
                self.totals = buckets.into_iter().next().map(|bucket| bucket.values);
                Cmds::new()
            }
            (NEAR, Ok(Reply::Hits(hits))) => self.take_near(&hits, ctx),
            (RECORD | LIFE | TASK, Ok(reply)) => {
                self.take_beside(slot, reply);
                Cmds::new()
            }
            // A record that went away meanwhile: the place is lost, the beginning is not.
            (PAGE, Err(error)) if error.kind() == ErrorKind::NotFound => {
                self.rows.lost().map(|ask| Cmd::Ask(PAGE, ask)).into_iter().collect()
            }
            (REFUSED, _) => Cmds::new(),
            (_, Err(error)) => self.fail(slot, &error, ctx),
            // The rows before stay while the name of a field is being typed.
            (PAGE, Ok(Reply::Page(page))) if page.rows.is_empty() && self.may_go_on(ctx) => {
                self.rows.failed();
                Cmds::new()
            }
            (COUNT, Ok(Reply::Count(Count::Exactly(0)))) if self.may_go_on(ctx) => Cmds::new(),
            (_, Ok(reply)) => {
                let near = match &reply {
                    Reply::Page(page) if slot == PAGE => self.ask_near(page, ctx),
                    _ => None,
                };
                if slot == PAGE {
                    self.problem = None;
                }
                let next = self.rows.take(reply, self.height(ctx));
                let mut cmds: Cmds = next.map(|next| Cmd::Ask(slot, next)).into_iter().collect();
                cmds.extend(near);
                cmds.extend(self.look_closer(ctx));
                cmds
            }
        }
    }

    fn fail(&mut self, slot: Slot, error: &GateError, ctx: &Context) -> Cmds {
        if slot != PAGE && slot != GROUPS {
            return Cmds::new();
        }
        self.rows.failed();
        let stood = self.problem.as_ref().is_some_and(|state| state.need().is_some());
        let state = State::of(error, ctx);
        // It is one refusal however often the page that is refused asks again.
        let refused = state.need().cloned().filter(|_| !stood);
        self.problem = Some(state);
        refused.map(|need| Cmd::Ask(REFUSED, Request::Refused(need))).into_iter().collect()
    }

    /// Where no row has the words that were typed: asks what is near to them, as the search does.
    fn ask_near(&self, page: &Page, ctx: &Context) -> Option<Cmd> {
        let nothing = page.rows.is_empty() && page.at_start && page.at_end;
        if !nothing || self.near.is_some() || self.rows.request().deleted {
            return None;
        }
        let condition = self.condition(ctx)?;
        let text = condition.words()?.to_owned();
        let rest = condition.without_words();
        let search = SearchRequest {
            text,
            entities: vec![self.entity.clone()],
            filter: (!rest.is_everything()).then_some(rest),
            limit: NEAR_ONES,
        };
        Some(Cmd::Ask(NEAR, Request::Search(search)))
    }

    /// Shows the near ones in place of nothing.
    fn take_near(&mut self, hits: &[Hit], ctx: &Context) -> Cmds {
        let words = self.condition(ctx).and_then(|query| query.words().map(str::to_owned));
        let (Some(words), false) = (words, hits.is_empty()) else { return Cmds::new() };
        let ids: Vec<String> = hits.iter().map(|hit| hit.record.id.to_string()).collect();
        let text = format!("id in ({})", ids.join(", "));
        let Ok(filter) = Query::parse(&text, &ctx.catalog, &self.entity) else {
            return Cmds::new();
        };
        self.near = Some(words);
        self.rows.request_mut().filter = Some(filter);
        let mut cmds = vec![Cmd::Forget(COUNT), Cmd::Ask(PAGE, self.rows.load())];
        cmds.extend(self.rows.count().map(|count| Cmd::Ask(COUNT, count)));
        cmds
    }

    /// Stands on the record that was walked to while it was looked at.
    pub(super) fn stand_on(&mut self, id: &str, ctx: &Context) -> Cmds {
        let Some(id) = id.parse().ok().map(RecordId) else { return Cmds::new() };
        if self.groups.is_some() || self.current().is_some_and(|record| record.id == id) {
            return Cmds::new();
        }
        if self.rows.select(id) {
            return self.look_closer(ctx);
        }
        vec![Cmd::Ask(PAGE, self.rows.load_at(id))]
    }
}
