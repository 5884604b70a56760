//! LZW as PDF has it (ISO 32000-2, 7.4.4.2): codes of 9 to 12 bits, most significant bit first.

use super::ReadFault;

const CLEAR: usize = 256;
const END: usize = 257;

/// Undoes it; `early` is `/EarlyChange 1`, the default.
pub(super) fn decode(input: &[u8], early: bool, limit: u64) -> Result<Vec<u8>, ReadFault> {
    let mut out: Vec<u8> = Vec::new();
    // each entry is a stretch of what has come out already: start and length
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut previous: Option<(usize, usize)> = None;
    let (mut held, mut bits, mut width) = (0_u32, 0_u32, 9_u32);
    for &byte in input {
        held = held << 8 & 0x00FF_FFFF | u32::from(byte);
        bits = bits.saturating_add(8);
        if bits < width {
            continue;
        }
        bits = bits.saturating_sub(width);
        let code = usize::try_from(held >> bits & ((1 << width) - 1)).unwrap_or(END);
        match code {
            END => break,
            CLEAR => {
                table.clear();
                previous = None;
                width = 9;
                continue;
            }
            _ => {}
        }
        let start = out.len();
        let length = emit(code, &table, previous, &mut out)?;
        if u64::try_from(out.len()).map_or(true, |length| length > limit) {
            return Err(ReadFault::Limit);
        }
        if let Some((at, count)) = previous
            && table.len() < 4096 - 258
        {
            table.push((at, count.saturating_add(1)));
        }
        previous = Some((start, length));
        let next = table.len().saturating_add(258).saturating_add(usize::from(early));
        width = match next {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    Ok(out)
}

/// Puts out what a code stands for, and says how long it was.
fn emit(
    code: usize,
    table: &[(usize, usize)],
    previous: Option<(usize, usize)>,
    out: &mut Vec<u8>,
) -> Result<usize, ReadFault> {
    if let Ok(byte) = u8::try_from(code) {
        out.push(byte);
        return Ok(1);
    }
    let entry = code.checked_sub(258).ok_or(ReadFault::Filter)?;
    // an entry is its stretch plus the first byte of what came after it, which lies right behind it
    let (start, length) = match table.get(entry) {
        Some(stretch) => *stretch,
        None if entry == table.len() => {
            let (start, length) = previous.ok_or(ReadFault::Filter)?;
            (start, length.saturating_add(1))
        }
        None => return Err(ReadFault::Filter),
    };
    for at in start..start.saturating_add(length) {
        let byte = out.get(at).copied().ok_or(ReadFault::Filter)?;
        out.push(byte);
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_undone() {
        let coded = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(decode(&coded, true, 99), Ok(vec![45, 45, 45, 45, 45, 65, 45, 45, 45, 66]));
    }

    #[test]
    fn a_code_out_of_nowhere_is_refused() {
        assert_eq!(decode(&[0x80, 0x7F, 0xFF], true, 99), Err(ReadFault::Filter));
    }
}
