//! A page with one table: a whole HTML document that says its language, names its table, columns and rows,
//! loads nothing and runs nothing. Start at [`Page::begin`].

use std::io::{self, Write};

use crate::model::Lang;
use crate::term::Clean;

/// The looks: readable on a screen and on paper, light and dark.
const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:1rem/1.4 system-ui,sans-serif;margin:1.5rem}
.wide{overflow-x:auto}
table{border-collapse:collapse}
caption{font-weight:bold;font-size:1.2rem;text-align:start;padding-block-end:.5rem}
th,td{border:1px solid;padding:.25rem .5rem;text-align:start;vertical-align:top;white-space:pre-line}
td.n{text-align:end;font-variant-numeric:tabular-nums}
@media print{thead{display:table-header-group}tr{break-inside:avoid}}
";

/// A page that is being written.
pub(super) struct Page<'w> {
    out: &'w mut dyn Write,
    totals: bool,
}

impl<'w> Page<'w> {
    /// Writes everything before the first row.
    pub fn begin(
        title: &str,
        heads: &[String],
        lang: Lang,
        out: &'w mut dyn Write,
    ) -> io::Result<Self> {
        let (tag, table) = match lang {
            Lang::En => ("en", "Table"),
            Lang::Zh => ("zh-CN", "表格"),
        };
        let title = escaped(title);
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <div class=\"wide\" role=\"region\" aria-label=\"{table}\" tabindex=\"0\">\n<table>\n\
             <caption>{title}</caption>\n<thead>\n<tr>"
        )?;
        for head in heads {
            write!(out, "<th scope=\"col\" dir=\"auto\">{}</th>", escaped(head))?;
        }
        out.write_all(b"</tr>\n</thead>\n<tbody>\n")?;
        Ok(Self { out, totals: false })
    }

    /// Writes a row: texts, and whether they are numbers. The first names the row.
    pub fn row(&mut self, cells: &[(String, bool)]) -> io::Result<()> {
        self.out.write_all(b"<tr>")?;
        for (at, (text, number)) in cells.iter().enumerate() {
            let text = escaped(text);
            match (at, number) {
                (0, _) => write!(self.out, "<th scope=\"row\" dir=\"auto\">{text}</th>")?,
                (_, true) => write!(self.out, "<td class=\"n\">{text}</td>")?,
                (_, false) => write!(self.out, "<td dir=\"auto\">{text}</td>")?,
            }
        }
        self.out.write_all(b"</tr>\n")
    }

    /// Writes the row over all.
    pub fn total(&mut self, cells: &[(String, bool)]) -> io::Result<()> {
        self.totals = true;
        self.out.write_all(b"</tbody>\n<tfoot>\n")?;
        self.row(cells)
    }

    /// Writes what comes behind the rows.
    pub fn finish(self, notes: &[String]) -> io::Result<()> {
        let end = if self.totals { "tfoot" } else { "tbody" };
        writeln!(self.out, "</{end}>\n</table>\n</div>")?;
        for note in notes {
            writeln!(self.out, "<p dir=\"auto\">{}</p>", escaped(note))?;
        }
        self.out.write_all(b"</main>\n</body>\n</html>\n")?;
        self.out.flush()
    }
}

/// Text that is nothing but text on a page.
fn escaped(text: &str) -> String {
    let clean = Clean::block(text);
    let mut out = String::with_capacity(text.len());
    for c in clean.as_str().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
