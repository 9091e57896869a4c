//! One-line capture and pasted cards.
