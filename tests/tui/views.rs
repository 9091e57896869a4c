//! Saved views, columns, groups, the filter line.
