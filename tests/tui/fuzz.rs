//! Random keys, sizes and pastes.
