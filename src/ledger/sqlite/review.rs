//! Holds, decisions and balances in the embedded ledger.

use super::{SqliteLedger, chain, exactly_one, pdf};
use crate::ledger::{
    AccountDay, Approval, Carried, Channel, Decision, Held, Hold, LedgerFault, Neighbour, Review,
    StatementId, TakeRequest, Taken, Which,
};
use crate::model::{Bani, CanonicalDigest, Cui, StatementName, Sums, TreasuryCode};
use jiff::{Timestamp, civil::Date};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

/// Version 4 of the layout.
pub(super) const LAYOUT: &str = "
    CREATE TABLE balance (
        statement       INTEGER NOT NULL,
        treasury        TEXT NOT NULL,
        cui             TEXT NOT NULL,
        account         TEXT NOT NULL,
        date            TEXT NOT NULL,
        opening_debit   INTEGER NOT NULL,
        opening_credit  INTEGER NOT NULL,
        turnover_debit  INTEGER NOT NULL,
        turnover_credit INTEGER NOT NULL,
        totals_debit    INTEGER NOT NULL,
        totals_credit   INTEGER NOT NULL,
        closing_debit   INTEGER NOT NULL,
        closing_credit  INTEGER NOT NULL,
        PRIMARY KEY (cui, treasury, account, date, statement)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE hold (
        id         INTEGER PRIMARY KEY,
        statement  INTEGER NOT NULL REFERENCES statement (id),
        draft      BLOB NOT NULL CHECK (length(draft) = 32),
        reasons    TEXT NOT NULL,
        reasons_ro TEXT NOT NULL,
        submitter  INTEGER NOT NULL,
        at         INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX hold_statement ON hold (statement);
    CREATE TABLE decision (
        id        INTEGER PRIMARY KEY,
        statement INTEGER NOT NULL UNIQUE REFERENCES statement (id),
        word      TEXT NOT NULL CHECK (word IN ('approved', 'rejected')),
        who       INTEGER NOT NULL,
        draft     BLOB NOT NULL CHECK (length(draft) = 32),
        reason    TEXT NOT NULL,
        at        INTEGER NOT NULL
    ) STRICT;
";

/// Version 5: who was shown which draft, and decisions about a draft instead of about a statement.
pub(super) const LAYOUT_5: &str = "
    CREATE TABLE look (
        id   INTEGER PRIMARY KEY,
        hold INTEGER NOT NULL REFERENCES hold (id),
        who  INTEGER NOT NULL,
        at   INTEGER NOT NULL,
        UNIQUE (hold, who)
    ) STRICT;
    CREATE TABLE decision_5 (
        id        INTEGER PRIMARY KEY,
        statement INTEGER NOT NULL REFERENCES statement (id),
        word      TEXT NOT NULL CHECK (word IN ('approved', 'rejected')),
        who       INTEGER NOT NULL,
        draft     BLOB NOT NULL CHECK (length(draft) = 32),
        reason    TEXT NOT NULL,
        at        INTEGER NOT NULL,
        hold      INTEGER NOT NULL UNIQUE REFERENCES hold (id)
    ) STRICT;
    INSERT INTO decision_5 SELECT id, statement, word, who, draft, reason, at,
        (SELECT max(hold.id) FROM hold WHERE hold.statement = decision.statement) FROM decision;
    DROP TABLE decision;
    ALTER TABLE decision_5 RENAME TO decision;
";

/// The draft of a statement is the newest that waits; what was said of an older one is past.
macro_rules! waiting {
    ($condition:literal) => {
        concat!(
            "SELECT s.id, s.treasury, s.cui, s.date, s.channel, s.canonical, s.edited, s.name, r.name, r.document, ",
            "h.draft, h.reasons, h.reasons_ro, h.submitter, h.at, d.who, d.draft, d.at, ",
            "(SELECT group_concat(who) FROM look WHERE look.hold = h.id) ",
            "FROM statement s JOIN hold h ON h.id = (SELECT max(id) FROM hold WHERE statement = s.id) ",
            "LEFT JOIN statement r ON r.id = s.replaces LEFT JOIN decision d ON d.hold = h.id ",
            "WHERE s.state = 'taken' AND ",
            $condition
        )
    };
}
const ALL: &str = waiting!("1 ORDER BY s.id LIMIT ?1");
const APPROVED: &str = waiting!("d.word = 'approved' ORDER BY s.id LIMIT ?1");
const ONE: &str = waiting!("s.id = ?1");

/// A day of an account: the nearest one before or after a date, in the newest version that was not refused.
macro_rules! neighbour {
    ($condition:literal) => {
        concat!(
            "SELECT b.date, b.opening_debit, b.opening_credit, b.turnover_debit, b.turnover_credit, b.totals_debit, ",
            "b.totals_credit, b.closing_debit, b.closing_credit, ",
            "s.state = 'taken' AND EXISTS (SELECT 1 FROM hold WHERE hold.statement = s.id) ",
            "FROM balance b CROSS JOIN statement s ON s.id = b.statement ",
            "WHERE b.cui = ?2 AND b.treasury = ?1 AND b.account = ?3 AND s.state <> 'refused' ",
            $condition
        )
    };
}
const BEFORE: &str = neighbour!("AND b.date < ?4 ORDER BY b.date DESC, b.statement DESC LIMIT 1");
const AFTER: &str = neighbour!("AND b.date > ?4 ORDER BY b.date, b.statement DESC LIMIT 1");

/// Records how the accounts of a statement stand.
pub(super) fn record_balances(
    transaction: &Connection,
    request: &TakeRequest,
    statement: i64,
) -> Result<(), LedgerFault> {
    let (treasury, date) = (request.treasury.to_string(), request.date.to_string());
    record_accounts(transaction, &treasury, request.cui.as_str(), &date, &request.accounts, statement)
}

/// The same of a statement that is known otherwise.
pub(super) fn record_accounts(
    transaction: &Connection,
    treasury: &str,
    cui: &str,
    date: &str,
    accounts: &[AccountDay],
    statement: i64,
) -> Result<(), LedgerFault> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO balance VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for day in accounts {
        insert.execute(params![
            statement,
            treasury,
            cui,
            day.account,
            date,
            day.opening.debit.get(),
            day.opening.credit.get(),
            day.turnover.debit.get(),
            day.turnover.credit.get(),
            day.totals.debit.get(),
            day.totals.credit.get(),
            day.closing.debit.get(),
            day.closing.credit.get(),
        ])?;
    }
    Ok(())
}

/// The neighbours of each account that has any; the later one only where it is asked for.
pub(super) fn carried(
    connection: &Connection,
    request: &TakeRequest,
    later_too: bool,
) -> Result<Vec<Carried>, LedgerFault> {
    let (treasury, date) = (request.treasury.to_string(), request.date.to_string());
    let (mut before, mut after) = (connection.prepare_cached(BEFORE)?, connection.prepare_cached(AFTER)?);
    let mut found = Vec::new();
    for day in &request.accounts {
        let account = day.account.as_str();
        let side = |query: &mut CachedStatement<'_>| -> Result<Option<Neighbour>, LedgerFault> {
            let row = query.query_row(params![treasury, request.cui.as_str(), account, date], |row| {
                neighbour(row, account)
            });
            Ok(row.optional()?.flatten())
        };
        let (before, after) = (side(&mut before)?, if later_too { side(&mut after)? } else { None });
        if before.is_some() || after.is_some() {
            found.push(Carried { account: account.to_owned(), before, after });
        }
    }
    Ok(found)
}

fn neighbour(row: &Row<'_>, account: &str) -> rusqlite::Result<Option<Neighbour>> {
    let sums = |at: usize| -> rusqlite::Result<Sums> {
        Ok(Sums { debit: Bani::new(row.get(at)?), credit: Bani::new(row.get(at + 1)?) })
    };
    let date: String = row.get(0)?;
    let day = AccountDay {
        account: account.to_owned(),
        opening: sums(1)?,
        turnover: sums(3)?,
        totals: sums(5)?,
        closing: sums(7)?,
    };
    let waits = row.get(9)?;
    Ok(date.parse().ok().map(|date| Neighbour { date, day, waits }))
}

/// Whether a statement that was taken waits, or was approved.
pub(super) fn is_held(connection: &Connection, id: i64) -> Result<bool, LedgerFault> {
    let mut query = connection.prepare_cached("SELECT 1 FROM hold WHERE statement = ?1 LIMIT 1")?;
    Ok(query.query_row([id], |_| Ok(())).optional()?.is_some())
}

impl Review for SqliteLedger {
    fn hold(&mut self, holds: &[Hold]) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        for hold in holds {
            transaction
                .prepare_cached(
                    "INSERT INTO hold (statement, draft, reasons, reasons_ro, submitter, at) \
                     SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM statement WHERE id = ?1 AND state = 'taken'",
                )?
                .execute(params![
                    hold.id.0,
                    hold.draft,
                    hold.reasons,
                    hold.reasons_ro,
                    hold.submitter,
                    hold.at.as_second()
                ])
                .and_then(exactly_one)?;
            chain::append(&transaction, chain::HELD, transaction.last_insert_rowid())?;
        }
        Ok(transaction.commit()?)
    }

    fn held(&mut self, which: Which<'_>) -> Result<Vec<Held>, LedgerFault> {
        match which {
            Which::All(most) => all(&self.connection, ALL, i64::from(most)),
            Which::Approved(most) => all(&self.connection, APPROVED, i64::from(most)),
            Which::These(ids) => {
                let mut found = Vec::with_capacity(ids.len());
                for id in ids {
                    found.append(&mut all(&self.connection, ONE, id.0)?);
                }
                Ok(found)
            }
        }
    }

    fn shown(&mut self, id: StatementId, who: u32, at: Timestamp) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        let new = transaction
            .prepare_cached(
                "INSERT OR IGNORE INTO look (hold, who, at) SELECT max(id), ?2, ?3 FROM hold WHERE statement = ?1 \
                 HAVING max(id) IS NOT NULL",
            )?
            .execute(params![id.0, who, at.as_second()])?;
        if new > 0 {
            chain::append(&transaction, chain::SHOWN, transaction.last_insert_rowid())?;
        }
        Ok(transaction.commit()?)
    }

    fn decide(&mut self, decisions: &[Decision]) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        for decision in decisions {
            transaction
                .prepare_cached(
                    "INSERT INTO decision (statement, word, who, draft, reason, at, hold) \
                     SELECT ?1, ?2, ?3, ?4, ?5, ?6, hold.id FROM statement JOIN hold \
                     ON hold.id = (SELECT max(id) FROM hold WHERE statement = ?1) \
                     WHERE statement.id = ?1 AND state = 'taken' AND hold.draft = ?4",
                )?
                .execute(params![
                    decision.id.0,
                    if decision.approved { "approved" } else { "rejected" },
                    decision.who,
                    decision.draft,
                    decision.reason,
                    decision.at.as_second(),
                ])
                .and_then(exactly_one)?;
            chain::append(&transaction, chain::DECIDED, transaction.last_insert_rowid())?;
            if !decision.approved {
                reject(&transaction, decision)?;
            }
        }
        Ok(transaction.commit()?)
    }
}

/// A rejected statement is a refused one.
fn reject(transaction: &Connection, decision: &Decision) -> Result<(), LedgerFault> {
    transaction
        .prepare_cached("UPDATE statement SET state = 'refused' WHERE id = ?1 AND state = 'taken'")?
        .execute([decision.id.0])
        .and_then(exactly_one)?;
    transaction
        .prepare_cached(
            "INSERT INTO refusal (statement, source, label, reason, reason_ro, at) \
             SELECT id, source, treasury || ' ' || cui || ' ' || date, ?2, ?3, ?4 FROM statement WHERE id = ?1",
        )?
        .execute(params![
            decision.id.0,
            format!("rejected by user {}: {}", decision.who, decision.reason),
            format!("respins de utilizatorul {}: {}", decision.who, decision.reason),
            decision.at.as_second(),
        ])?;
    chain::append(transaction, chain::REFUSED, transaction.last_insert_rowid())
}

fn all(connection: &Connection, query: &str, value: i64) -> Result<Vec<Held>, LedgerFault> {
    let mut query = connection.prepare_cached(query)?;
    let rows = query.query_map([value], |row| Ok((row.get::<_, i64>(0)?, held(row)?)))?;
    let mut found = Vec::new();
    for row in rows {
        let (id, held) = row?;
        found.push(held.ok_or(LedgerFault::Damaged { id })?);
    }
    Ok(found)
}

fn held(row: &Row<'_>) -> rusqlite::Result<Option<Held>> {
    let text = |at: usize| row.get::<_, String>(at);
    let id = StatementId(row.get(0)?);
    let (treasury, cui, date) =
        (TreasuryCode::parse(&text(1)?), Cui::parse(&text(2)?), text(3)?.parse::<Date>());
    let channel = if text(4)? == "stick" { Channel::Stick } else { Channel::Folder };
    let canonical = CanonicalDigest(row.get(5)?);
    let (edited, name) = (Timestamp::from_second(row.get(6)?), StatementName::parse(&text(7)?));
    let replaces = match (row.get::<_, Option<String>>(8)?, row.get(9)?) {
        (Some(name), Some(document)) => Some((pdf(&name), document)),
        _ => None,
    };
    let at = Timestamp::from_second(row.get(14)?);
    let (Ok(treasury), Ok(cui), Ok(date), Ok(edited), Some(name), Ok(at)) =
        (treasury, cui, date, edited, name, at)
    else {
        return Ok(None);
    };
    let hold = Hold {
        id,
        draft: row.get(10)?,
        reasons: text(11)?,
        reasons_ro: text(12)?,
        submitter: row.get(13)?,
        at,
    };
    let taken = Taken { id, edited, name, replaces, carried: Vec::new() };
    let approved = match row.get::<_, Option<u32>>(15)? {
        None => None,
        Some(who) => match Timestamp::from_second(row.get(17)?) {
            Ok(at) => Some(Approval { who, draft: row.get(16)?, at }),
            Err(_) => return Ok(None),
        },
    };
    let shown: Option<String> = row.get(18)?;
    let shown_to = shown.iter().flat_map(|all| all.split(',')).filter_map(|who| who.parse().ok()).collect();
    Ok(Some(Held { hold, treasury, cui, date, channel, canonical, taken, shown_to, approved }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A million rows must not slow the next day: the neighbours of an account are found by the primary key, without a sort.
    #[test]
    fn neighbours_are_found_by_the_key_and_not_by_looking_at_all_rows() {
        let ledger = SqliteLedger::in_memory().expect("a ledger");
        for query in [BEFORE, AFTER] {
            let mut plan =
                ledger.connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).expect("prepared");
            let rows =
                plan.query_map(params!["521", "9999008", "A", "2026-05-12"], |row| row.get::<_, String>(3));
            let steps: Vec<String> = rows.expect("planned").collect::<Result<_, _>>().expect("read");
            assert!(steps.iter().any(|step| step.starts_with("SEARCH b USING PRIMARY KEY")), "{steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN b")), "{steps:?}");
        }
    }
}
