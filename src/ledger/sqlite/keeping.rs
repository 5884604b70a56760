//! Backups, restorations and the archive in the embedded ledger.

use super::{SqliteLedger, chain, exactly_one, review};
use crate::ledger::{Adopted, Archivable, Keeping, LedgerFault, NotAdopted, Restoration, StatementId};
use jiff::{Timestamp, civil::Date};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::Path;
use std::time::Duration;

/// Version 6 of the layout.
pub(super) const LAYOUT: &str = "
    CREATE TABLE restoration (
        id      INTEGER PRIMARY KEY AUTOINCREMENT,
        at      INTEGER NOT NULL,
        who     INTEGER NOT NULL,
        backup  TEXT NOT NULL,
        events  INTEGER NOT NULL,
        heads   TEXT NOT NULL,
        adopted INTEGER,
        done_at INTEGER
    ) STRICT;
    CREATE TABLE archival (
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        statement INTEGER NOT NULL UNIQUE REFERENCES statement (id),
        who       INTEGER NOT NULL,
        at        INTEGER NOT NULL
    ) STRICT;
";

/// Pages of the ledger that are copied at a time; between two steps others may write.
const STEP: i32 = 256;
/// How long to let others write.
const BREATH: Duration = Duration::from_millis(5);

impl SqliteLedger {
    /// Copies the ledger as it is at one moment, whatever a daemon writes meanwhile, into a file that is not there yet.
    ///
    /// # Errors
    /// What either database says.
    pub fn copy_to(&self, path: &Path) -> Result<(), LedgerFault> {
        let mut copy = Connection::open(path)?;
        {
            let backup = Backup::new(&self.connection, &mut copy)?;
            while !matches!(backup.step(STEP)?, StepResult::Done) {
                std::thread::sleep(BREATH);
            }
        }
        // A copy is one file, with nothing beside it that could be forgotten.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(())
    }
}

impl Keeping for SqliteLedger {
    fn restored(&mut self, restoration: &Restoration) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        transaction
            .prepare_cached(
                "INSERT INTO restoration (at, who, backup, events, heads) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                restoration.at.as_second(),
                restoration.who,
                restoration.backup,
                i64::try_from(restoration.events).unwrap_or(i64::MAX),
                restoration.heads
            ])?;
        chain::append(&transaction, chain::RESTORED, transaction.last_insert_rowid())?;
        Ok(transaction.commit()?)
    }

    fn pending(&mut self) -> Result<Option<Restoration>, LedgerFault> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, at, who, backup, events, heads FROM restoration WHERE done_at IS NULL ORDER BY id DESC LIMIT 1",
        )?;
        Ok(query.query_row([], restoration).optional()?)
    }

    fn adopt(
        &mut self,
        document: &Adopted,
        now: Timestamp,
    ) -> Result<Result<Option<StatementId>, NotAdopted>, LedgerFault> {
        let transaction = self.transaction()?;
        let adopted = match adopt(&transaction, document, now)? {
            Ok(adopted) => adopted,
            Err(not) => return Ok(Err(not)),
        };
        transaction.commit()?;
        Ok(Ok(adopted))
    }

    fn adopted(&mut self, id: i64, documents: u64, at: Timestamp) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        transaction
            .prepare_cached(
                "UPDATE restoration SET adopted = ?2, done_at = ?3 WHERE id = ?1 AND done_at IS NULL",
            )?
            .execute(params![id, i64::try_from(documents).unwrap_or(i64::MAX), at.as_second()])
            .and_then(exactly_one)?;
        chain::append(&transaction, chain::ADOPTED, id)?;
        Ok(transaction.commit()?)
    }

    fn restorations(&mut self) -> Result<Vec<Restoration>, LedgerFault> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, at, who, backup, events, heads FROM restoration ORDER BY id")?;
        Ok(query.query_map([], restoration)?.collect::<Result<_, _>>()?)
    }

    fn archivable(&mut self, before: Date, most: u32) -> Result<Vec<Archivable>, LedgerFault> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, path, document FROM statement WHERE date < ?1 AND channel = 'folder' AND state = 'placed' \
             AND NOT EXISTS (SELECT 1 FROM archival WHERE archival.statement = statement.id) ORDER BY date, id LIMIT ?2",
        )?;
        let rows = query.query_map(params![before.to_string(), most], |row| {
            Ok(Archivable { id: StatementId(row.get(0)?), path: row.get(1)?, document: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn archived(&mut self, ids: &[StatementId], who: u32, at: Timestamp) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        for id in ids {
            transaction
                .prepare_cached(
                    "INSERT INTO archival (statement, who, at) SELECT id, ?2, ?3 FROM statement \
                     WHERE id = ?1 AND state = 'placed'",
                )?
                .execute(params![id.0, who, at.as_second()])
                .and_then(exactly_one)?;
            chain::append(&transaction, chain::ARCHIVED, transaction.last_insert_rowid())?;
        }
        Ok(transaction.commit()?)
    }
}

fn restoration(row: &Row<'_>) -> rusqlite::Result<Restoration> {
    Ok(Restoration {
        id: row.get(0)?,
        at: Timestamp::from_second(row.get(1)?).unwrap_or_default(),
        who: row.get(2)?,
        backup: row.get(3)?,
        events: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
        heads: row.get(5)?,
    })
}

/// What the ledger has of the day of a document, and of its name.
struct Known {
    id: i64,
    canonical: [u8; 32],
    state: String,
    name: String,
    document: Option<[u8; 32]>,
}

fn adopt(
    transaction: &Connection,
    document: &Adopted,
    now: Timestamp,
) -> Result<Result<Option<StatementId>, NotAdopted>, LedgerFault> {
    let name = document.name.to_string();
    let of_the_day = known(transaction, document)?;
    let taken = of_the_day.iter().find(|known| known.canonical == document.canonical.0);
    let newest = of_the_day.iter().rfind(|known| known.document.is_some());
    let replaces = match (document.replaces, newest) {
        (Some(digest), _) => match of_the_day.iter().find(|known| known.document == Some(digest)) {
            Some(known) => Some(known.id),
            None => return Ok(Err(NotAdopted::ReplacesNothing)),
        },
        (None, Some(_)) => return Ok(Err(NotAdopted::Conflict)),
        (None, None) => None,
    };
    match taken {
        Some(known) if known.state != "taken" || known.name != name => Ok(Err(NotAdopted::Conflict)),
        Some(known) => {
            place(transaction, document, known.id, now)?;
            Ok(Ok(Some(StatementId(known.id))))
        }
        None if is_named(transaction, &name)? => Ok(Err(NotAdopted::NameTaken)),
        None => {
            let id = take(transaction, document, replaces, now)?;
            place(transaction, document, id, now)?;
            Ok(Ok(None))
        }
    }
}

fn known(transaction: &Connection, document: &Adopted) -> Result<Vec<Known>, LedgerFault> {
    let mut query = transaction.prepare_cached(
        "SELECT id, canonical, state, name, document FROM statement \
         WHERE treasury = ?1 AND cui = ?2 AND date = ?3 AND channel = 'folder' AND state <> 'refused' ORDER BY id",
    )?;
    let day = &document.name;
    let rows = query.query_map(
        params![day.treasury.to_string(), day.cui.as_str(), day.date.to_string()],
        |row| {
            Ok(Known {
                id: row.get(0)?,
                canonical: row.get(1)?,
                state: row.get(2)?,
                name: row.get(3)?,
                document: row.get(4)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn is_named(transaction: &Connection, name: &str) -> Result<bool, LedgerFault> {
    let mut query = transaction.prepare_cached(
        "SELECT 1 FROM statement WHERE name = ?1 AND channel = 'folder' AND state <> 'refused'",
    )?;
    Ok(query.query_row([name], |_| Ok(())).optional()?.is_some())
}

fn take(
    transaction: &Connection,
    document: &Adopted,
    replaces: Option<i64>,
    now: Timestamp,
) -> Result<i64, LedgerFault> {
    let day = &document.name;
    transaction
        .prepare_cached(
            "INSERT INTO statement (treasury, cui, date, channel, canonical, edited, name, replaces, input, source, \
             state, taken_at) VALUES (?1, ?2, ?3, 'folder', ?4, ?5, ?6, ?7, zeroblob(32), ?8, 'taken', ?9)",
        )?
        .execute(params![
            day.treasury.to_string(),
            day.cui.as_str(),
            day.date.to_string(),
            document.canonical.0,
            document.signed.as_second(),
            day.to_string(),
            replaces,
            format!("out/{}", document.path),
            now.as_second(),
        ])?;
    let id = transaction.last_insert_rowid();
    chain::append(transaction, chain::TAKEN, id)?;
    let (treasury, date) = (day.treasury.to_string(), day.date.to_string());
    review::record_accounts(transaction, &treasury, day.cui.as_str(), &date, &document.accounts, id)?;
    Ok(id)
}

fn place(transaction: &Connection, document: &Adopted, id: i64, now: Timestamp) -> Result<(), LedgerFault> {
    transaction
        .prepare_cached(
            "UPDATE statement SET state = 'placed', document = ?2, length = ?3, path = ?4, verifier = ?5, \
             verifier_certificate = ?6, seal = ?7, seal_certificate = ?8, signed_at = ?9, placed_at = ?10 \
             WHERE id = ?1 AND state = 'taken'",
        )?
        .execute(params![
            id,
            document.document,
            i64::try_from(document.length).unwrap_or(i64::MAX),
            document.path,
            document.verifier.0,
            document.verifier.1,
            document.seal.0,
            document.seal.1,
            document.signed.as_second(),
            now.as_second(),
        ])
        .and_then(exactly_one)?;
    chain::append(transaction, chain::SIGNED, id)?;
    chain::append(transaction, chain::PLACED, id)
}
