//! The filter line of the board, and what goes with the board to the list and back.

use super::Board;
use crate::action::Key;
use crate::schema::Entity;
use crate::tui::context::Context;
use crate::tui::filter::Typed;
use crate::tui::layer::{Cmds, ListStart};

impl Board {
    /// The board of an entity with what its list showed: filter, mine, and the view for the way back.
    #[must_use]
    pub fn from_list(entity: &Entity, start: ListStart) -> Option<Self> {
        let mut board = Self::new(entity)?;
        let filter = if board.says_itself(entity, &start) { "" } else { &start.filter };
        filter.clone_into(&mut board.filter);
        board.line.replace(filter.to_owned());
        board.mine = start.mine;
        board.came_from = start;
        Some(board)
    }

    /// Whether the list shows no more than the view it opens with, and that only what is open: the columns
    /// say that, and a card must not vanish where it is won.
    fn says_itself(&self, entity: &Entity, start: &ListStart) -> bool {
        let first = entity.first_view();
        let shown = first.filter(|view| start.view.as_deref() == Some(view.name.as_str()));
        let open = format!("{}.state = open", self.field);
        shown.is_some_and(|view| view.query == open && start.filter == open)
    }

    /// The list of what the board shows, laid out as it was before.
    pub(super) fn as_list(&self, ctx: &Context) -> ListStart {
        let of = self.entity(ctx);
        let same =
            self.filter.is_empty() && of.is_some_and(|of| self.says_itself(of, &self.came_from));
        let filter = if same { &self.came_from.filter } else { &self.filter };
        ListStart {
            entity: Some(self.entity.clone()),
            filter: filter.clone(),
            mine: self.mine,
            ..self.came_from.clone()
        }
    }

    pub(super) fn open_filter(&mut self, ctx: &Context) -> Cmds {
        self.line.replace(self.filter.clone());
        self.line.open(ctx, &self.entity);
        self.line.ask().into_iter().collect()
    }

    /// Does what a key asks of the open line; none where it is closed or it is no key of it.
    pub(super) fn filter_key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if !self.line.is_open() {
            return None;
        }
        let typed = self.line.key(key, ctx, &self.entity)?;
        Some(self.filter_typed(typed, ctx))
    }

    pub(super) fn filter_typed(&mut self, typed: Typed, ctx: &Context) -> Cmds {
        if typed == Typed::Moved {
            return self.line.ask().into_iter().collect();
        }
        self.line.check(ctx, &self.entity);
        let asks = self.line.ask();
        if self.line.error().is_some() {
            return asks.into_iter().collect();
        }
        // The cards before stay while the name of a field is being typed.
        let goes_on = self.entity(ctx).is_some_and(|entity| self.line.may_go_on(entity));
        if typed == Typed::Changed && goes_on {
            return asks.into_iter().collect();
        }
        let before = std::mem::replace(&mut self.filter, self.line.text().trim().to_owned());
        let mut cmds = if self.filter == before { Cmds::new() } else { self.anew(ctx) };
        cmds.extend(asks);
        if typed == Typed::Left {
            cmds.extend(self.line.remember(ctx, &self.entity));
        }
        cmds
    }
}
