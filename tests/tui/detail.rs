//! The detail: tabs, related lists, the way back and forward.
