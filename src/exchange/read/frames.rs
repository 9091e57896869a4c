//! Rows on their way from the process that reads to the one that imports.
//!
//! A frame is a byte that says its kind, the length of what follows (four bytes, little end first), and
//! that. Whoever reads them trusts nothing: lengths are bounded, text is checked. Start at [`Frame`].

use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};

use csv::StringRecord;

use super::notice::{Notice, Refusal};

/// The longest frame that is believed, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

/// Something that came from the reader.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::exchange) enum Frame {
    /// The columns.
    Headers(Vec<String>),
    /// A row: its number and its cells.
    Row(u64, StringRecord),
    /// A row that is no record, with what stands there.
    Broken(u64, StringRecord),
    /// Something to say.
    Notice(Notice),
    /// The file is refused.
    Refused(Refusal),
    /// That was all.
    End,
}

/// Where a reader puts what it finds.
pub(super) struct Sink<'w> {
    out: &'w mut dyn Write,
    buffer: Vec<u8>,
}

impl<'w> Sink<'w> {
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self { out, buffer: Vec::with_capacity(1 << 12) }
    }

    pub fn headers(&mut self, headers: &[String]) -> io::Result<()> {
        self.cells(b'H', 0, headers.iter().map(String::as_str))
    }

    pub fn row<'c>(&mut self, number: u64, cells: impl Iterator<Item = &'c str>) -> io::Result<()> {
        self.cells(b'R', number, cells)
    }

    pub fn broken(&mut self, number: u64, text: &str) -> io::Result<()> {
        self.cells(b'B', number, std::iter::once(text))
    }

    pub fn notice(&mut self, notice: &Notice) -> io::Result<()> {
        self.json(b'N', notice)
    }

    pub fn refused(&mut self, refusal: &Refusal) -> io::Result<()> {
        self.json(b'X', refusal)
    }

    pub fn end(&mut self) -> io::Result<()> {
        self.frame(b'Z')?;
        self.out.flush()
    }

    fn cells<'c>(
        &mut self,
        kind: u8,
        number: u64,
        cells: impl Iterator<Item = &'c str>,
    ) -> io::Result<()> {
        self.buffer.extend_from_slice(&number.to_le_bytes());
        for cell in cells {
            self.buffer.extend_from_slice(&(cell.len() as u32).to_le_bytes());
            self.buffer.extend_from_slice(cell.as_bytes());
        }
        self.frame(kind)
    }

    fn json(&mut self, kind: u8, value: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.buffer, value)?;
        self.frame(kind)
    }

    fn frame(&mut self, kind: u8) -> io::Result<()> {
        let mut head = [kind, 0, 0, 0, 0];
        head[1..].copy_from_slice(&(self.buffer.len() as u32).to_le_bytes());
        self.out.write_all(&head)?;
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

/// Takes the next frame; anything that is none is [`Refusal::Died`].
pub(in crate::exchange) fn next(
    from: &mut impl BufRead,
    buffer: &mut Vec<u8>,
) -> io::Result<Frame> {
    let died = Ok(Frame::Refused(Refusal::Died));
    let mut head = [0; 5];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return died,
        other => other?,
    }
    let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
    if length > LONGEST {
        return died;
    }
    buffer.clear();
    if from.by_ref().take(length as u64).read_to_end(buffer)? < length {
        return died;
    }
    let cells = || {
        let (number, mut rest) = buffer.split_first_chunk::<8>()?;
        let mut cells = StringRecord::with_capacity(rest.len(), 16);
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let cell = after.get(..u32::from_le_bytes(*length) as usize)?;
            cells.push_field(std::str::from_utf8(cell).ok()?);
            rest = &after[cell.len()..];
        }
        rest.is_empty().then_some((u64::from_le_bytes(*number), cells))
    };
    let frame = match head[0] {
        b'H' => cells().map(|(_, cells)| Frame::Headers(cells.iter().map(str::to_owned).collect())),
        b'R' => cells().map(|(number, cells)| Frame::Row(number, cells)),
        b'B' => cells().map(|(number, cells)| Frame::Broken(number, cells)),
        b'N' => serde_json::from_slice(buffer).ok().map(Frame::Notice),
        b'X' => serde_json::from_slice(buffer).ok().map(Frame::Refused),
        b'Z' => Some(Frame::End),
        _ => None,
    };
    frame.map_or(died, Ok)
}

/// What became of a file, by the last frames of it: none where all is there.
pub(in crate::exchange) fn verdict(
    from: &mut (impl BufRead + Seek),
) -> io::Result<Option<Refusal>> {
    let mut buffer = Vec::new();
    loop {
        let ahead = from.fill_buf()?;
        // Rows are stepped over, not taken apart.
        let skipped = match ahead {
            [b'H' | b'R' | b'B' | b'N', length @ ..] if length.len() >= 4 => {
                5 + i64::from(u32::from_le_bytes([length[0], length[1], length[2], length[3]]))
            }
            _ => {
                match next(from, &mut buffer)? {
                    Frame::End => return Ok(None),
                    Frame::Refused(refusal) => return Ok(Some(refusal)),
                    _ => {}
                }
                continue;
            }
        };
        if skipped < ahead.len() as i64 {
            from.consume(skipped as usize);
        } else {
            let held = ahead.len();
            from.consume(held);
            from.seek(SeekFrom::Current(skipped - held as i64))?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let mut bytes = Vec::new();
        let mut sink = Sink::new(&mut bytes);
        sink.headers(&["a".to_owned(), String::new()]).unwrap();
        sink.row(7, ["ä", "b\nc"].into_iter()).unwrap();
        sink.notice(&Notice::Merged { ranges: 2 }).unwrap();
        sink.refused(&Refusal::Locked).unwrap();
        sink.end().unwrap();
        let (mut from, mut buffer) = (&bytes[..], Vec::new());
        let mut take = || next(&mut from, &mut buffer).unwrap();
        assert_eq!(take(), Frame::Headers(vec!["a".to_owned(), String::new()]));
        assert_eq!(take(), Frame::Row(7, StringRecord::from(vec!["ä", "b\nc"])));
        assert_eq!(take(), Frame::Notice(Notice::Merged { ranges: 2 }));
        assert_eq!(take(), Frame::Refused(Refusal::Locked));
        assert_eq!(take(), Frame::End);
        assert_eq!(take(), Frame::Refused(Refusal::Died));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(0u8.., 0..200)) {
            let (mut from, mut buffer) = (&bytes[..], Vec::new());
            for _ in 0..50 {
                let _ = next(&mut from, &mut buffer).unwrap();
            }
        }
    }
}
