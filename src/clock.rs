//! Time as an argument: the only door to the machine's clock, and Romania's civil time.
//!
//! Nothing in the library asks what time it is; it is told. What people read is in
//! Europe/Bucharest, whose rules are compiled in, so that a page drawn on any machine in any year
//! says the same hour.

use jiff::{Timestamp, Zoned, civil, tz::TimeZone};

/// Whoever knows the time.
pub trait Clock: Send + Sync {
    /// Now, UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one door to the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still: for tests, for the demo, and for drawing anew what was drawn before.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// How long something takes: the machine's steady clock, which no correction of the time of day moves. Never for what is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Begins to measure.
    #[expect(clippy::disallowed_methods, reason = "this is the one door to the machine's clock")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// How long ago it began.
    pub fn elapsed(&self) -> std::time::Duration {
        self.0.elapsed()
    }
}

/// The time zone of everything that a person reads on a statement.
pub fn bucharest() -> TimeZone {
    static ZONE: TimeZone = jiff::tz::get!("Europe/Bucharest");
    ZONE.clone()
}

/// An instant as Romanian civil time.
pub fn in_bucharest(instant: Timestamp) -> Zoned {
    instant.to_zoned(bucharest())
}

/// A civil time in Romania as an instant. In the hour that autumn repeats, the earlier of the two;
/// in the hour that spring skips, the instant an hour later on the clock.
pub fn from_bucharest(civil: civil::DateTime) -> Option<Timestamp> {
    bucharest().to_ambiguous_zoned(civil).compatible().ok().map(|z| z.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_and_winter_are_three_and_two_hours_ahead() {
        let summer: Timestamp = "2026-05-12T15:42:00Z".parse().expect("a time");
        let winter: Timestamp = "2026-12-12T15:42:00Z".parse().expect("a time");
        assert_eq!(in_bucharest(summer).hour(), 18);
        assert_eq!(in_bucharest(winter).hour(), 17);
        assert_eq!(from_bucharest(in_bucharest(summer).datetime()), Some(summer));
    }
}
