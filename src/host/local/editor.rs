//! A long text in the user's own editor.

use std::io::Write;
use std::process::Command;

/// Lets the user edit `text` (in a file with this ending) with `command` (`vim`, `code --wait`); none where that failed, so that the
/// text stays as it was.
pub(super) fn edit(command: &str, text: &str, ending: &str) -> Option<String> {
    let mut words = command.split_whitespace();
    let program = words.next()?;
    let mut file = tempfile::Builder::new().prefix("kontor-").suffix(ending).tempfile().ok()?;
    file.write_all(text.as_bytes()).ok()?;
    file.flush().ok()?;
    let status = Command::new(program).args(words).arg(file.path()).status().ok()?;
    // Some editors write a new file over the old one, so it is read by its name.
    status.success().then(|| std::fs::read_to_string(file.path()).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_editor_leaves_comes_back() {
        assert_eq!(edit("true", "as it was", ".md").as_deref(), Some("as it was"));
        assert_eq!(edit("false", "lost", ".md"), None);
        assert_eq!(edit("no-such-editor-anywhere", "lost", ".tsv"), None);
    }
}
