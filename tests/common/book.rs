//! Workbooks, made part by part: sound ones and ones that are meant to hurt.

use std::io::{Seek, Write};

use zip::write::SimpleFileOptions;

/// A workbook with these sheets (name and the XML between `<sheetData>` and behind it) and further parts,
/// which take the place of usual ones of the same name.
pub fn book<W: Write + Seek>(to: W, sheets: &[(&str, &[&str])], parts: &[(&str, &[u8])]) -> W {
    let mut zip = zip::ZipWriter::new(to);
    let options = SimpleFileOptions::default().compression_level(Some(1));
    let mut names = String::new();
    let mut relations = String::new();
    let mut types = String::new();
    for (number, (name, _)) in (1..).zip(sheets) {
        names += &format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
        relations += &format!(
            "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        types += &format!(
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
    }
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let usual = [
        (
            "[Content_Types].xml",
            format!(
                "{head}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}</Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "{head}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "{head}<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>{names}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "{head}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}<Relationship Id=\"rId900\" Type=\"{office}/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId901\" Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "{head}<styleSheet xmlns=\"{main}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts><cellXfs count=\"4\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/><xf numFmtId=\"10\" applyNumberFormat=\"1\"/><xf numFmtId=\"164\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    for (name, text) in &usual {
        if !parts.iter().any(|(other, _)| other == name) {
            zip.start_file(*name, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
    }
    for (number, (_, data)) in (1..).zip(sheets) {
        let name = format!("xl/worksheets/sheet{number}.xml");
        zip.start_file(name, options).unwrap();
        write!(zip, "{head}<worksheet xmlns=\"{main}\">").unwrap();
        for piece in *data {
            zip.write_all(piece.as_bytes()).unwrap();
        }
        zip.write_all(b"</worksheet>").unwrap();
    }
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap()
}

/// A row of texts and numbers: what can be a number is one.
pub fn row(number: usize, cells: &[&str]) -> String {
    let mut out = format!("<row r=\"{number}\">");
    for (cell, column) in cells.iter().zip('A'..) {
        if cell.parse::<f64>().is_ok() {
            out += &format!("<c r=\"{column}{number}\"><v>{cell}</v></c>");
        } else if !cell.is_empty() {
            out += &format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>");
        }
    }
    out + "</row>"
}
