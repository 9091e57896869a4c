//! Where the cursor of the terminal stands, and the shortest way to elsewhere.

/// A place on the screen, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    x: Option<u16>,
    y: Option<u16>,
}

impl Place {
    /// Not known.
    pub(super) fn unknown() -> Self {
        Self { x: None, y: None }
    }

    /// Known.
    pub(super) fn at(x: u16, y: u16) -> Self {
        Self { x: Some(x), y: Some(y) }
    }

    /// True where it is surely this place.
    pub(super) fn is(self, x: u16, y: u16) -> bool {
        self == Self::at(x, y)
    }

    /// Something this wide was written. Behind the last column terminals differ in where they stand.
    pub(super) fn wrote(&mut self, width: u16, screen: u16) {
        self.x = self.x.map(|x| x + width).filter(|x| *x < screen);
    }

    /// Something was written of which terminals do not agree how wide it is.
    pub(super) fn lost_column(&mut self) {
        self.x = None;
    }

    /// Writes the way to a place.
    pub(super) fn go(&mut self, x: u16, y: u16, screen: u16, out: &mut Vec<u8>) {
        debug_assert!(x < screen, "a place on the screen");
        out.extend_from_slice(&self.way(x, y));
        *self = Self::at(x, y);
    }

    /// How many bytes the way takes.
    pub(super) fn cost(self, x: u16, y: u16) -> usize {
        self.way(x, y).len()
    }

    fn way(self, x: u16, y: u16) -> Vec<u8> {
        if self.is(x, y) {
            return Vec::new();
        }
        let mut best = match (x, y) {
            (0, 0) => b"\x1b[H".to_vec(),
            (0, _) => format!("\x1b[{}H", y + 1).into_bytes(),
            _ => format!("\x1b[{};{}H", y + 1, x + 1).into_bytes(),
        };
        let Some(from) = self.y else { return best };
        let mut consider = |way: Vec<u8>| {
            if way.len() < best.len() {
                best = way;
            }
        };
        // First the row, keeping the column, then the column; a return may come before both.
        let rows = rows(from, y);
        if self.x.is_some() || from == y {
            consider([rows.clone(), columns(self.x, x)].concat());
        }
        consider([b"\r".to_vec(), rows, columns(Some(0), x)].concat());
        best
    }
}

fn rows(from: u16, to: u16) -> Vec<u8> {
    let far = usize::from(from.abs_diff(to));
    let by = |letter: char| match far {
        1 => format!("\x1b[{letter}").into_bytes(),
        _ => format!("\x1b[{far}{letter}").into_bytes(),
    };
    match to.cmp(&from) {
        std::cmp::Ordering::Equal => Vec::new(),
        std::cmp::Ordering::Greater if far <= 4 => vec![b'\n'; far],
        std::cmp::Ordering::Greater => by('B'),
        std::cmp::Ordering::Less => by('A'),
    }
}

fn columns(from: Option<u16>, to: u16) -> Vec<u8> {
    let mut best = if to == 0 { b"\r".to_vec() } else { format!("\x1b[{}G", to + 1).into_bytes() };
    let Some(from) = from else { return best };
    let far = usize::from(from.abs_diff(to));
    let mut consider = |way: Vec<u8>| {
        if way.len() < best.len() {
            best = way;
        }
    };
    let by = |letter: char| match far {
        1 => format!("\x1b[{letter}").into_bytes(),
        _ => format!("\x1b[{far}{letter}").into_bytes(),
    };
    match to.cmp(&from) {
        std::cmp::Ordering::Equal => consider(Vec::new()),
        std::cmp::Ordering::Greater => consider(by('C')),
        std::cmp::Ordering::Less => {
            consider(vec![b'\x08'; far]);
            consider(by('D'));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(from: Place, x: u16, y: u16) -> String {
        String::from_utf8(from.way(x, y)).unwrap().replace('\u{1b}', "^")
    }

    #[test]
    fn the_shortest_way_is_taken() {
        assert_eq!(way(Place::unknown(), 4, 6), "^[7;5H");
        assert_eq!(way(Place::at(4, 6), 4, 6), "");
        assert_eq!(way(Place::at(4, 6), 0, 7), "\n\r");
        assert_eq!(way(Place::at(4, 6), 4, 7), "\n");
        assert_eq!(way(Place::at(4, 6), 2, 6), "\u{8}\u{8}");
        assert_eq!(way(Place::at(4, 6), 12, 6), "^[8C");
        assert_eq!(way(Place::at(4, 6), 0, 0), "^[H");
        assert_eq!(way(Place::at(4, 6), 4, 5), "^[A");
        assert_eq!(way(Place { x: None, y: Some(6) }, 9, 6), "^[10G");
        assert_eq!(way(Place { x: None, y: Some(6) }, 1, 7), "\r\n^[C");
    }
}
