//! Marks, ranges, bulk acts, inline edit, repeat, the undo list.
