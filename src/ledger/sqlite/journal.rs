//! The journal of the embedded ledger, read from the records of the chain.

use super::SqliteLedger;
use crate::ledger::{Happened, Journal, LedgerFault, Open, StatementId, Subject};
use jiff::Timestamp;
use rusqlite::{Row, params};

/// Where in each kind of record the time and the statement stand: `chain::KINDS`.
const SINCE: &str = "
    WITH told AS (
        SELECT id, record, json_extract(record, '$[0]') AS what, json_array_length(record) AS length
        FROM event WHERE id > ?1 ORDER BY id LIMIT ?2
    )
    SELECT told.id,
        CASE told.what WHEN 'decided' THEN json_extract(record, '$[3]') ELSE told.what END,
        CASE told.what
            WHEN 'restored' THEN json_extract(record, '$[2]')
            ELSE json_extract(record, '$[' || (told.length - 1) || ']') END,
        s.id, s.treasury, s.cui, s.date, s.channel, s.document
    FROM told LEFT JOIN statement s ON s.id = CASE told.what
        WHEN 'taken' THEN json_extract(record, '$[1]')
        WHEN 'signed' THEN json_extract(record, '$[1]')
        WHEN 'placed' THEN json_extract(record, '$[1]')
        WHEN 'shown' THEN (SELECT statement FROM hold WHERE hold.id = json_extract(record, '$[2]'))
        WHEN 'restored' THEN NULL
        WHEN 'adopted' THEN NULL
        ELSE json_extract(record, '$[2]') END
    ORDER BY told.id";

impl Journal for SqliteLedger {
    fn since(&mut self, event: u64, most: u32) -> Result<Vec<Happened>, LedgerFault> {
        let mut query = self.connection.prepare_cached(SINCE)?;
        let rows = query.query_map(params![i64::try_from(event).unwrap_or(i64::MAX), most], happened)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn open_now(&mut self) -> Result<Open, LedgerFault> {
        let mut query = self.connection.prepare_cached(
            "SELECT count(*), count(h.at), min(h.at) FROM statement s \
             LEFT JOIN hold h ON h.id = (SELECT max(id) FROM hold WHERE statement = s.id) \
             WHERE s.state IN ('taken', 'signed')",
        )?;
        Ok(query.query_row([], |row| {
            let count = |at: usize| row.get(at).map(|count: i64| u64::try_from(count).unwrap_or(0));
            let oldest: Option<i64> = row.get(2)?;
            let oldest = oldest.and_then(|at| Timestamp::from_second(at).ok());
            Ok(Open { taken: count(0)?, waiting: count(1)?, oldest })
        })?)
    }
}

fn happened(row: &Row<'_>) -> rusqlite::Result<Happened> {
    let statement = match row.get::<_, Option<i64>>(3)? {
        None => None,
        Some(id) => Some(Subject {
            id: StatementId(id),
            treasury: row.get(4)?,
            cui: row.get(5)?,
            date: row.get(6)?,
            channel: row.get(7)?,
            document: row.get(8)?,
        }),
    };
    Ok(Happened {
        event: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
        what: row.get(1)?,
        at: Timestamp::from_second(row.get(2)?).unwrap_or_default(),
        statement,
    })
}
