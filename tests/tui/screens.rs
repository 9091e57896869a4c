//! Every screen and overlay, and the keys that lead there.
//!
//! A screen is one line of [`SCREENS`]: its name and the keys that lead there from my day. What stands
//! in quotes is typed.

use super::*;

/// Every screen and overlay, and how to get there. The fuzz and hostile tests go there too.
pub const SCREENS: &[(&str, &str)] = &[
    ("home", ""),
    ("customers", "g c"),
    ("customers-marked", "g c space space"),
    ("customers-filter", "g c / 'status = act'"),
    ("customers-filter-wrong", "g c / 'stage = x'"),
    ("customers-empty", "g c / 'zzzz' enter"),
    ("customers-sort", "g c S"),
    ("customers-columns", "g c w c"),
    ("customers-header", "g c O right"),
    ("customers-views", "g c w w"),
    ("customers-deleted", "g c T"),
    ("products-none-yet", "g i"),
    ("customer", "g c down enter"),
    ("customer-contacts", "g c down enter tab"),
    ("contacts", "g p"),
    ("leads-none-yet", "g l"),
    ("deals", "g d"),
    ("deal", "g d enter"),
    ("tasks", "g t"),
    ("task-snooze", "g t z"),
    ("activities", "g a"),
    ("users", "g u"),
    ("board", "g b"),
    ("board-move-to", "g b right M"),
    ("board-lost", "g b right M 'lost' enter"),
    ("board-amount", "g b right a"),
    ("board-close-date", "g b right c"),
    ("agenda", "g s"),
    ("week", "g s tab"),
    ("month", "g s tab tab"),
    ("reports", "g r"),
    ("history", "g z"),
    ("record-history", "g c down enter h"),
    ("form-new", "n c"),
    ("form-errors", "n d ctrl-s"),
    ("form-edit", "g c down e"),
    ("form-explain", "n d f1"),
    ("form-pick", "n d tab 'mull'"),
    ("form-leave", "n c 'x' esc"),
    ("form-log", "g c down l c"),
    ("form-task-here", "g c down t"),
    ("capture", "; 'call muller fri 10:00 about the offer #hot'"),
    ("which-new", "n"),
    ("which-go", "g"),
    ("help", "g c ?"),
    ("help-filtered", "g c ? 'del'"),
    ("palette", ":"),
    ("palette-filtered", ": 'mull'"),
    ("find", "ctrl-g 'mull'"),
    ("find-nothing", "ctrl-g 'qqqq'"),
    ("copy", "g c down y"),
    ("theme", ", t"),
    ("language", ", l"),
];

/// The sizes in which every screen is looked at.
pub const SCREEN_SIZES: [(u16, u16); 3] = SIZES;

/// Walks to a screen: keys, and in quotes what is typed.
pub fn walk(script: &mut Script, keys: &str) {
    for (n, part) in keys.split('\'').enumerate() {
        if n % 2 == 1 {
            script.typed(part);
        } else if !part.trim().is_empty() {
            script.press(part).unwrap();
        }
    }
}
