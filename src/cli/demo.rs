//! `pecete demo`: a complete office of invented data, run once, verified as an auditor would, and
//! shown to whoever wants to see. One record in it is wrong on purpose, so that the folder shows what
//! a refusal looks like; the exit code is 0 all the same, for all went as it should.

mod guide;

use super::args::{DemoArgs, KeyKind};
use super::run::{tell_file, with_progress};
use super::verify::{self, VerifyArgs};
use super::{Exit, Surroundings, Terminal, office};
use crate::clock::{Clock, SystemClock};
use crate::demo::{self, DemoFault, Office, ThreeDays, material, pages};
use crate::diag::{Explain, Lang};
use crate::pki::Kind;
use crate::service::{self, Corrections, Pass, PassOptions};
use clap::Parser;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Records of the three days that are wrong on purpose.
const REFUSED_ON_PURPOSE: u64 = 1;

pub(super) fn run(arguments: &DemoArgs, surroundings: &Surroundings, terminal: &mut Terminal<'_>) -> Exit {
    let days = demo::three_days();
    let office = match prepare(arguments, &days, terminal) {
        Ok(office) => office,
        Err(fault) => {
            terminal.error("", &fault);
            return if fault.retryable() { Exit::Failed } else { Exit::Refused };
        }
    };
    if arguments.no_run {
        terminal.data(&office.config().display().to_string());
        return Exit::Done;
    }
    let pass = match work(&office, surroundings, terminal) {
        Ok(pass) => pass,
        Err(exit) => return exit,
    };
    let refused: u64 = pass.files.iter().map(|file| file.refused).sum();
    let on_purpose = if arguments.institutions.is_some() { 0 } else { REFUSED_ON_PURPOSE };
    let verified = verify(&office, terminal);
    if verified == Exit::Done && !terminal.json && arguments.institutions.is_none() {
        guide::show(&office, &days, &pass, surroundings, terminal);
    }
    match refused == on_purpose {
        true => verified,
        false => Exit::Refused,
    }
}

/// The folder, the keys, the configuration, the day files.
fn prepare(arguments: &DemoArgs, days: &ThreeDays, terminal: &mut Terminal<'_>) -> Result<Office, DemoFault> {
    let office = Office::claim(&arguments.folder)?;
    terminal.say(&match terminal.lang {
        Lang::En => format!("an office of invented data in {}: keys, days …", arguments.folder.display()),
        Lang::Ro => format!("un birou cu date inventate în {}: chei, zile …", arguments.folder.display()),
    });
    let kind = match arguments.keys {
        KeyKind::Rsa2048 => Kind::Rsa2048,
        KeyKind::P256 => Kind::EcP256,
    };
    office.equip(kind, SystemClock.now())?;
    match arguments.institutions {
        Some(institutions) => {
            office.configure(&[])?;
            material::crowd(&office.watch(), institutions, arguments.operations)?;
            if let Some(folder) = &arguments.pages {
                pages::draw(folder, institutions, arguments.operations, SystemClock.now())?;
            }
        }
        None => {
            office.configure(&days.clients)?;
            material::three_days(&office.watch(), days)?;
        }
    }
    Ok(office)
}

/// One pass of the service, as `pecete run --once` makes it.
fn work(office: &Office, surroundings: &Surroundings, terminal: &mut Terminal<'_>) -> Result<Pass, Exit> {
    let found = office::configuration(Some(&office.config()), terminal)?;
    let world = office::open(found, surroundings, terminal)?;
    let options = PassOptions { corrections: Corrections::Refuse, settle: Duration::ZERO, again: false };
    let done = service::recover(&world).and_then(|_| {
        with_progress(terminal.is_terminal && !terminal.quiet, |progress| {
            service::pass(&world, options, progress)
        })
    });
    match done {
        Ok(pass) => {
            pass.files.iter().for_each(|file| tell_file(file, terminal));
            Ok(pass)
        }
        Err(fault) => {
            terminal.error("", &fault);
            Err(Exit::Failed)
        }
    }
}

/// The words of `pecete verify`.
#[derive(Parser)]
struct Words {
    #[command(flatten)]
    verify: VerifyArgs,
}

/// Verifies everything that was ever made here with the command that an auditor types, and counts.
fn verify(office: &Office, terminal: &mut Terminal<'_>) -> Exit {
    let trees = [office.out(), office.sticks()].into_iter().filter(|tree| tree.is_dir());
    let words = ["verify".into(), "--trust".into(), office.trust().into_os_string()];
    let words = words.into_iter().chain(trees.map(PathBuf::into_os_string));
    let Ok(words) = Words::try_parse_from(words) else { return Exit::Failed };
    let (mut report, mut complaints) = (Vec::new(), Vec::new());
    let mut auditor = Terminal::new(&mut report, &mut complaints, terminal.lang, false);
    auditor.json = true;
    let exit = verify::run(&words.verify, &mut auditor);
    let report = String::from_utf8_lossy(&report);
    let verdicts: Vec<serde_json::Value> =
        report.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let is_accepted = |verdict: &&serde_json::Value| verdict["verdict"] == "accepted";
    let (accepted, others): (Vec<_>, Vec<_>) = verdicts.iter().partition(is_accepted);
    if terminal.json {
        let line = serde_json::json!({ "verified": verdicts.len(), "accepted": accepted.len() });
        terminal.data(&line.to_string());
    } else {
        terminal.data(&match terminal.lang {
            Lang::En => format!("verified: {} of {} documents accepted", accepted.len(), verdicts.len()),
            Lang::Ro => format!("verificate: {} din {} documente acceptate", accepted.len(), verdicts.len()),
        });
    }
    for other in others {
        terminal.data(&format!("  {}: {}", other["file"], other["reason"]));
    }
    terminal.say(String::from_utf8_lossy(&complaints).trim_end());
    if verdicts.is_empty() { Exit::Failed } else { exit }
}

/// A path as it can be typed.
fn typed(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+,:@".contains(&b));
    if is_plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
