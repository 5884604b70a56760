//! The embedded ledger: SQLite, write-ahead log, each transaction synchronised (`synchronous = FULL`).
//!
//! One table of statements and one of refusals. Times are Unix seconds UTC, digests are 32-byte
//! blobs, states are small words. `user_version` is the version of this layout.

mod chain;
mod delivery;
mod journal;
mod keeping;
mod review;

use super::{
    Channel, Correction, DayCounts, FileDigest, Filter, Ledger, LedgerFault, Refusal, SignedRecord,
    StatementId, Take, TakeRequest, Taken, Unplaced,
};
use crate::clock::in_bucharest;
use crate::model::StatementName;
use jiff::Timestamp;
use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params,
};
use std::path::Path;

const VERSION: i64 = 6;

/// How a ledger of each version becomes one of the next; an empty file has version 0.
const STEPS: [&str; 6] =
    [LAYOUT, delivery::LAYOUT, chain::LAYOUT, review::LAYOUT, review::LAYOUT_5, keeping::LAYOUT];

/// The version since which what is recorded is also chained.
const CHAINED: i64 = 3;

const LAYOUT: &str = "
    CREATE TABLE statement (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        treasury     TEXT NOT NULL,
        cui          TEXT NOT NULL,
        date         TEXT NOT NULL,
        channel      TEXT NOT NULL CHECK (channel IN ('folder', 'stick')),
        canonical    BLOB NOT NULL CHECK (length(canonical) = 32),
        edited       INTEGER NOT NULL,
        name         TEXT NOT NULL,
        replaces     INTEGER REFERENCES statement (id),
        input        BLOB NOT NULL CHECK (length(input) = 32),
        source       TEXT NOT NULL,
        state        TEXT NOT NULL CHECK (state IN ('taken', 'signed', 'placed', 'refused')),
        taken_at     INTEGER NOT NULL,
        document     BLOB CHECK (length(document) = 32),
        length       INTEGER,
        path         TEXT,
        verifier     TEXT,
        verifier_certificate BLOB,
        seal         TEXT,
        seal_certificate BLOB,
        signed_at    INTEGER,
        placed_at    INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX statement_canonical ON statement (canonical, channel) WHERE state <> 'refused';
    CREATE UNIQUE INDEX statement_name ON statement (name, channel) WHERE state <> 'refused';
    CREATE INDEX statement_day ON statement (treasury, cui, date, channel);
    CREATE INDEX statement_date ON statement (date);
    CREATE INDEX statement_open ON statement (state) WHERE state IN ('taken', 'signed');
    CREATE TABLE refusal (
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        statement INTEGER REFERENCES statement (id),
        source    TEXT NOT NULL,
        label     TEXT NOT NULL,
        reason    TEXT NOT NULL,
        reason_ro TEXT NOT NULL,
        at        INTEGER NOT NULL
    ) STRICT;
";

/// The ledger in a file.
#[derive(Debug)]
pub struct SqliteLedger {
    connection: Connection,
}

impl SqliteLedger {
    /// Opens the ledger, or makes an empty one.
    pub fn open(path: &Path) -> Result<Self, LedgerFault> {
        Self::prepare(Connection::open(path)?)
    }

    /// Looks whether a ledger that exists is whole and of a version that we know; changes nothing in it. One of an earlier
    /// version, one that a crash left empty, or in the middle of its first transaction, is brought to ours by whoever opens it
    /// to write.
    pub fn inspect(path: &Path) -> Result<(), LedgerFault> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let found = match version(&connection) {
            // What a crash began must be undone first (a hot journal), and whoever only reads cannot.
            Err(LedgerFault::Database { error })
                if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) =>
            {
                return Ok(());
            }
            found => found?,
        };
        if !(0..=VERSION).contains(&found) {
            return Err(LedgerFault::Version { found, known: VERSION });
        }
        let told: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if told == "ok" { Ok(()) } else { Err(LedgerFault::NotWhole { told }) }
    }

    /// Opens a ledger that exists, to look at it as it is at this moment, whatever a daemon writes meanwhile:
    /// nothing in it is changed.
    pub fn open_to_read(path: &Path) -> Result<Self, LedgerFault> {
        Self::inspect(path)?;
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        let found = version(&connection)?;
        if found != VERSION {
            return Err(LedgerFault::Version { found, known: VERSION });
        }
        // A read transaction sees one state; it begins with its first read.
        connection.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema;")?;
        Ok(Self { connection })
    }

    /// Looks at a ledger that was opened to read as it is now.
    pub fn look_again(&mut self) -> Result<(), LedgerFault> {
        Ok(self.connection.execute_batch("COMMIT; BEGIN; SELECT count(*) FROM sqlite_schema;")?)
    }

    /// A ledger that is gone with the value: for tests.
    pub fn in_memory() -> Result<Self, LedgerFault> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self, LedgerFault> {
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(64);
        let found = version(&connection)?;
        let missing = match usize::try_from(found).ok().and_then(|found| STEPS.get(found..)) {
            Some(missing) => missing,
            None => return Err(LedgerFault::Version { found, known: VERSION }),
        };
        if !missing.is_empty() {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
            missing.iter().try_for_each(|step| transaction.execute_batch(step))?;
            if found < CHAINED {
                chain::adopt(&transaction)?;
            }
            transaction.pragma_update(None, "user_version", VERSION)?;
            transaction.commit()?;
        }
        Ok(Self { connection })
    }

    fn transaction(&mut self) -> Result<Transaction<'_>, LedgerFault> {
        Ok(self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

/// Version of the layout; 0 of a ledger in which nothing has been laid out.
fn version(connection: &Connection) -> Result<i64, LedgerFault> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

impl Ledger for SqliteLedger {
    fn take(&mut self, requests: &[TakeRequest], now: Timestamp) -> Result<Vec<Take>, LedgerFault> {
        let transaction = self.transaction()?;
        let taken =
            requests.iter().map(|request| take(&transaction, request, now)).collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(taken)
    }

    fn signed(&mut self, records: &[SignedRecord]) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        for record in records {
            let seal = record.seal.as_ref();
            transaction
                .prepare_cached(
                    "UPDATE statement SET state = 'signed', document = ?2, length = ?3, path = ?4, verifier = ?5, \
                     verifier_certificate = ?6, seal = ?7, seal_certificate = ?8, signed_at = ?9 \
                     WHERE id = ?1 AND state = 'taken'",
                )?
                .execute(params![
                    record.id.0,
                    record.document,
                    i64::try_from(record.length).unwrap_or(i64::MAX),
                    record.path,
                    record.verifier.0,
                    record.verifier.1,
                    seal.map(|(name, _)| name),
                    seal.map(|(_, certificate)| certificate),
                    record.at.as_second(),
                ])
                .and_then(exactly_one)?;
            chain::append(&transaction, chain::SIGNED, record.id.0)?;
        }
        Ok(transaction.commit()?)
    }

    fn placed(&mut self, ids: &[StatementId], at: Timestamp) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        for id in ids {
            transaction
                .prepare_cached(
                    "UPDATE statement SET state = 'placed', placed_at = ?2 WHERE id = ?1 AND state = 'signed'",
                )?
                .execute(params![id.0, at.as_second()])
                .and_then(exactly_one)?;
            chain::append(&transaction, chain::PLACED, id.0)?;
        }
        Ok(transaction.commit()?)
    }

    fn refused(&mut self, refusals: &[Refusal]) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        for refusal in refusals {
            let id = refusal.id.map(|id| id.0);
            transaction
                .prepare_cached("UPDATE statement SET state = 'refused' WHERE id = ?1 AND state = 'taken'")?
                .execute(params![id])?;
            transaction
                .prepare_cached(
                    "INSERT INTO refusal (statement, source, label, reason, reason_ro, at) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    id,
                    refusal.source,
                    refusal.label,
                    refusal.reason,
                    refusal.reason_ro,
                    refusal.at.as_second()
                ])?;
            chain::append(&transaction, chain::REFUSED, transaction.last_insert_rowid())?;
        }
        Ok(transaction.commit()?)
    }

    fn unplaced(&mut self) -> Result<Vec<Unplaced>, LedgerFault> {
        let mut query = self.connection.prepare_cached(
            "SELECT id, channel, document, path FROM statement WHERE state = 'signed' ORDER BY id",
        )?;
        let rows = query.query_map([], |row| {
            let channel = if row.get::<_, String>(1)? == "stick" { Channel::Stick } else { Channel::Folder };
            Ok(Unplaced { id: StatementId(row.get(0)?), channel, document: row.get(2)?, path: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn last_taken(&mut self) -> Result<Option<Timestamp>, LedgerFault> {
        let mut query =
            self.connection.prepare_cached("SELECT taken_at FROM statement ORDER BY id DESC LIMIT 1")?;
        let last: Option<i64> = query.query_row([], |row| row.get(0)).optional()?;
        Ok(last.and_then(|at| Timestamp::from_second(at).ok()))
    }

    fn counts(&mut self, filter: &Filter) -> Result<Vec<DayCounts>, LedgerFault> {
        let mut query = self.connection.prepare_cached(
            "SELECT treasury, date, sum(state = 'taken'), \
                    sum(state = 'taken' AND EXISTS (SELECT 1 FROM hold WHERE hold.statement = statement.id)), \
                    sum(state = 'signed'), \
                    sum(state = 'placed' AND channel = 'folder'), sum(state = 'placed' AND channel = 'stick'), \
                    sum(state = 'refused') \
             FROM statement WHERE (?1 IS NULL OR cui = ?1) AND (?2 IS NULL OR date = ?2) \
             GROUP BY date, treasury ORDER BY date, treasury",
        )?;
        let count =
            |row: &Row<'_>, at: usize| row.get(at).map(|count: i64| u64::try_from(count).unwrap_or(0));
        let rows = query.query_map(params![filter.cui, filter.date], |row| {
            Ok(DayCounts {
                treasury: row.get(0)?,
                date: row.get(1)?,
                taken: count(row, 2)?,
                waiting: count(row, 3)?,
                signed: count(row, 4)?,
                published: count(row, 5)?,
                stick: count(row, 6)?,
                refused: count(row, 7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn refusals(&mut self, filter: &Filter, most: u32) -> Result<Vec<Refusal>, LedgerFault> {
        let mut query = self.connection.prepare_cached(
            "SELECT statement, source, label, reason, reason_ro, at FROM refusal \
             WHERE (?1 IS NULL OR instr(label, ?1)) AND (?2 IS NULL OR instr(label, ?2)) ORDER BY id DESC LIMIT ?3",
        )?;
        let rows = query.query_map(params![filter.cui, filter.date, most], |row| {
            Ok(Refusal {
                id: row.get::<_, Option<i64>>(0)?.map(StatementId),
                source: row.get(1)?,
                label: row.get(2)?,
                reason: row.get(3)?,
                reason_ro: row.get(4)?,
                at: Timestamp::from_second(row.get(5)?).unwrap_or_default(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A record as `take` meets it.
struct Known {
    id: i64,
    canonical: FileDigest,
    state: String,
    name: String,
    edited: i64,
    replaces: Option<i64>,
    document: Option<FileDigest>,
}

/// Decides about one day. The newest document of the day is the one in force.
fn take(transaction: &Transaction<'_>, request: &TakeRequest, now: Timestamp) -> Result<Take, LedgerFault> {
    let of_the_day = known(transaction, request)?;
    let newest = of_the_day.last();
    let same = of_the_day.iter().find(|known| known.canonical == request.canonical.0);
    match (same, newest) {
        (Some(same), _) if same.state == "taken" && review::is_held(transaction, same.id)? => {
            Ok(Take::Held { name: pdf(&same.name) })
        }
        (Some(same), _) if same.state == "taken" => resume(transaction, request, same),
        (Some(same), Some(newest)) if same.id == newest.id => Ok(Take::Known { name: pdf(&same.name) }),
        (Some(same), _) if request.correction == Correction::None => {
            Ok(Take::Known { name: pdf(&same.name) })
        }
        (Some(same), _) => Ok(Take::Replaced { name: pdf(&same.name) }),
        (None, None) => record(transaction, request, None, now),
        (None, Some(newest)) if newest.document.is_none() && review::is_held(transaction, newest.id)? => {
            Ok(Take::Waits { name: pdf(&newest.name) })
        }
        (None, Some(newest)) => match request.correction {
            Correction::None => Ok(Take::Conflict { name: pdf(&newest.name) }),
            Correction::Unapproved => Ok(Take::Unapproved { name: pdf(&newest.name) }),
            Correction::Accepted if newest.document.is_none() => Ok(Take::Busy),
            Correction::Accepted => record(transaction, request, Some(newest), now),
        },
    }
}

fn known(transaction: &Transaction<'_>, request: &TakeRequest) -> Result<Vec<Known>, LedgerFault> {
    let mut query = transaction.prepare_cached(
        "SELECT id, canonical, state, name, edited, replaces, document FROM statement \
         WHERE treasury = ?1 AND cui = ?2 AND date = ?3 AND channel = ?4 AND state <> 'refused' ORDER BY id",
    )?;
    let rows = query.query_map(
        params![
            request.treasury.to_string(),
            request.cui.as_str(),
            request.date.to_string(),
            request.channel.word()
        ],
        |row| {
            Ok(Known {
                id: row.get(0)?,
                canonical: row.get(1)?,
                state: row.get(2)?,
                name: row.get(3)?,
                edited: row.get(4)?,
                replaces: row.get(5)?,
                document: row.get(6)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn resume(transaction: &Transaction<'_>, request: &TakeRequest, known: &Known) -> Result<Take, LedgerFault> {
    let damaged = || LedgerFault::Damaged { id: known.id };
    let replaces = match known.replaces {
        None => None,
        Some(id) => Some(
            transaction
                .prepare_cached("SELECT name, document FROM statement WHERE id = ?1")?
                .query_row([id], |row| Ok((pdf(&row.get::<_, String>(0)?), row.get(1)?)))?,
        ),
    };
    Ok(Take::Resumed(Taken {
        id: StatementId(known.id),
        edited: Timestamp::from_second(known.edited).map_err(|_| damaged())?,
        name: StatementName::parse(&known.name).ok_or_else(damaged)?,
        replaces,
        carried: review::carried(transaction, request, known.replaces.is_some())?,
    }))
}

fn record(
    transaction: &Transaction<'_>,
    request: &TakeRequest,
    replaces: Option<&Known>,
    now: Timestamp,
) -> Result<Take, LedgerFault> {
    let edited = Timestamp::from_second(request.edited.as_second()).unwrap_or(request.edited);
    let name = free_name(transaction, request, edited)?;
    transaction
        .prepare_cached(
            "INSERT INTO statement (treasury, cui, date, channel, canonical, edited, name, replaces, input, source, \
             state, taken_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'taken', ?11)",
        )?
        .execute(params![
            request.treasury.to_string(),
            request.cui.as_str(),
            request.date.to_string(),
            request.channel.word(),
            request.canonical.0,
            edited.as_second(),
            name.to_string(),
            replaces.map(|known| known.id),
            request.input,
            request.source,
            now.as_second(),
        ])?;
    let id = transaction.last_insert_rowid();
    chain::append(transaction, chain::TAKEN, id)?;
    let carried = review::carried(transaction, request, replaces.is_some())?;
    review::record_balances(transaction, request, id)?;
    Ok(Take::New(Taken {
        id: StatementId(id),
        edited,
        name,
        replaces: replaces.and_then(|known| known.document.map(|document| (pdf(&known.name), document))),
        carried,
    }))
}

/// The minute of editing, or the next one that no other document of that channel has.
fn free_name(
    transaction: &Transaction<'_>,
    request: &TakeRequest,
    edited: Timestamp,
) -> Result<StatementName, LedgerFault> {
    let civil = in_bucharest(edited);
    let mut name = StatementName {
        treasury: request.treasury,
        cui: request.cui.clone(),
        date: request.date,
        hour: civil.hour(),
        minute: civil.minute(),
    };
    const MINUTES_OF_A_DAY: usize = 24 * 60;
    for _ in 0..MINUTES_OF_A_DAY {
        let owner = transaction
            .prepare_cached(
                "SELECT 1 FROM statement WHERE name = ?1 AND channel = ?2 AND state <> 'refused'",
            )?
            .query_row(params![name.to_string(), request.channel.word()], |_| Ok(()))
            .optional()?;
        if owner.is_none() {
            return Ok(name);
        }
        name = name.next_minute();
    }
    Err(LedgerFault::NoMinuteLeft { name: name.pdf() })
}

fn pdf(stem: &str) -> String {
    format!("{stem}.pdf")
}

fn exactly_one(changed: usize) -> rusqlite::Result<()> {
    if changed == 1 { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(changed)) }
}

#[cfg(test)]
mod tests;
