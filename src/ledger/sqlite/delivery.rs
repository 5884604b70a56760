//! Deliveries in the embedded ledger: a table that only grows.

use super::{SqliteLedger, chain};
use crate::ledger::{Deliveries, Delivery, LedgerFault, StatementId, StickDocument};
use rusqlite::{Params, Row, params};

/// Version 2 of the layout.
pub(super) const LAYOUT: &str = "
    CREATE TABLE delivery (
        id        INTEGER PRIMARY KEY AUTOINCREMENT,
        statement INTEGER NOT NULL REFERENCES statement (id),
        volume    TEXT,
        who       TEXT NOT NULL,
        at        INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX delivery_statement ON delivery (statement);
    CREATE INDEX statement_stick ON statement (cui, date) WHERE channel = 'stick' AND state = 'placed';
";

const OF_A_CLIENT: &str = "SELECT id, name, date, path, document, length FROM statement \
     WHERE channel = 'stick' AND state = 'placed' AND cui = ?1";

impl Deliveries for SqliteLedger {
    fn undelivered(&mut self, cui: &str) -> Result<Vec<StickDocument>, LedgerFault> {
        let more = "AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.statement = statement.id)";
        self.stick_documents(more, params![cui])
    }

    fn stick_documents_of(&mut self, cui: &str, date: &str) -> Result<Vec<StickDocument>, LedgerFault> {
        self.stick_documents("AND date = ?2", params![cui, date])
    }

    fn delivered_to(&mut self, cui: &str, volume: &str) -> Result<Vec<StickDocument>, LedgerFault> {
        let more =
            "AND EXISTS (SELECT 1 FROM delivery WHERE delivery.statement = statement.id AND volume = ?2)";
        self.stick_documents(more, params![cui, volume])
    }

    fn deliver(&mut self, ids: &[StatementId], delivery: &Delivery) -> Result<(), LedgerFault> {
        let transaction = self.transaction()?;
        for id in ids {
            transaction
                .prepare_cached("INSERT INTO delivery (statement, volume, who, at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![id.0, delivery.volume, delivery.by, delivery.at.as_second()])?;
            chain::append(&transaction, chain::DELIVERED, transaction.last_insert_rowid())?;
        }
        Ok(transaction.commit()?)
    }
}

impl SqliteLedger {
    fn stick_documents(&self, more: &str, params: impl Params) -> Result<Vec<StickDocument>, LedgerFault> {
        let mut query = self.connection.prepare_cached(&format!("{OF_A_CLIENT} {more} ORDER BY date, id"))?;
        let rows = query.query_map(params, document)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn document(row: &Row<'_>) -> rusqlite::Result<StickDocument> {
    Ok(StickDocument {
        id: StatementId(row.get(0)?),
        name: super::pdf(&row.get::<_, String>(1)?),
        date: row.get(2)?,
        path: row.get(3)?,
        document: row.get(4)?,
        length: u64::try_from(row.get::<_, i64>(5)?).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    const PLACED: &str = "INSERT INTO statement (treasury, cui, date, channel, canonical, edited, name, input, source, \
         state, taken_at, document, length, path, verifier, signed_at, placed_at) VALUES ('521', '9999008', '2026-05-12', 'stick', zeroblob(32), 0, 'a', \
         zeroblob(32), 'day.jsonl:1', 'placed', 0, zeroblob(32), 7, '9999008/a.pdf', 'CN=V', 0, 0)";

    #[test]
    fn a_ledger_of_the_version_before_keeps_what_it_has_and_learns_deliveries() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.sqlite");
        let old = Connection::open(&path).expect("made");
        old.execute_batch(super::super::LAYOUT).expect("made");
        old.execute_batch(PLACED).expect("placed");
        old.pragma_update(None, "user_version", 1).expect("set");
        drop(old);
        let mut ledger = SqliteLedger::open(&path).expect("opened");
        let waiting = ledger.undelivered("9999008").expect("listed");
        assert_eq!(waiting.iter().map(|document| document.name.as_str()).collect::<Vec<_>>(), ["a.pdf"]);
        SqliteLedger::inspect(&path).expect("whole, and of this version");
        assert_eq!(crate::ledger::Chain::breaks(&mut ledger).expect("examined"), []);
        assert_eq!(
            crate::ledger::Chain::head(&mut ledger).expect("told").events,
            3,
            "what it held is chained"
        );
    }

    #[test]
    fn what_was_delivered_is_due_no_more_and_remembered_by_stick() {
        let mut ledger = SqliteLedger::in_memory().expect("a ledger");
        ledger.connection.execute_batch(PLACED).expect("placed");
        let waiting = ledger.undelivered("9999008").expect("listed");
        assert_eq!((waiting.len(), waiting[0].length), (1, 7));
        assert!(ledger.undelivered("9999016").expect("listed").is_empty());
        let delivery = Delivery {
            volume: Some("1234-ABCD".into()),
            by: "ana (1000)".into(),
            at: "2026-05-13T08:00:00Z".parse().expect("a time"),
        };
        ledger.deliver(&[waiting[0].id], &delivery).expect("recorded");
        assert!(ledger.undelivered("9999008").expect("listed").is_empty());
        assert_eq!(ledger.delivered_to("9999008", "1234-ABCD").expect("listed"), waiting);
        assert!(ledger.delivered_to("9999008", "0000-0000").expect("listed").is_empty());
        assert_eq!(ledger.stick_documents_of("9999008", "2026-05-12").expect("listed"), waiting);
    }
}
