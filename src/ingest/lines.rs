//! Lines with their numbers, bounded.
//!
//! A line ends with LF, or with the file; a CR before the LF belongs to the line end. A byte order
//! mark at the head of the file is passed over. A line beyond the limit is passed over to its end
//! and said to be too long, so that what follows it keeps its number.

use super::FileFault;
use std::io::BufRead;

const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// A line of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// Without its end; empty where it was too long.
    pub(super) bytes: Vec<u8>,
    /// Whether it was longer than the limit.
    pub(super) too_long: bool,
}

impl Line {
    /// Whether nothing but white space stands on it.
    pub(super) fn is_blank(&self) -> bool {
        !self.too_long && self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// The lines of a source.
#[derive(Debug)]
pub(super) struct Lines<R> {
    source: R,
    number: u64,
    limit: usize,
}

impl<R: BufRead> Lines<R> {
    /// From the beginning of a source; lines of at most `limit` bytes.
    pub(super) const fn new(source: R, limit: usize) -> Self {
        Self { source, number: 0, limit }
    }

    /// The next line, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Line>, FileFault> {
        let number = self.number.saturating_add(1);
        let mut bytes = Vec::new();
        let (mut any, mut too_long) = (false, false);
        loop {
            let buffer = self.source.fill_buf();
            let buffer = match buffer {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                other => other.map_err(|error| FileFault::Read { line: number, error })?,
            };
            if buffer.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', buffer);
            let piece = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            if too_long || bytes.len().saturating_add(piece.len()) > self.limit {
                too_long = true;
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(piece);
            }
            let used = piece.len().saturating_add(usize::from(end.is_some()));
            self.source.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number = number;
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        if number == 1 && bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Some(Line { number, bytes, too_long }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn lines(text: &str, capacity: usize) -> Vec<(u64, String, bool)> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, text.as_bytes()), 8);
        let mut found = Vec::new();
        while let Some(line) = lines.next().expect("read") {
            found.push((line.number, String::from_utf8(line.bytes).expect("text"), line.too_long));
        }
        found
    }

    #[test]
    fn lines_keep_their_numbers_whatever_their_ends_and_lengths() {
        for capacity in [1, 3, 100] {
            assert_eq!(
                lines("\u{FEFF}a\r\n\n123456789\nb", capacity),
                [(1, "a".into(), false), (2, "".into(), false), (3, "".into(), true), (4, "b".into(), false)],
            );
        }
        assert!(lines("", 1).is_empty());
    }
}
