//! Encoded bytes to bytes (ISO 32000-2, 7.4), never more than is allowed.
//!
//! Flate, LZW, ASCIIHex, ASCII85 and RunLength are undone; image filters are refused, because nothing that the
//! reader needs is an image.

use super::object::{Dict, Object};
use super::tokens::{hex_digit, is_space};
use super::{ReadFault, limits, lzw};
use std::io::Read as _;

/// A filter with its parameters, resolved.
pub(super) struct Filter {
    pub(super) name: Vec<u8>,
    pub(super) parameters: Option<Dict>,
}

/// Undoes the filters in their order; at most `limit` bytes come out of any of them.
pub(super) fn decode(raw: &[u8], filters: &[Filter], limit: u64) -> Result<Vec<u8>, ReadFault> {
    if filters.len() > limits::FILTERS {
        return Err(ReadFault::Limit);
    }
    let mut bytes: Option<Vec<u8>> = None;
    for filter in filters {
        let input = bytes.as_deref().unwrap_or(raw);
        bytes = Some(apply(input, filter, limit)?);
    }
    Ok(bytes.unwrap_or_else(|| raw.to_vec()))
}

fn apply(input: &[u8], filter: &Filter, limit: u64) -> Result<Vec<u8>, ReadFault> {
    let plain = match filter.name.as_slice() {
        b"FlateDecode" | b"Fl" => inflate(input, limit)?,
        b"LZWDecode" | b"LZW" => {
            let early = filter.parameters.as_ref().and_then(|dict| dict.int(b"EarlyChange")) != Some(0);
            lzw::decode(input, early, limit)?
        }
        b"ASCIIHexDecode" | b"AHx" => return hex(input),
        b"ASCII85Decode" | b"A85" => return ascii85(input),
        b"RunLengthDecode" | b"RL" => return run_length(input, limit),
        _ => return Err(ReadFault::Filter),
    };
    match &filter.parameters {
        Some(parameters) => predict(plain, parameters),
        None => Ok(plain),
    }
}

/// zlib, and what a truncated or wrongly checksummed stream still gives, as viewers show it.
fn inflate(input: &[u8], limit: u64) -> Result<Vec<u8>, ReadFault> {
    let mut out = Vec::with_capacity(input.len().saturating_mul(4).min(1 << 20));
    let mut reader = flate2::read::ZlibDecoder::new(input).take(limit.saturating_add(1));
    let end = reader.read_to_end(&mut out);
    if u64::try_from(out.len()).map_or(true, |length| length > limit) {
        return Err(ReadFault::Limit);
    }
    match end {
        Ok(_) => Ok(out),
        Err(_) if !out.is_empty() => Ok(out),
        Err(_) => Err(ReadFault::Filter),
    }
}

fn hex(input: &[u8]) -> Result<Vec<u8>, ReadFault> {
    let mut out = Vec::with_capacity(input.len() / 2);
    let mut half = None;
    for &byte in input {
        match hex_digit(byte) {
            Some(digit) => match half.take() {
                None => half = Some(digit),
                Some(high) => out.push(high << 4 | digit),
            },
            None if byte == b'>' => break,
            None if is_space(byte) => {}
            None => return Err(ReadFault::Filter),
        }
    }
    if let Some(high) = half {
        out.push(high << 4);
    }
    Ok(out)
}

fn ascii85(input: &[u8]) -> Result<Vec<u8>, ReadFault> {
    let mut out = Vec::with_capacity(input.len());
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for &byte in input {
        match byte {
            b'z' if group.is_empty() => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            b'~' => break,
            _ if is_space(byte) => {}
            _ => return Err(ReadFault::Filter),
        }
        if group.len() == 5 {
            out.extend_from_slice(&base85(&group)?.to_be_bytes());
            group.clear();
        }
    }
    let left = group.len();
    if left > 1 {
        group.resize(5, 84);
        let word = base85(&group)?.to_be_bytes();
        out.extend(word.iter().take(left.saturating_sub(1)));
    }
    Ok(out)
}

fn base85(group: &[u32]) -> Result<u32, ReadFault> {
    group
        .iter()
        .try_fold(0_u32, |sum, &digit| sum.checked_mul(85)?.checked_add(digit))
        .ok_or(ReadFault::Filter)
}

fn run_length(input: &[u8], limit: u64) -> Result<Vec<u8>, ReadFault> {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = input;
    while let Some((&length, tail)) = rest.split_first() {
        match length {
            128 => break,
            0..=127 => {
                let count = usize::from(length).saturating_add(1).min(tail.len());
                let (run, after) = tail.split_at(count);
                out.extend_from_slice(run);
                rest = after;
            }
            129.. => {
                let Some((&byte, after)) = tail.split_first() else { break };
                out.extend(std::iter::repeat_n(byte, 257_usize.saturating_sub(usize::from(length))));
                rest = after;
            }
        }
        if u64::try_from(out.len()).map_or(true, |length| length > limit) {
            return Err(ReadFault::Limit);
        }
    }
    Ok(out)
}

/// Undoes a predictor (7.4.4.4): TIFF with eight bits a component, or PNG.
fn predict(bytes: Vec<u8>, parameters: &Dict) -> Result<Vec<u8>, ReadFault> {
    let number = |key: &[u8], default: usize| match parameters.get(key) {
        None => Some(default),
        Some(Object::Int(value)) => usize::try_from(*value).ok().filter(|value| *value <= 1 << 20),
        Some(_) => None,
    };
    let (Some(predictor), Some(colors), Some(bits), Some(columns)) = (
        number(b"Predictor", 1),
        number(b"Colors", 1),
        number(b"BitsPerComponent", 8),
        number(b"Columns", 1),
    ) else {
        return Err(ReadFault::Filter);
    };
    let row_bits = columns.checked_mul(colors).and_then(|n| n.checked_mul(bits)).ok_or(ReadFault::Limit)?;
    let row = row_bits.div_ceil(8);
    let pixel = colors.saturating_mul(bits).div_ceil(8).max(1);
    match predictor {
        1 => Ok(bytes),
        2 if bits == 8 && row > 0 => Ok(tiff(bytes, row, pixel)),
        10..=15 if row > 0 => png(&bytes, row, pixel),
        _ => Err(ReadFault::Filter),
    }
}

fn tiff(mut bytes: Vec<u8>, row: usize, pixel: usize) -> Vec<u8> {
    for line in bytes.chunks_mut(row) {
        for at in pixel..line.len() {
            let left = line.get(at.saturating_sub(pixel)).copied().unwrap_or(0);
            if let Some(byte) = line.get_mut(at) {
                *byte = byte.wrapping_add(left);
            }
        }
    }
    bytes
}

fn png(bytes: &[u8], row: usize, pixel: usize) -> Result<Vec<u8>, ReadFault> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; row];
    for line in bytes.chunks(row.saturating_add(1)) {
        let Some((&kind, coded)) = line.split_first() else { break };
        let mut current = coded.to_vec();
        current.resize(row, 0);
        unfilter(kind, &mut current, &above, pixel)?;
        out.extend(current.iter().take(coded.len()));
        above = current;
    }
    Ok(out)
}

/// One row of PNG, section 9 of its specification.
fn unfilter(kind: u8, row: &mut [u8], above: &[u8], pixel: usize) -> Result<(), ReadFault> {
    for at in 0..row.len() {
        let left = at.checked_sub(pixel).and_then(|left| row.get(left)).copied().unwrap_or(0);
        let up = above.get(at).copied().unwrap_or(0);
        let corner = at.checked_sub(pixel).and_then(|left| above.get(left)).copied().unwrap_or(0);
        let guess = match kind {
            0 => 0,
            1 => left,
            2 => up,
            3 => u8::try_from(u16::midpoint(u16::from(left), u16::from(up))).unwrap_or(0),
            4 => paeth(left, up, corner),
            _ => return Err(ReadFault::Filter),
        };
        if let Some(byte) = row.get_mut(at) {
            *byte = byte.wrapping_add(guess);
        }
    }
    Ok(())
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (to_left, to_up, to_corner) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn only(name: &[u8]) -> [Filter; 1] {
        [Filter { name: name.to_vec(), parameters: None }]
    }

    #[test]
    fn a_deflate_bomb_ends_at_the_limit() {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![0; 1 << 20]).unwrap();
        let bomb = packer.finish().unwrap();
        assert_eq!(decode(&bomb, &only(b"FlateDecode"), 1_000), Err(ReadFault::Limit));
        assert_eq!(decode(&bomb, &only(b"FlateDecode"), 1 << 20).map(|plain| plain.len()), Ok(1 << 20));
    }

    #[test]
    fn the_ascii_filters_are_undone() {
        assert_eq!(decode(b"48 65 6C6c 6F>", &only(b"AHx"), 99), Ok(b"Hello".to_vec()));
        assert_eq!(decode(b"87cURD]i,\"Ebo80~>", &only(b"A85"), 99), Ok(b"Hello World!".to_vec()));
        assert_eq!(decode(&[2, b'a', b'b', b'c', 254, b'x', 128], &only(b"RL"), 99), Ok(b"abcxxx".to_vec()));
    }

    #[test]
    fn png_rows_are_undone() {
        let rows = [2, 1, 2, 3, 2, 1, 1, 1, 1, 5, 1, 1];
        assert_eq!(png(&rows, 3, 1), Ok(vec![1, 2, 3, 2, 3, 4, 5, 6, 7]));
    }

    #[test]
    fn an_image_filter_is_refused() {
        assert_eq!(decode(b"", &only(b"DCTDecode"), 99), Err(ReadFault::Filter));
    }
}
