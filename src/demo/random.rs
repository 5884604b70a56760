//! Numbers that look like chance and are the same in every run: SplitMix64 (Steele, Lea and Flood, 2014).
//!
//! For invented data only. Keys never come from here.

/// A stream of numbers, decided by its seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed and of whatever tells this stream from its neighbours.
    pub fn new(seed: u64, parts: &[u64]) -> Self {
        parts.iter().fold(Self(seed), |mut stream, part| {
            let mixed = stream.bits() ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            Self(mixed)
        })
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.bits().checked_rem(end).unwrap_or(0)
    }

    /// A number from `low` to `high`, both possible.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        const { assert!(N > 0, "one of nothing") };
        let index = self.below(u64::try_from(N).unwrap_or(1));
        from[usize::try_from(index).unwrap_or(0)]
    }

    /// So many decimal digits.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(self.pick(b"0123456789"))).collect()
    }

    /// So many capitals and digits.
    pub fn capitals(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(self.pick(b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_everything() {
        let stream = |seed, parts: &[u64]| {
            let mut random = Random::new(seed, parts);
            [random.bits(), random.bits(), random.between(5, 9)]
        };
        assert_eq!(stream(7, &[1, 2]), stream(7, &[1, 2]));
        assert_ne!(stream(7, &[1, 2]), stream(7, &[2, 1]));
        assert_ne!(stream(7, &[1, 2]), stream(8, &[1, 2]));
    }
}
