//! The blocks of the home screen.
