//! Which encoding a text has, and the text without it.
//!
//! A mark at the beginning decides; then whether the bytes are UTF-8; then the zeros of UTF-16; what is
//! left is a matter of likelihood (`chardetng`, held against the bytes) and always said to be a guess.
//! Start at [`detect`].

use std::io::{self, Read};

use crate::model::{Phrase, phrase};
use encoding_rs::{Decoder, DecoderResult, Encoding as Coding, UTF_8};

/// An encoding of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static Coding);

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(UTF_8);

    /// The encoding of a name: `gbk`, `windows-1252`, `utf-16le`, `latin1`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace('_', "-");
        let name = match name.as_str() {
            "utf-16" | "utf16" | "utf16le" => "utf-16le",
            "utf16be" => "utf-16be",
            "gb" | "cp936" | "936" | "ansi936" => "gb18030",
            "ansi" | "latin-1" | "latin1" => "windows-1252",
            other => match other.strip_prefix("cp").or(other.strip_prefix("ansi")) {
                Some(page) if page.len() == 4 => {
                    return Coding::for_label(format!("windows-{page}").as_bytes()).map(Self);
                }
                _ => other,
            },
        };
        Coding::for_label_no_replacement(name.as_bytes()).map(Self)
    }

    /// Which names there are, for who gave another one.
    #[must_use]
    pub fn known() -> Phrase {
        phrase!(
            "utf-8, utf-16le, utf-16be, gb18030, big5, shift_jis, euc-kr, windows-1252 and the like"
        )
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        // GBK is read by the rules of GB18030, which holds all of it.
        if self.0 == encoding_rs::GBK { encoding_rs::GB18030.name() } else { self.0.name() }
    }

    /// UTF-8 and nothing else.
    #[must_use]
    pub fn is_utf8(self) -> bool {
        self.0 == UTF_8
    }

    /// A whole text, and whether something in it was none.
    #[must_use]
    pub fn text(self, bytes: &[u8]) -> (String, bool) {
        let (text, _, broken) = self.0.decode(bytes);
        (text.into_owned(), broken)
    }
}

/// How sure an encoding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// Somebody said it.
    Given,
    /// A mark at the beginning says it.
    Marked,
    /// All bytes that were looked at are so.
    Valid,
    /// It is the likeliest.
    Guessed,
}

/// An encoding that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// It.
    pub encoding: Encoding,
    /// How sure that is.
    pub sure: Sure,
    /// The length of the mark at the beginning.
    pub mark: usize,
}

/// The encoding of a text that begins with `sample`; `complete` where that is all of it.
#[must_use]
pub fn detect(sample: &[u8], complete: bool, given: Option<Encoding>) -> Found {
    let marked = Coding::for_bom(sample);
    let mark = marked.map_or(0, |(_, length)| length);
    if let Some(encoding) = given {
        let mark = if marked.is_some_and(|(coding, _)| coding == encoding.0) { mark } else { 0 };
        return Found { encoding, sure: Sure::Given, mark };
    }
    if let Some((coding, mark)) = marked {
        return Found { encoding: Encoding(coding), sure: Sure::Marked, mark };
    }
    let found = |coding, sure| Found { encoding: Encoding(coding), sure, mark: 0 };
    if is_utf8(sample, complete) && !utf16_zeros(sample) {
        return found(UTF_8, Sure::Valid);
    }
    if let Some(coding) = utf16(sample) {
        return found(coding, Sure::Guessed);
    }
    if mostly_utf8(sample) {
        return found(UTF_8, Sure::Guessed);
    }
    found(legacy(sample, complete), Sure::Guessed)
}

/// The beginning of a text, for a look at what it is.
pub(super) fn glance(head: &[u8]) -> String {
    let found = detect(head, false, None);
    found.encoding.text(&head[found.mark..]).0
}

fn is_utf8(sample: &[u8], complete: bool) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        // The sample may end inside a character.
        Err(error) => error.error_len().is_none() && !complete,
    }
}

/// More zeros than a text in bytes can have.
fn utf16_zeros(sample: &[u8]) -> bool {
    memchr::memchr_iter(0, sample).count() * 5 > sample.len()
}

/// UTF-16 without a mark: delimiters and line ends have a zero beside them, always on the same side.
fn utf16(sample: &[u8]) -> Option<&'static Coding> {
    let (mut low, mut high) = (0usize, 0usize);
    let pairs = sample.chunks_exact(2);
    let count = pairs.len();
    for pair in pairs {
        match pair {
            [b'\t'..=b'~', 0] => low += 1,
            [0, b'\t'..=b'~'] => high += 1,
            _ => {}
        }
    }
    let coding = if low > high { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
    let (most, least) = (low.max(high), low.min(high));
    let whole = &sample[..sample.len() / 2 * 2];
    (most * 20 > count && least * 20 < most && !coding.decode_without_bom_handling(whole).1)
        .then_some(coding)
}

/// UTF-8 with some lines of another encoding in it: nearly all that is not ASCII is sound UTF-8.
fn mostly_utf8(sample: &[u8]) -> bool {
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in sample.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > broken * 4
}

fn legacy(sample: &[u8], complete: bool) -> &'static Coding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, complete);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    if guess == encoding_rs::GBK { encoding_rs::GB18030 } else { guess }
}

/// A text in any encoding, read as UTF-8. What is none in it becomes the byte `FF`, which stands in no
/// UTF-8, so that its row is told.
pub(super) struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    at: usize,
    filled: usize,
    out: Vec<u8>,
    given: usize,
    finished: bool,
}

impl<R: Read> Decoding<R> {
    pub fn new(inner: R, encoding: Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.0.new_decoder_without_bom_handling(),
            raw: vec![0; 1 << 16],
            at: 0,
            filled: 0,
            out: Vec::new(),
            given: 0,
            finished: false,
        }
    }

    /// Decodes the next piece.
    fn more(&mut self) -> io::Result<()> {
        if self.at == self.filled {
            self.filled = self.inner.read(&mut self.raw)?;
            self.at = 0;
        }
        // Only the very end brings nothing; the decoder then lets go what it holds back.
        let end = self.filled == 0;
        self.given = 0;
        self.out.clear();
        self.out.resize(4 * (self.filled - self.at).max(16), 0);
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
            &self.raw[self.at..self.filled],
            &mut self.out[..],
            end,
        );
        self.at += read;
        self.out.truncate(written);
        match result {
            DecoderResult::Malformed(..) => self.out.push(0xff),
            DecoderResult::InputEmpty => self.finished = end,
            DecoderResult::OutputFull => {}
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() {
            if self.finished {
                return Ok(0);
            }
            self.more()?;
        }
        let part = (self.out.len() - self.given).min(buf.len());
        buf[..part].copy_from_slice(&self.out[self.given..self.given + part]);
        self.given += part;
        Ok(part)
    }
}

/// The bytes of a text as some program wrote it that took UTF-8 for `windows-1252`; none where it has
/// letters that are not in there.
pub(super) fn as_western(text: &str) -> Option<Vec<u8>> {
    let mut encoder = encoding_rs::WINDOWS_1252.new_encoder();
    let mut out = vec![0; text.len() + 8];
    let (result, read, written) =
        encoder.encode_from_utf8_without_replacement(text, &mut out, true);
    let whole = matches!(result, encoding_rs::EncoderResult::InputEmpty) && read == text.len();
    out.truncate(written);
    whole.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found() {
        let zh = "客户名称,电话,地址\n杭州安邦科技有限公司,0571-87654321,浙江省杭州市西湖区\n上海明珠贸易公司,021-5555,上海\n";
        let de = "Name;Straße;Größe\nMüller Bäckerei;Königsallee 5;groß\nJäger & Söhne;Dürerstraße;mäßig\n";
        let ru = "Имя,Город\nИванов Иван Иванович,Москва\nПетрова Анна Сергеевна,Санкт-Петербург\n";
        let wide = |text: &str, big: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|c| if big { c.to_be_bytes() } else { c.to_le_bytes() })
                .collect()
        };
        let coded = |text: &str, coding: &'static Coding| coding.encode(text).0.into_owned();
        for (bytes, name, sure) in [
            (zh.as_bytes().to_vec(), "UTF-8", Sure::Valid),
            ([b"\xef\xbb\xbf", zh.as_bytes()].concat(), "UTF-8", Sure::Marked),
            (coded(zh, encoding_rs::GB18030), "gb18030", Sure::Guessed),
            (coded(de, encoding_rs::WINDOWS_1252), "windows-1252", Sure::Guessed),
            (coded(ru, encoding_rs::WINDOWS_1251), "windows-1251", Sure::Guessed),
            (wide(zh, false), "UTF-16LE", Sure::Guessed),
            (wide(de, true), "UTF-16BE", Sure::Guessed),
            ([b"\xff\xfe".to_vec(), wide(zh, false)].concat(), "UTF-16LE", Sure::Marked),
            (b"a,b\n1,2\n".to_vec(), "UTF-8", Sure::Valid),
            (b"a,b\n\0,2\n".to_vec(), "UTF-8", Sure::Valid),
            ([zh.as_bytes(), b"caf\xe9,1\n"].concat(), "UTF-8", Sure::Guessed),
        ] {
            let found = detect(&bytes, true, None);
            assert_eq!((found.encoding.name(), found.sure), (name, sure), "{bytes:?}");
            let mut text = String::new();
            let read =
                Decoding::new(&bytes[found.mark..], found.encoding).read_to_string(&mut text);
            assert_eq!(
                read.is_ok(),
                !bytes.contains(&0xe9)
                    || name != "UTF-8"
                    || sure == Sure::Valid
                    || sure == Sure::Marked,
                "{name}"
            );
        }
    }

    #[test]
    fn names_of_encodings() {
        for (name, expected) in [
            ("gbk", Some("gb18030")),
            ("GB18030", Some("gb18030")),
            ("cp1252", Some("windows-1252")),
            ("Latin1", Some("windows-1252")),
            ("utf8", Some("UTF-8")),
            ("utf-16", Some("UTF-16LE")),
            ("big5", Some("Big5")),
            ("klingon", None),
        ] {
            assert_eq!(Encoding::named(name).map(Encoding::name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_text_becomes_a_byte_that_tells() {
        let mut out = Vec::new();
        let encoding = Encoding::named("gb18030").unwrap();
        Decoding::new(&b"\xc0\xee,\xff\x30\n1,\xc0"[..], encoding).read_to_end(&mut out).unwrap();
        assert!(out.starts_with("李,".as_bytes()));
        assert!(out.contains(&0xff));
    }

    proptest::proptest! {
        #[test]
        fn what_was_encoded_is_read_back(text in "[a-z,\n\u{4e00}-\u{9fa5}]{0,200}", step in 1usize..7) {
            struct Slow<'a>(&'a [u8], usize);
            impl Read for Slow<'_> {
                fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                    let n = self.1.min(self.0.len()).min(buf.len());
                    buf[..n].copy_from_slice(&self.0[..n]);
                    self.0 = &self.0[n..];
                    Ok(n)
                }
            }
            for name in ["gb18030", "utf-8"] {
                let encoding = Encoding::named(name).unwrap();
                let bytes = encoding.0.encode(&text).0.into_owned();
                let mut out = String::new();
                Decoding::new(Slow(&bytes, step), encoding).read_to_string(&mut out).unwrap();
                assert_eq!(out, text);
            }
        }
    }
}
