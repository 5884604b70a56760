//! Every setting that is in force, and where it came from: `pecete check --show`.

use super::file::{File, line_of};
use toml::Value;
use toml::de::{DeTable, DeValue};

/// Where a setting came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// It stands on this line of the file.
    Line(usize),
}

/// A setting in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its dotted key: `folders.watch`, `treasury[0].code`.
    pub key: String,
    /// Its value, as TOML writes it.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// The settings of a file that was read from this text, in the order of the format.
pub fn settings(file: &File, text: &str) -> Vec<Setting> {
    let Ok(in_force) = Value::try_from(file) else {
        return Vec::new();
    };
    let mut values = Vec::new();
    flatten(String::new(), &in_force, &mut values);
    let written = DeTable::parse(text).map(|table| lines(table.get_ref(), text)).unwrap_or_default();
    values
        .into_iter()
        .map(|(key, value)| {
            let line = written.iter().find(|(name, _)| *name == key).map(|(_, line)| *line);
            Setting { key, value, origin: line.map_or(Origin::Default, Origin::Line) }
        })
        .collect()
}

fn flatten(key: String, value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Table(table) => {
            table.iter().for_each(|(name, value)| flatten(dotted(&key, name), value, into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| flatten(format!("{key}[{at}]"), value, into));
        }
        leaf => into.push((key, leaf.to_string())),
    }
}

fn lines(table: &DeTable<'_>, text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    table.iter().for_each(|(name, value)| {
        collect(name.get_ref().to_string(), value.get_ref(), value.span().start, text, &mut found);
    });
    found
}

fn collect(key: String, value: &DeValue<'_>, offset: usize, text: &str, into: &mut Vec<(String, usize)>) {
    match value {
        DeValue::Table(table) => table.iter().for_each(|(name, value)| {
            collect(dotted(&key, name.get_ref()), value.get_ref(), value.span().start, text, into);
        }),
        DeValue::Array(items) => items.iter().enumerate().for_each(|(at, value)| {
            collect(format!("{key}[{at}]"), value.get_ref(), value.span().start, text, into);
        }),
        _ => into.push((key, line_of(text, offset))),
    }
}

fn dotted(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") }
}
