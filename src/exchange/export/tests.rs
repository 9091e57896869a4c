use super::*;

#[test]
fn formats_have_words_and_extensions() {
    assert_eq!(ExportFormat::from_word("CSV"), Some(ExportFormat::Csv));
    assert_eq!(ExportFormat::from_word("md"), Some(ExportFormat::Markdown));
    assert_eq!(ExportFormat::from_word("XLSX"), Some(ExportFormat::Xlsx));
    assert_eq!(ExportFormat::from_word("docx"), None);
}

#[test]
fn text_cannot_leave_its_markdown_cell() {
    assert_eq!(cell("a | b\n<i>*c*</i>"), "a \\| b &lt;i>\\*c\\*&lt;/i>");
}
