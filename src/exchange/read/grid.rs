//! Cells as they come -> the header and its rows.
//!
//! Holds the rows until the header is found among them, then one row. Start at [`Grid::cell`].

use calamine::Dimensions;

use super::Stop;
use super::cell::Written;
use super::frames::Sink;
use super::notice::{Left, Notice, Refusal};
use super::text::MOST_COLUMNS;

/// Among how many rows with anything in them the header is looked for.
const LOOKED_AT: usize = 25;

/// The last row and column there can be, from 0.
const LAST_ROW: u32 = 1_048_575;

/// A row with anything in it.
#[derive(Default)]
struct Line {
    row: u32,
    /// So many of the cells are used; the others are kept for their memory.
    used: usize,
    cells: Vec<Written>,
}

impl Line {
    fn clear(&mut self, row: u32) {
        for cell in &mut self.cells[..self.used] {
            cell.clear();
        }
        self.row = row;
        self.used = 0;
    }

    fn cells(&self) -> &[Written] {
        &self.cells[..self.used]
    }

    fn filled(&self) -> usize {
        self.cells().iter().filter(|cell| !cell.text.trim().is_empty()).count()
    }
}

/// Where the rows begin, once that is known.
struct Table {
    left: usize,
    width: usize,
}

/// Cells that take the value above them.
struct Merge {
    range: Dimensions,
    value: String,
}

/// A sheet on its way out.
pub(super) struct Grid<'n> {
    sheet: &'n str,
    line: Line,
    begun: bool,
    waiting: Vec<Line>,
    table: Option<Table>,
    merges: Vec<Merge>,
    /// Merges before this one lie above the row.
    passed: usize,
    errors: Option<(u64, String, String)>,
    beside: Option<(u64, String)>,
}

impl<'n> Grid<'n> {
    /// For a sheet with these merged cells.
    pub fn new(sheet: &'n str, merges: Vec<Dimensions>) -> Self {
        let mut merges: Vec<Merge> = merges
            .into_iter()
            .filter(|range| range.end.0 > range.start.0)
            .map(|range| Merge { range, value: String::new() })
            .collect();
        merges.sort_by_key(|merge| merge.range.start);
        Self {
            sheet,
            line: Line::default(),
            begun: false,
            waiting: Vec::new(),
            table: None,
            merges,
            passed: 0,
            errors: None,
            beside: None,
        }
    }

    /// Nothing stood in the sheet.
    pub fn is_empty(&self) -> bool {
        !self.begun
    }

    /// Where the last cell stood, for messages: `Sheet1!C7`.
    pub fn place(&self) -> String {
        format!("{}!{}", self.sheet, name_of(self.line.row, self.line.used.saturating_sub(1)))
    }

    /// The place for the text of the next cell; rows must come from the top down.
    pub fn cell(
        &mut self,
        row: u32,
        column: u32,
        sink: &mut Sink<'_>,
    ) -> Result<&mut Written, Stop> {
        if row > LAST_ROW {
            return Err(Refusal::broken(self.place(), "rows beyond the last one").into());
        }
        if !self.begun {
            self.begun = true;
            self.line.row = row;
        } else if row != self.line.row {
            if row < self.line.row {
                let what = format!("row {} comes after row {}", row + 1, self.line.row + 1);
                return Err(Refusal::broken(self.place(), what).into());
            }
            self.end_line(sink)?;
            self.line.clear(row);
        }
        // A cell far to the right makes its row too wide to be taken, not a million cells long.
        let column = (column as usize).min(MOST_COLUMNS + 1);
        if column >= self.line.cells.len() {
            self.line.cells.resize_with(column + 1, Written::default);
        }
        self.line.used = self.line.used.max(column + 1);
        Ok(&mut self.line.cells[column])
    }

    fn end_line(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        if self.line.filled() == 0 {
            return Ok(());
        }
        if self.table.is_some() {
            return self.emit(sink);
        }
        self.waiting.push(std::mem::take(&mut self.line));
        if self.waiting.len() == LOOKED_AT {
            self.begin(sink)?;
        }
        Ok(())
    }

    /// Finds the header among the rows that wait, and lets them go.
    fn begin(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let waiting = std::mem::take(&mut self.waiting);
        let at = header_among(&waiting);
        let header = &waiting[at];
        let filled = |cell: &Written| !cell.text.trim().is_empty();
        let cells = header.cells();
        let left = cells.iter().position(filled).unwrap_or(0);
        let width = cells.iter().rposition(filled).map_or(0, |last| last + 1 - left);
        if width > MOST_COLUMNS {
            let (row, columns) = (u64::from(header.row) + 1, width as u64);
            return Err(Refusal::Wide { row, columns }.into());
        }
        if at > 0 {
            sink.notice(&Notice::Above { rows: at as u64, header: u64::from(header.row) + 1 })?;
        }
        let names: Vec<String> =
            cells[left..left + width].iter().map(|cell| cell.text.clone()).collect();
        sink.headers(&names)?;
        self.table = Some(Table { left, width });
        for line in waiting.into_iter().skip(at + 1) {
            self.line = line;
            self.emit(sink)?;
        }
        Ok(())
    }

    fn emit(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        if !self.merges.is_empty() {
            self.fill_merged();
        }
        let Some(Table { left, width }) = self.table else { return Ok(()) };
        let line = &self.line;
        for (column, cell) in line.cells().iter().enumerate() {
            let place = || format!("{}!{}", self.sheet, name_of(line.row, column));
            if cell.error {
                let (count, _, _) =
                    self.errors.get_or_insert_with(|| (0, place(), cell.text.clone()));
                *count += 1;
            }
            if column < left && !cell.text.trim().is_empty() {
                self.beside.get_or_insert_with(|| (0, place())).0 += 1;
            }
        }
        let cells = line.cells().get(left..).unwrap_or_default();
        let missing = width.saturating_sub(cells.len());
        let cells = cells.iter().map(|cell| cell.text.as_str());
        sink.row(u64::from(line.row) + 1, cells.chain(std::iter::repeat_n("", missing)))?;
        Ok(())
    }

    /// Gives the value of merged cells to every row of them.
    fn fill_merged(&mut self) {
        let row = self.line.row;
        while self.merges.get(self.passed).is_some_and(|merge| merge.range.end.0 < row) {
            self.passed += 1;
        }
        for merge in &mut self.merges[self.passed..] {
            let Dimensions { start, end } = merge.range;
            if start.0 > row {
                break;
            }
            let column = start.1 as usize;
            if end.0 < row || column > MOST_COLUMNS {
                continue;
            }
            if start.0 == row {
                merge.value = self
                    .line
                    .cells()
                    .get(column)
                    .map_or_else(String::new, |cell| cell.text.clone());
            } else if !merge.value.is_empty() {
                if column >= self.line.cells.len() {
                    self.line.cells.resize_with(column + 1, Written::default);
                }
                self.line.used = self.line.used.max(column + 1);
                let cell = &mut self.line.cells[column];
                if cell.text.is_empty() {
                    cell.text.clone_from(&merge.value);
                }
            }
        }
    }

    /// Lets out what is left, and says what is to be said.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        self.end_line(sink)?;
        if self.table.is_none() {
            if self.waiting.is_empty() {
                return Err(Refusal::Empty.into());
            }
            self.begin(sink)?;
        }
        if !self.merges.is_empty() {
            sink.notice(&Notice::Merged { ranges: self.merges.len() as u64 })?;
        }
        if let Some((cells, first, says)) = self.errors {
            sink.notice(&Notice::Errors { cells, first, says })?;
        }
        if let Some((count, first)) = self.beside {
            sink.notice(&Notice::Left { count, what: Left::Values, first })?;
        }
        Ok(())
    }
}

/// The row that names the columns: the first that is nearly as wide as the widest and of words.
fn header_among(lines: &[Line]) -> usize {
    let widest = lines.iter().map(Line::filled).max().unwrap_or(0);
    let wide = |line: &&Line| line.filled() * 2 > widest;
    let worded = |line: &Line| {
        let words = line.cells().iter().filter(|cell| cell.word && !cell.text.trim().is_empty());
        words.count() * 2 > line.filled()
    };
    let first = lines.iter().position(|line| wide(&line) && worded(line));
    first.or_else(|| lines.iter().position(|line| wide(&line))).unwrap_or(0)
}

/// `C7`.
fn name_of(row: u32, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", String::from_utf8_lossy(&letters), row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_names() {
        for (row, column, name) in
            [(0, 0, "A1"), (6, 2, "C7"), (0, 25, "Z1"), (0, 26, "AA1"), (9, 16_383, "XFD10")]
        {
            assert_eq!(name_of(row, column), name);
        }
    }
}
