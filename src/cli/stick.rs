//! `pecete stick`: the client is at the counter with a memory stick.
//!
//! The clerk sees whose stick it is, how many documents go onto it and what is damaged there, says yes, and
//! hands over a printed receipt. With `--watch` this happens each time a registered stick appears.

use super::args::StickArgs;
use super::{Exit, Surroundings, Terminal, office};
use crate::clock::{Clock, SystemClock, in_bucharest};
use crate::config::Config;
use crate::diag::{Explain, Lang};
use crate::fs;
use crate::ledger::{Deliveries, Delivery, SqliteLedger, StickDocument};
use crate::model::Cui;
use crate::stick::{self, Found, Plan, Receipt, Stick, StickFault};
use crate::trust::hex;
use crate::world::{self, LEDGER};
use std::collections::BTreeSet;
use std::io::{BufRead, Read};
use std::path::Path;
use std::time::Duration;

/// How often `--watch` looks at what is mounted.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A longer answer is none.
const MAX_ANSWER_BYTES: u64 = 1024;
/// The list of users; a machine with a million of them has less.
const MAX_USERS_BYTES: u64 = 64 << 20;

pub(super) fn run(
    arguments: &StickArgs,
    config: Option<&Path>,
    _surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Exit {
    let config = match office::configuration(config, terminal) {
        Ok(found) => found.config,
        Err(exit) => return exit,
    };
    let client = match arguments.client.as_deref().map(Cui::parse) {
        Some(Err(_)) => {
            terminal.error("--client:", &NoCui);
            return Exit::Failed;
        }
        Some(Ok(cui)) => Some(cui.as_str().to_owned()),
        None => None,
    };
    let counter = Counter { arguments, config: &config, client };
    match &arguments.mountpoint {
        Some(folder) => match stick::find(folder) {
            Ok(stick) => told(counter.hand_over(&stick, terminal), terminal),
            Err(fault) => tell_fault(&fault, terminal),
        },
        None => counter.watch(terminal),
    }
}

/// The counter of an office, for one run.
struct Counter<'a> {
    arguments: &'a StickArgs,
    config: &'a Config,
    client: Option<String>,
}

impl Counter<'_> {
    /// Serves each registered stick that appears, until the clerk's input ends.
    fn watch(&self, terminal: &mut Terminal<'_>) -> Exit {
        terminal.tell("waiting for a registered stick", "se așteaptă un stick înregistrat");
        let mut served = BTreeSet::new();
        loop {
            let sticks = match stick::all() {
                Ok(sticks) => sticks,
                Err(fault) => return tell_fault(&fault, terminal),
            };
            served.retain(|folder| sticks.iter().any(|stick| stick.folder == *folder));
            for stick in &sticks {
                if !served.insert(stick.folder.clone()) || self.owner(stick).is_err() {
                    continue;
                }
                let handed = self.hand_over(stick, terminal);
                if matches!(handed, Err(Fault::NobodyAnswers)) {
                    return Exit::Done;
                }
                told(handed, terminal);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    fn owner(&self, stick: &Stick) -> Result<String, StickFault> {
        let registered = self.config.clients.iter().flat_map(|(cui, client)| {
            client.sticks.iter().map(move |volume| (volume.as_str(), cui.as_str()))
        });
        stick::whose(stick, self.client.as_deref(), registered).map(str::to_owned)
    }

    /// One stick, from looking to the receipt.
    fn hand_over(&self, stick: &Stick, terminal: &mut Terminal<'_>) -> Result<Exit, Fault> {
        let cui = self.owner(stick)?;
        let path = self.config.state.join(LEDGER);
        if !path.exists() {
            terminal.tell("nothing to hand over", "nimic de predat");
            return Ok(Exit::Done);
        }
        let mut ledger = SqliteLedger::open(&path).map_err(other)?;
        let plan = self.plan(stick, &cui, &mut ledger)?;
        if plan.documents.is_empty() {
            terminal.tell("nothing to hand over", "nimic de predat");
            return Ok(if self.arguments.again { Exit::Refused } else { Exit::Done });
        }
        tell_plan(&plan, stick, &cui, terminal);
        if !self.arguments.yes && !confirmed(terminal)? {
            terminal.tell("nothing was written", "nu s-a scris nimic");
            return Ok(Exit::Refused);
        }
        let now = SystemClock.now();
        let delivery = Delivery { volume: stick.volume.clone(), by: user(), at: now };
        let manifest = in_bucharest(now).strftime("MANIFEST_%d%m%Yh%H%M.sha256").to_string();
        let outbox = world::stick_documents(self.config).map_err(other)?;
        stick::write(&plan, &outbox, &manifest, &mut |document| {
            if terminal.verbose {
                terminal.say(&document.name);
            }
        })?;
        let ids: Vec<_> = plan.documents.iter().map(|(document, _)| document.id).collect();
        ledger.deliver(&ids, &delivery).map_err(other)?;
        tell_receipt(&plan, &cui, &delivery, terminal);
        Ok(Exit::Done)
    }

    fn plan(&self, stick: &Stick, cui: &str, ledger: &mut SqliteLedger) -> Result<Plan, Fault> {
        let wanted = match self.arguments.date {
            Some(date) => ledger.stick_documents_of(cui, &date.to_string()),
            None => ledger.undelivered(cui),
        };
        let delivered = match &stick.volume {
            Some(volume) => ledger.delivered_to(cui, volume),
            None => Ok(Vec::new()),
        };
        Ok(stick::look(stick, cui, wanted.map_err(other)?, delivered.map_err(other)?)?)
    }
}

/// What stopped a handing over.
enum Fault {
    NobodyAnswers,
    Stick(StickFault),
    Other(Box<dyn Explain>),
}

impl From<StickFault> for Fault {
    fn from(fault: StickFault) -> Self {
        Self::Stick(fault)
    }
}

fn other(fault: impl Explain + 'static) -> Fault {
    Fault::Other(Box::new(fault))
}

fn told(handed: Result<Exit, Fault>, terminal: &mut Terminal<'_>) -> Exit {
    match handed {
        Ok(exit) => exit,
        Err(Fault::NobodyAnswers) => {
            terminal.tell("nobody answered: nothing was written", "nu a răspuns nimeni: nu s-a scris nimic");
            Exit::Refused
        }
        Err(Fault::Stick(fault)) => tell_fault(&fault, terminal),
        Err(Fault::Other(fault)) => {
            terminal.error("", &*fault);
            Exit::Failed
        }
    }
}

fn tell_fault(fault: &StickFault, terminal: &mut Terminal<'_>) -> Exit {
    terminal.error("", fault);
    if fault.is_refusal() { Exit::Refused } else { Exit::Failed }
}

fn tell_plan(plan: &Plan, stick: &Stick, cui: &str, terminal: &mut Terminal<'_>) {
    let (count, folder) = (plan.documents.len(), stick.folder.display());
    let volume = stick.volume.as_deref().unwrap_or("?");
    terminal.say(&match terminal.lang {
        Lang::En => format!("client {cui}, stick {volume} at {folder}: {count} documents"),
        Lang::Ro => format!("client {cui}, stick {volume} la {folder}: {count} documente"),
    });
    if plan.damaged() > 0 {
        let damaged = plan.damaged();
        terminal.say(&match terminal.lang {
            Lang::En => format!("{damaged} of them are on the stick damaged, and will be written anew"),
            Lang::Ro => format!("{damaged} dintre ele sunt stricate pe stick și se vor scrie din nou"),
        });
    }
}

fn tell_receipt(plan: &Plan, cui: &str, delivery: &Delivery, terminal: &mut Terminal<'_>) {
    if terminal.json {
        let documents: Vec<_> =
            plan.documents.iter().map(|(document, found)| as_json(document, *found)).collect();
        let line = serde_json::json!({
            "client": cui, "volume": delivery.volume, "by": delivery.by, "at": delivery.at.to_string(),
            "documents": documents,
        });
        terminal.data(&line.to_string());
        return;
    }
    let documents: Vec<_> = plan.documents.iter().map(|(document, _)| document.clone()).collect();
    let receipt = Receipt { cui, documents: &documents, delivery };
    receipt.text(terminal.lang).lines().for_each(|line| terminal.data(line));
}

fn as_json(document: &StickDocument, found: Found) -> serde_json::Value {
    let did = match found {
        Found::Nothing => "written",
        Found::Right => "already-there",
        Found::Damaged => "mended",
    };
    serde_json::json!({
        "name": document.name, "date": document.date, "sha256": hex(&document.document),
        "length": document.length, "did": did,
    })
}

/// The clerk's word: `da` or `yes`, whole or its first letter.
fn confirmed(terminal: &mut Terminal<'_>) -> Result<bool, Fault> {
    terminal.tell("write them and hand the stick over? [yes/no]", "le scriem și predăm stick-ul? [da/nu]");
    let mut answer = String::new();
    let read = std::io::stdin().lock().take(MAX_ANSWER_BYTES).read_line(&mut answer);
    if read.map_or(true, |read| read == 0) {
        return Err(Fault::NobodyAnswers);
    }
    Ok(["da", "d", "yes", "y"].contains(&answer.trim().to_lowercase().as_str()))
}

/// The operating-system user, by name where it has one, and number.
fn user() -> String {
    let number = rustix::process::getuid().as_raw();
    let users = fs::read_bounded(Path::new("/etc/passwd"), MAX_USERS_BYTES).unwrap_or_default();
    let users = String::from_utf8_lossy(&users);
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then_some(name)
    });
    name.map_or_else(|| number.to_string(), |name| format!("{name} ({number})"))
}

struct NoCui;

impl Explain for NoCui {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => "expected a fiscal code with its right check digit, found another".into(),
            Lang::Ro => "trebuia un cod fiscal cu cifra de control corectă".into(),
        }
    }
}
