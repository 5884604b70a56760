//! `pecete status`: what was taken, signed, published, and refused and why.

use super::args::StatusArgs;
use super::{Exit, Surroundings, Terminal, office};
use crate::clock::in_bucharest;
use crate::diag::Lang;
use crate::ledger::{DayCounts, Filter, Ledger, LedgerFault, Refusal, SqliteLedger};
use crate::world::LEDGER;
use std::path::Path;

/// Refusals that are shown; the ledger holds them all.
const MOST_REFUSALS: u32 = 50;

pub(super) fn run(
    arguments: &StatusArgs,
    config: Option<&Path>,
    _surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Exit {
    let found = match office::configuration(config, terminal) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let path = found.config.state.join(LEDGER);
    if !path.exists() {
        terminal.tell(
            "nothing yet: no statement was ever taken here",
            "nimic încă: aici nu s-a preluat niciun extras",
        );
        return Exit::Done;
    }
    let filter = Filter { cui: arguments.client.clone(), date: arguments.date.clone() };
    match read(&path, &filter) {
        Ok((counts, refusals)) => {
            tell(&counts, &refusals, terminal);
            Exit::Done
        }
        Err(fault) => {
            terminal.error("", &fault);
            Exit::Failed
        }
    }
}

fn read(path: &Path, filter: &Filter) -> Result<(Vec<DayCounts>, Vec<Refusal>), LedgerFault> {
    let mut ledger = SqliteLedger::open(path)?;
    Ok((ledger.counts(filter)?, ledger.refusals(filter, MOST_REFUSALS)?))
}

fn tell(counts: &[DayCounts], refusals: &[Refusal], terminal: &mut Terminal<'_>) {
    if terminal.json {
        counts.iter().filter_map(|day| serde_json::to_string(day).ok()).for_each(|line| terminal.data(&line));
        for refusal in refusals {
            let line = serde_json::json!({
                "refused": refusal.label, "source": refusal.source, "reason": refusal.reason, "reason_ro": refusal.reason_ro,
                "at": refusal.at.to_string(),
            });
            terminal.data(&line.to_string());
        }
        return;
    }
    let heads = match terminal.lang {
        Lang::En => ["day", "treasury", "taken", "waiting", "signed", "published", "stick", "refused"],
        Lang::Ro => {
            ["ziua", "trezoreria", "preluate", "așteaptă", "semnate", "publicate", "stick", "refuzate"]
        }
    };
    let mut rows = vec![heads.map(str::to_owned)];
    rows.extend(counts.iter().map(|day| {
        let numbers = [day.taken, day.waiting, day.signed, day.published, day.stick, day.refused];
        let [taken, waiting, signed, published, stick, refused] = numbers.map(|n| n.to_string());
        [day.date.clone(), day.treasury.clone(), taken, waiting, signed, published, stick, refused]
    }));
    table(&rows).iter().for_each(|line| terminal.data(line));
    for refusal in refusals {
        let at = in_bucharest(refusal.at).strftime("%d.%m.%Y %H:%M").to_string();
        terminal.data(&format!("{at}  {}  {}", refusal.source, refusal.label));
        terminal
            .pick(&refusal.reason, &refusal.reason_ro)
            .lines()
            .for_each(|line| terminal.data(&format!("    {line}")));
    }
}

/// Columns as wide as their widest cell; numbers to the right.
fn table<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if column < 2 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect()
}
