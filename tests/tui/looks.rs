//! Themes, languages, mouse, plain mode, copying.
