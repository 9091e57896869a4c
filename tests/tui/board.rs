//! The board: any entity with a select, paging, moves, stale cards.
