//! Snapshots of every screen and overlay.
