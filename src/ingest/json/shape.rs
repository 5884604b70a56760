//! The objects of a day as JSON has them: every field optional, every value still text.
//!
//! Deserialised by hand-written visitors (one macro) and not by serde's derive, because a day is
//! refused with *all* its problems: unknown and repeated fields are collected, not thrown.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Names kept of one object's unknown fields: enough to see what is wrong.
const MOST_NAMES: usize = 20;

/// What an object has that it should not have.
#[derive(Debug, Default)]
pub(super) struct Stray {
    pub(super) unknown: Vec<Box<str>>,
    pub(super) repeated: Vec<&'static str>,
}

impl Stray {
    fn unknown(&mut self, name: &str) {
        if self.unknown.len() < MOST_NAMES {
            self.unknown.push(name.into());
        }
    }

    fn repeated(&mut self, name: &'static str) {
        if self.repeated.len() < MOST_NAMES {
            self.repeated.push(name);
        }
    }
}

/// A value that is not made of others.
#[derive(Debug)]
pub(super) enum Scalar {
    /// Text, or a number as it is written.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// A list, an object, or text that is no Unicode (half a surrogate pair).
    Other,
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        Ok(match raw.bytes().next() {
            Some(b'"') => serde_json::from_str(raw).map_or(Self::Other, Self::Text),
            Some(b't') => Self::Flag(true),
            Some(b'f') => Self::Flag(false),
            Some(b'-' | b'0'..=b'9') => Self::Text(raw.to_owned()),
            _ => Self::Other,
        })
    }
}

/// An object with these fields; `null` counts as absent.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub(super) struct $name {
            pub(super) stray: Stray,
            $(pub(super) $field: Option<$kind>,)*
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;

                impl<'de> Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut object = $name::default();
                        let mut seen: Vec<&'static str> = Vec::new();
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                $(key if key == stringify!($field) => {
                                    if seen.contains(&stringify!($field)) {
                                        object.stray.repeated(stringify!($field));
                                    } else {
                                        seen.push(stringify!($field));
                                    }
                                    object.$field = map.next_value()?;
                                })*
                                unknown => {
                                    object.stray.unknown(unknown);
                                    map.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        Ok(object)
                    }
                }

                deserializer.deserialize_map(Fields)
            }
        }
    };
}

object! {
    /// The line.
    DayShape {
        treasury: Scalar,
        date: Scalar,
        edited: Scalar,
        correction: Scalar,
        holder: HolderShape,
        accounts: Vec<AccountShape>,
    }
}

object! {
    /// `holder`
    HolderShape { name: Scalar, cui: Scalar }
}

object! {
    /// One of `accounts`.
    AccountShape {
        account: Scalar,
        iban: Scalar,
        opening: SumsShape,
        operations: Vec<OperationShape>,
        turnover: SumsShape,
        totals: SumsShape,
        closing: SumsShape,
    }
}

object! {
    /// Debit and credit.
    SumsShape { debit: Scalar, credit: Scalar }
}

object! {
    /// One of `operations`.
    OperationShape {
        document: Scalar,
        document_date: Scalar,
        payment_date: Scalar,
        reference: Scalar,
        counterparty_iban: Scalar,
        counterparty_code: Scalar,
        counterparty_name: Scalar,
        debit: Scalar,
        credit: Scalar,
        commitment: Scalar,
        indicator: Scalar,
        program: Scalar,
        explanation: Scalar,
    }
}
