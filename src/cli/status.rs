//! `pecete status`: what was taken, signed, published, and refused and why.

use super::args::StatusArgs;
use super::log::{self, Follower};
use super::{Exit, Surroundings, Terminal, office};
use crate::clock::{Clock, SystemClock, in_bucharest};
use crate::diag::Lang;
use crate::ledger::{
    DayCounts, Filter, Happened, Held, Ledger, LedgerFault, Refusal, Review, SqliteLedger, Which,
};
use crate::review as desk;
use crate::service::pulse::{LeftFile, Pulse};
use crate::service::review;
use crate::world::LEDGER;
use jiff::{SignedDuration, Timestamp};
use std::path::Path;
use std::time::Duration;

/// How often `--follow` looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Refusals that are shown; the ledger holds them all.
const MOST_REFUSALS: u32 = 50;
/// Statements that are shown of those that wait too long.
const MOST_LATE: usize = 50;

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
    if !terminal.json {
        tell_daemon(&found.config.review, terminal);
    }
    if !path.exists() {
        terminal.tell(
            "nothing yet: no statement was ever taken here",
            "nimic încă: aici nu s-a preluat niciun extras",
        );
        return Exit::Done;
    }
    let filter = Filter { cui: arguments.client.clone(), date: arguments.date.clone() };
    // Opened before anything is told: what happens from then on is not missed.
    let follower = match arguments.follow.then(|| Follower::from_now(&path)).transpose() {
        Ok(follower) => follower,
        Err(fault) => {
            terminal.error("", &fault);
            return Exit::Failed;
        }
    };
    match read(&path, &filter) {
        Ok(seen) => {
            let since = SystemClock
                .now()
                .checked_sub(SignedDuration::try_from(found.config.within).unwrap_or_default());
            tell(&seen, since.unwrap_or(Timestamp::MIN), terminal);
            if terminal.json {
                tell_daemon(&found.config.review, terminal);
            }
            if let Some(follower) = follower {
                return follow(follower, &filter, terminal);
            }
            Exit::Done
        }
        Err(fault) => {
            terminal.error("", &fault);
            Exit::Failed
        }
    }
}

/// What the daemon does at this moment, where one runs.
fn tell_daemon(desk: &Path, terminal: &mut Terminal<'_>) {
    let runs = desk::is_there(desk);
    let pulse = Pulse::read(desk).filter(|_| runs);
    if terminal.json {
        let line = serde_json::json!({"daemon": pulse, "runs": runs});
        return terminal.data(&line.to_string());
    }
    let Some(pulse) = pulse else {
        return match runs {
            true => terminal.tell("the daemon runs", "serviciul rulează"),
            false => {
                terminal.tell("the daemon does not run (`pecete run`)", "serviciul nu rulează (`pecete run`)")
            }
        };
    };
    let since = local(&pulse.since);
    terminal.tell(&format!("the daemon runs since {since}"), &format!("serviciul rulează din {since}"));
    if let Some(fault) = &pulse.fault {
        let (since, next) = (local(&fault.since), local(&fault.next));
        terminal.data(&match terminal.lang {
            Lang::En => {
                format!("{since}  THE WORK WAITS, tried {} times, again at {next}: {}", fault.times, fault.en)
            }
            Lang::Ro => {
                format!(
                    "{since}  LUCRUL AȘTEAPTĂ, încercat de {} ori, din nou la {next}: {}",
                    fault.times, fault.ro
                )
            }
        });
    }
    for warning in &pulse.warnings {
        let (label, words) = (terminal.pick("warning", "atenție"), terminal.pick(&warning.en, &warning.ro));
        terminal.data(&format!("{label}: {words}"));
    }
    for LeftFile { name, en, ro } in &pulse.left {
        let (label, why) = (terminal.pick("not taken", "nepreluat"), terminal.pick(en, ro));
        terminal.data(&format!("{label}: {name}: {why}"));
    }
}

/// A time of a record as people read it.
fn local(at: &str) -> String {
    at.parse::<Timestamp>()
        .map_or_else(|_| at.to_owned(), |at| in_bucharest(at).strftime("%d.%m.%Y %H:%M:%S").to_string())
}

/// What happens, until the reader has seen enough.
fn follow(mut follower: Follower, filter: &Filter, terminal: &mut Terminal<'_>) -> Exit {
    while !terminal.is_closed() {
        let looked = follower.look(&mut |happened| {
            let wanted = happened.statement.as_ref().map_or(
                filter.cui.is_none() && filter.date.is_none(),
                |subject| {
                    filter.cui.as_deref().is_none_or(|cui| subject.cui == cui)
                        && filter.date.as_deref().is_none_or(|date| subject.date == date)
                },
            );
            if wanted {
                tell_happened(happened, terminal);
            }
        });
        if let Err(fault) = looked {
            terminal.error("", &fault);
            return Exit::Failed;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Exit::Done
}

fn tell_happened(happened: &Happened, terminal: &mut Terminal<'_>) {
    if terminal.json {
        return terminal.data(&log::object(happened).to_string());
    }
    let at = in_bucharest(happened.at).strftime("%H:%M:%S").to_string();
    let what = WORDS.iter().find(|(word, ..)| *word == happened.what);
    let what = what.map_or(happened.what.as_str(), |(_, en, ro)| terminal.pick(en, ro)).to_owned();
    let of = happened.statement.as_ref().map(|subject| {
        format!("  {} {} {} {}", subject.treasury, subject.cui, subject.date, subject.channel)
    });
    terminal.data(&format!("{at}  {what}{}", of.unwrap_or_default()));
}

/// What happened, in English and Romanian.
const WORDS: [(&str, &str, &str); 10] = [
    ("placed", "published", "publicat"),
    ("refused", "refused", "refuzat"),
    ("delivered", "handed over", "predat"),
    ("held", "waits for a person", "așteaptă o persoană"),
    ("approved", "approved", "aprobat"),
    ("rejected", "rejected", "respins"),
    ("shown", "looked at", "privit"),
    ("restored", "ledger put back", "registru pus înapoi"),
    ("adopted", "published documents taken back", "documente publicate reluate"),
    ("archived", "archived", "arhivat"),
];

/// What the ledger shows.
struct Seen {
    counts: Vec<DayCounts>,
    waiting: Vec<Held>,
    refusals: Vec<Refusal>,
}

fn read(path: &Path, filter: &Filter) -> Result<Seen, LedgerFault> {
    let mut ledger = SqliteLedger::open_to_read(path)?;
    let mut waiting = ledger.held(Which::All(review::MOST))?;
    waiting.retain(|held| {
        held.approved.is_none()
            && filter.cui.as_deref().is_none_or(|cui| held.cui.as_str() == cui)
            && filter.date.as_deref().is_none_or(|date| held.date.to_string() == date)
    });
    let (counts, refusals) = (ledger.counts(filter)?, ledger.refusals(filter, MOST_REFUSALS)?);
    Ok(Seen { counts, waiting, refusals })
}

/// `late`: what waits since then or longer waits too long.
fn tell(seen: &Seen, late: Timestamp, terminal: &mut Terminal<'_>) {
    let Seen { counts, waiting, refusals } = seen;
    if terminal.json {
        counts.iter().filter_map(|day| serde_json::to_string(day).ok()).for_each(|line| terminal.data(&line));
        for held in waiting {
            let line = serde_json::json!({
                "waits": held.hold.id.0, "treasury": held.treasury.to_string(), "client": held.cui.as_str(),
                "date": held.date.to_string(), "since": held.hold.at.to_string(), "late": held.hold.at <= late,
            });
            terminal.data(&line.to_string());
        }
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
    tell_late(waiting, late, terminal);
    for refusal in refusals {
        let at = in_bucharest(refusal.at).strftime("%d.%m.%Y %H:%M").to_string();
        terminal.data(&format!("{at}  {}  {}", refusal.source, refusal.label));
        terminal
            .pick(&refusal.reason, &refusal.reason_ro)
            .lines()
            .for_each(|line| terminal.data(&format!("    {line}")));
    }
}

/// What waits for a person longer than the office allows, one line a statement.
fn tell_late(waiting: &[Held], late: Timestamp, terminal: &mut Terminal<'_>) {
    for held in waiting.iter().filter(|held| held.hold.at <= late).take(MOST_LATE) {
        let since = in_bucharest(held.hold.at).strftime("%d.%m.%Y %H:%M").to_string();
        let (id, treasury, cui, date) = (held.hold.id.0, held.treasury, held.cui.as_str(), held.date);
        terminal.data(&match terminal.lang {
            Lang::En => {
                format!("{since}  WAITS TOO LONG: {id}  {treasury} {cui} {date}  (`pecete review show {id}`)")
            }
            Lang::Ro => format!(
                "{since}  AȘTEAPTĂ PREA MULT: {id}  {treasury} {cui} {date}  (`pecete review show {id}`)"
            ),
        });
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
