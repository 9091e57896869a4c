//! Unfinished forms are offered again.
