//! The records of a choice, page by page.

use std::collections::BTreeSet;

use super::{Chosen, PIECE, Place};
use crate::gate::error::Result;
use crate::gate::read::{ListRequest, Window};
use crate::gate::session::Session;
use crate::gate::store::rows::Projection;
use crate::model::{Name, Record, RecordId};
use crate::policy::Right;

impl Session {
    /// Some of the records that were chosen, with these fields (all where none is named), and where to
    /// go on. Records that are gone are left out.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn chosen(
        &self,
        chosen: &Chosen,
        fields: &[Name],
        place: &Place,
    ) -> Result<(Vec<Record>, Option<Place>)> {
        match chosen {
            Chosen::These(records) => {
                let from = match place {
                    Place::At(from) => *from,
                    Place::Start | Place::After(..) => 0,
                };
                let moment = self.moment();
                let mut found = Vec::new();
                let upto = records.len().min(from + PIECE);
                for record in &records[from.min(upto)..upto] {
                    let entity = self.entity(&record.entity)?;
                    self.demand(Right::Read, &entity.name)?;
                    let projection = Projection::new(&self.shown, entity, fields, &moment);
                    found.extend(self.store.record(&projection, record.id)?);
                }
                Ok((found, (upto < records.len()).then_some(Place::At(upto))))
            }
            Chosen::All { list, but } => self.page_of(list, but, fields, place),
        }
    }

    /// The next page of a list without those taken out.
    pub(super) fn page_of(
        &self,
        list: &ListRequest,
        but: &BTreeSet<RecordId>,
        fields: &[Name],
        place: &Place,
    ) -> Result<(Vec<Record>, Option<Place>)> {
        let (window, done) = match place {
            Place::After(cursor, done) => (Window::After((**cursor).clone()), *done),
            Place::Start | Place::At(_) => (Window::First, 0),
        };
        let request = ListRequest { window, limit: PIECE, fields: fields.to_vec(), ..list.clone() };
        let mut page = self.list(&request)?;
        let last = page.cursors.pop();
        let ended = page.at_end;
        page.rows.retain(|record| !but.contains(&record.id));
        let done = done + page.rows.len();
        let next = last.filter(|_| !ended).map(|last| Place::After(Box::new(last), done));
        Ok((page.rows, next))
    }
}
