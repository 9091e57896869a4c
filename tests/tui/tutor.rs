//! The tutor, played by what it says.
