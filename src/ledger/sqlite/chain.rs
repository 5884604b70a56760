//! The chain in the embedded ledger. A record is made by SQL from the row that it tells of, once when it is
//! appended and once more when it is examined: the same words both times.

use super::SqliteLedger;
use crate::ledger::{Chain, ChainBreak, Channel, FileDigest, Head, LedgerFault, PlacedDocument};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Version 3 of the layout.
pub(super) const LAYOUT: &str = "
    CREATE TABLE event (
        id     INTEGER PRIMARY KEY,
        record TEXT NOT NULL,
        digest BLOB NOT NULL CHECK (length(digest) = 32)
    ) STRICT;
    CREATE INDEX refusal_statement ON refusal (statement) WHERE statement IS NOT NULL;
";

/// What is recorded of a row, as SQL.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    table: &'static str,
    record: &'static str,
    holds: &'static str,
}

pub(super) const TAKEN: Kind = Kind {
    table: "statement",
    record: "json_array('taken', id, treasury, cui, date, channel, hex(canonical), edited, name, replaces, hex(input), \
             source, taken_at)",
    holds: "1",
};
pub(super) const SIGNED: Kind = Kind {
    table: "statement",
    record: "json_array('signed', id, hex(document), length, path, verifier, hex(verifier_certificate), seal, \
             hex(seal_certificate), signed_at)",
    holds: "signed_at IS NOT NULL",
};
pub(super) const PLACED: Kind = Kind {
    table: "statement",
    record: "json_array('placed', id, placed_at)",
    holds: "placed_at IS NOT NULL",
};
pub(super) const REFUSED: Kind = Kind {
    table: "refusal",
    record: "json_array('refused', id, statement, source, label, reason, reason_ro, at)",
    holds: "1",
};
pub(super) const DELIVERED: Kind =
    Kind { table: "delivery", record: "json_array('delivered', id, statement, volume, who, at)", holds: "1" };
pub(super) const HELD: Kind = Kind {
    table: "hold",
    record: "json_array('held', id, statement, hex(draft), reasons, reasons_ro, submitter, at)",
    holds: "1",
};
pub(super) const DECIDED: Kind = Kind {
    table: "decision",
    record: "json_array('decided', id, statement, word, who, hex(draft), reason, at)",
    holds: "1",
};
pub(super) const SHOWN: Kind =
    Kind { table: "look", record: "json_array('shown', id, hold, who, at)", holds: "1" };
pub(super) const RESTORED: Kind = Kind {
    table: "restoration",
    record: "json_array('restored', id, at, who, backup, events, heads)",
    holds: "1",
};
pub(super) const ADOPTED: Kind = Kind {
    table: "restoration",
    record: "json_array('adopted', id, adopted, done_at)",
    holds: "done_at IS NOT NULL",
};
pub(super) const ARCHIVED: Kind =
    Kind { table: "archival", record: "json_array('archived', id, statement, who, at)", holds: "1" };
/// Those that were there when the chain began, then those that came later.
const KINDS: [Kind; 11] =
    [TAKEN, SIGNED, PLACED, REFUSED, DELIVERED, HELD, DECIDED, SHOWN, RESTORED, ADOPTED, ARCHIVED];

/// Appends what a row says now, in the transaction that wrote it.
pub(super) fn append(transaction: &Connection, kind: Kind, id: i64) -> Result<(), LedgerFault> {
    let Kind { table, record, .. } = kind;
    let record: String = transaction
        .prepare_cached(&format!("SELECT {record} FROM {table} WHERE id = ?1"))?
        .query_row([id], |row| row.get(0))?;
    append_record(transaction, &record)
}

fn append_record(transaction: &Connection, record: &str) -> Result<(), LedgerFault> {
    let last = last(transaction)?;
    let next = i64::try_from(last.events.saturating_add(1)).unwrap_or(i64::MAX);
    transaction
        .prepare_cached("INSERT INTO event (id, record, digest) VALUES (?1, ?2, ?3)")?
        .execute(params![next, record, following(&last.digest, record)])?;
    Ok(())
}

/// A ledger from before the chain: what it holds becomes its first events.
pub(super) fn adopt(transaction: &Connection) -> Result<(), LedgerFault> {
    for kind in KINDS {
        let mut records = Vec::new();
        each_record(transaction, kind, &mut |record| records.push(record))?;
        records.iter().try_for_each(|record| append_record(transaction, record))?;
    }
    Ok(())
}

impl Chain for SqliteLedger {
    fn head(&mut self) -> Result<Head, LedgerFault> {
        last(&self.connection)
    }

    fn head_at(&mut self, events: u64) -> Result<Option<Head>, LedgerFault> {
        if events == 0 {
            return Ok(Some(Head::default()));
        }
        let id = i64::try_from(events).unwrap_or(i64::MAX);
        let mut query = self.connection.prepare_cached("SELECT digest FROM event WHERE id = ?1")?;
        let digest: Option<FileDigest> = query.query_row([id], |row| row.get(0)).optional()?;
        Ok(digest.map(|digest| Head { events, digest }))
    }

    fn breaks(&mut self) -> Result<Vec<ChainBreak>, LedgerFault> {
        let (mut breaks, mut told) = follow(&self.connection)?;
        for kind in KINDS {
            each_record(&self.connection, kind, &mut |record| {
                if !take_one(&mut told, &record) {
                    breaks.push(ChainBreak::NoEvent { record });
                }
            })?;
        }
        for event in told.into_values().flatten() {
            let id = i64::try_from(event).unwrap_or(i64::MAX);
            let mut query = self.connection.prepare_cached("SELECT record FROM event WHERE id = ?1")?;
            let record = query.query_row([id], |row| row.get(0))?;
            breaks.push(ChainBreak::NoRecord { event, record });
        }
        breaks.extend(states(&self.connection)?);
        breaks.sort_unstable();
        Ok(breaks)
    }

    fn documents(&mut self) -> Result<Vec<PlacedDocument>, LedgerFault> {
        let mut query = self.connection.prepare_cached(
            "SELECT channel, path, document, EXISTS (SELECT 1 FROM archival WHERE archival.statement = statement.id) \
             FROM statement WHERE placed_at IS NOT NULL ORDER BY id",
        )?;
        let rows = query.query_map([], |row| {
            let channel = if row.get::<_, String>(0)? == "stick" { Channel::Stick } else { Channel::Folder };
            Ok(PlacedDocument { channel, path: row.get(1)?, document: row.get(2)?, archived: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn last(connection: &Connection) -> Result<Head, LedgerFault> {
    let mut query = connection.prepare_cached("SELECT id, digest FROM event ORDER BY id DESC LIMIT 1")?;
    let last = query.query_row([], |row| {
        let events = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
        Ok(Head { events, digest: row.get(1)? })
    });
    Ok(last.optional()?.unwrap_or_default())
}

fn following(before: &FileDigest, record: &str) -> FileDigest {
    Sha256::new().chain_update(before).chain_update(record).finalize().into()
}

/// Events by the digest of their record: 32 bytes each, whatever they say.
type Told = BTreeMap<FileDigest, Vec<u64>>;

/// Follows the chain from its beginning. After a break it goes on from what stands there, so that each is
/// told by itself.
fn follow(connection: &Connection) -> Result<(Vec<ChainBreak>, Told), LedgerFault> {
    let (mut breaks, mut told, mut head) = (Vec::new(), Told::new(), Head::default());
    let mut query = connection.prepare("SELECT id, record, digest FROM event ORDER BY id")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let event = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
        let (record, digest): (String, FileDigest) = (row.get(1)?, row.get(2)?);
        let expected = head.events.saturating_add(1);
        if event != expected {
            breaks.push(ChainBreak::Gone { event: expected });
        } else if digest != following(&head.digest, &record) {
            breaks.push(ChainBreak::Altered { event });
        }
        told.entry(Sha256::digest(&record).into()).or_default().push(event);
        head = Head { events: event, digest };
    }
    Ok((breaks, told))
}

fn take_one(told: &mut Told, record: &str) -> bool {
    let digest: FileDigest = Sha256::digest(record).into();
    told.get_mut(&digest).and_then(Vec::pop).is_some()
}

fn each_record(connection: &Connection, kind: Kind, see: &mut dyn FnMut(String)) -> Result<(), LedgerFault> {
    let Kind { table, record, holds } = kind;
    let mut query = connection.prepare(&format!("SELECT {record} FROM {table} WHERE {holds} ORDER BY id"))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        see(row.get(0)?);
    }
    Ok(())
}

/// Statements whose state is not the one to which their records brought them.
fn states(connection: &Connection) -> Result<Vec<ChainBreak>, LedgerFault> {
    let mut query = connection.prepare(
        "SELECT id FROM statement WHERE state <> CASE \
           WHEN placed_at IS NOT NULL THEN 'placed' WHEN signed_at IS NOT NULL THEN 'signed' \
           WHEN EXISTS (SELECT 1 FROM refusal WHERE refusal.statement = statement.id) THEN 'refused' \
           ELSE 'taken' END",
    )?;
    let rows = query.query_map([], |row| Ok(ChainBreak::State { statement: row.get(0)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
