//! Help, palette, which-key, manual and keymaps.
