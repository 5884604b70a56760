//! Bounded reading: small files lie in memory, long ones are read in windows.

use super::{ReadFault, Source, limits};
use std::borrow::Cow;

/// A source with its length, and its bytes where they fit into memory.
pub(super) struct Input<'s, S: Source + ?Sized> {
    source: &'s S,
    length: u64,
    whole: Option<Cow<'s, [u8]>>,
}

impl<'s, S: Source + ?Sized> Input<'s, S> {
    pub(super) fn open(source: &'s S) -> Result<Self, ReadFault> {
        let length = source.length();
        let whole = match source.in_memory() {
            Some(bytes) => Some(Cow::Borrowed(bytes)),
            None if length <= limits::IN_MEMORY_BYTES => Some(Cow::Owned(read(source, 0, length)?)),
            None => None,
        };
        Ok(Self { source, length, whole })
    }

    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The bytes from `at`, `count` of them or as many as there are.
    pub(super) fn window(&self, at: u64, count: u64) -> Result<Cow<'_, [u8]>, ReadFault> {
        let count = count.min(self.length.saturating_sub(at));
        let Some(whole) = &self.whole else { return Ok(Cow::Owned(read(self.source, at, count)?)) };
        let from = usize::try_from(at.min(self.length)).map_err(|_| ReadFault::Limit)?;
        let count = usize::try_from(count).map_err(|_| ReadFault::Limit)?;
        let end = from.checked_add(count).ok_or(ReadFault::Limit)?;
        whole.get(from..end).map(Cow::Borrowed).ok_or(ReadFault::Io)
    }

    /// Calls `each` with successive pieces of a range.
    pub(super) fn pieces(&self, from: u64, to: u64, mut each: impl FnMut(&[u8])) -> Result<(), ReadFault> {
        let mut at = from;
        while at < to {
            let step = if self.whole.is_some() { to - at } else { (to - at).min(1 << 20) };
            let piece = self.window(at, step)?;
            let got = u64::try_from(piece.len()).map_err(|_| ReadFault::Limit)?;
            if got == 0 {
                return Err(ReadFault::Io);
            }
            each(&piece);
            at = at.saturating_add(got);
        }
        Ok(())
    }

    /// Whether reading more than a window costs nothing.
    pub(super) const fn is_whole(&self) -> bool {
        self.whole.is_some()
    }
}

fn read<S: Source + ?Sized>(source: &S, at: u64, count: u64) -> Result<Vec<u8>, ReadFault> {
    let count = usize::try_from(count).map_err(|_| ReadFault::Limit)?;
    let mut buffer = vec![0; count];
    let mut done = 0;
    while done < count {
        let offset = at.saturating_add(u64::try_from(done).unwrap_or(u64::MAX));
        let Some(rest) = buffer.get_mut(done..) else { break };
        let got = source.read_at(offset, rest).map_err(|_| ReadFault::Io)?;
        if got == 0 {
            return Err(ReadFault::Io);
        }
        done = done.saturating_add(got);
    }
    Ok(buffer)
}
