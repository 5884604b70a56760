//! `pecete review`: what waits, looked at, approved or rejected. The daemon decides who may.

use super::args::{ReviewArgs, ReviewCommand, Which};
use super::{Exit, Terminal, office};
use crate::diag::{Explain, Lang};
use crate::fs::{self, FsFault};
use crate::review::{self, Item, Outcome, Reply, Request, Wanted};
use std::path::Path;

pub(super) fn run(arguments: &ReviewArgs, config: Option<&Path>, terminal: &mut Terminal<'_>) -> Exit {
    let found = match office::configuration(config, terminal) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let desk = found.config.review.as_path();
    match &arguments.command {
        ReviewCommand::List { treasury } => list(desk, treasury.as_deref(), terminal),
        ReviewCommand::Show { which, output } => show(desk, which, output.as_deref(), terminal),
        ReviewCommand::Approve { which, page } => approve(desk, which, page.as_deref(), terminal),
        ReviewCommand::Reject { which, reason } => reject(desk, which, reason, terminal),
    }
}

fn list(desk: &Path, treasury: Option<&str>, terminal: &mut Terminal<'_>) -> Exit {
    let items = match waiting(desk, terminal) {
        Ok(items) => items,
        Err(exit) => return exit,
    };
    let mut shown = items.iter().filter(|item| treasury.is_none_or(|code| item.treasury == code)).peekable();
    if shown.peek().is_none() && !terminal.json {
        terminal.tell("nothing waits for you", "nimic nu vă așteaptă");
    }
    shown.for_each(|item| tell(item, terminal));
    Exit::Done
}

fn tell(item: &Item, terminal: &mut Terminal<'_>) {
    if terminal.json {
        return terminal.data(&serde_json::to_string(item).unwrap_or_default());
    }
    let late = if item.late { terminal.pick("  WAITS TOO LONG", "  AȘTEAPTĂ PREA MULT") } else { "" };
    let own =
        if item.own { terminal.pick("  (your own day file)", "  (fișierul dumneavoastră)") } else { "" };
    let seen = if item.seen { terminal.pick("  (you looked at it)", "  (l-ați privit)") } else { "" };
    let Item { id, treasury, cui, date, channel, page, .. } = item;
    terminal.data(&format!("{id}  {treasury}  {cui}  {date}  {channel}{late}{own}{seen}"));
    let why = terminal.pick(&item.why, &item.why_ro).to_owned();
    why.lines().for_each(|line| terminal.data(&format!("    {line}")));
    let label = terminal.pick("page", "pagina");
    terminal.data(&format!("    {label} SHA-256 {page}"));
}

fn show(desk: &Path, which: &Which, output: Option<&Path>, terminal: &mut Terminal<'_>) -> Exit {
    let items = match chosen(desk, which, terminal) {
        Ok(items) => items,
        Err(exit) => return exit,
    };
    // one number and a path: that file; else a folder
    let file = output.filter(|_| which.ids.len() == 1);
    let folder = output.filter(|_| file.is_none());
    if let Some(Err(fault)) = folder.map(fs::make_folder) {
        return failed(&fault, terminal);
    }
    for Item { id, .. } in &items {
        let name = format!("review-{id}.pdf");
        let path = file.map_or_else(|| folder.unwrap_or(Path::new("")).join(name), Path::to_owned);
        if let Err(exit) = fetch(desk, *id, &path, terminal) {
            return exit;
        }
    }
    match items.as_slice() {
        [] => terminal.tell("nothing waits for you", "nimic nu vă așteaptă"),
        [one] => terminal.tell(
            &format!("look at it, then: pecete review approve {} --page {}", one.id, one.page),
            &format!("priviți-o, apoi: pecete review approve {} --page {}", one.id, one.page),
        ),
        _ => terminal.tell(
            "look at each, then: pecete review approve, with the same numbers or options",
            "priviți fiecare pagină, apoi: pecete review approve, cu aceleași numere sau opțiuni",
        ),
    }
    Exit::Done
}

/// Fetches a page into a file that is not there yet, or holds it already.
fn fetch(desk: &Path, id: i64, path: &Path, terminal: &mut Terminal<'_>) -> Result<(), Exit> {
    let page = match review::ask(desk, &Request::Show { id }) {
        Ok((Reply::Page { .. }, page)) => page,
        Ok((reply, _)) => return Err(refused(&reply, terminal)),
        Err(fault) => return Err(failed(&fault, terminal)),
    };
    let limit = u64::try_from(page.len()).unwrap_or(u64::MAX);
    match fs::write_new(path, &page) {
        Err(FsFault::Exists { .. }) if fs::read_bounded(path, limit).is_ok_and(|there| there == page) => {}
        Err(fault) => return Err(failed(&fault, terminal)),
        Ok(()) => {}
    }
    terminal.data(&format!("{}  {}", path.display(), review::digest(&page)));
    Ok(())
}

fn approve(desk: &Path, which: &Which, page: Option<&str>, terminal: &mut Terminal<'_>) -> Exit {
    let items = match chosen(desk, which, terminal) {
        Ok(items) => items,
        Err(exit) => return exit,
    };
    let wanted = match (page, items.as_slice()) {
        (Some(page), [one]) => vec![Wanted { id: one.id, page: page.to_ascii_lowercase() }],
        (Some(_), _) => {
            terminal.error("", &OnePage);
            return Exit::Failed;
        }
        (None, items) => items.iter().map(|item| Wanted { id: item.id, page: item.page.clone() }).collect(),
    };
    finish(desk, &Request::Approve { wanted }, terminal)
}

fn reject(desk: &Path, which: &Which, reason: &str, terminal: &mut Terminal<'_>) -> Exit {
    match chosen(desk, which, terminal) {
        Ok(items) => {
            let ids = items.iter().map(|item| item.id).collect();
            finish(desk, &Request::Reject { ids, reason: reason.to_owned() }, terminal)
        }
        Err(exit) => exit,
    }
}

fn finish(desk: &Path, request: &Request, terminal: &mut Terminal<'_>) -> Exit {
    match review::ask(desk, request) {
        Ok((Reply::Done(outcomes), _)) => {
            outcomes.iter().for_each(|outcome| tell_outcome(outcome, terminal));
            if outcomes.iter().all(|outcome| outcome.done) { Exit::Done } else { Exit::Refused }
        }
        Ok((reply, _)) => refused(&reply, terminal),
        Err(fault) => failed(&fault, terminal),
    }
}

fn tell_outcome(outcome: &Outcome, terminal: &mut Terminal<'_>) {
    if terminal.json {
        return terminal.data(&serde_json::to_string(outcome).unwrap_or_default());
    }
    let words = terminal.pick(&outcome.en, &outcome.ro).to_owned();
    terminal.data(&format!("{}: {words}", outcome.id));
}

/// The statements that the words of the command mean, as they wait now.
fn chosen(desk: &Path, which: &Which, terminal: &mut Terminal<'_>) -> Result<Vec<Item>, Exit> {
    let items = waiting(desk, terminal)?;
    if which.all || which.treasury.is_some() {
        let of = |item: &Item| which.treasury.as_deref().is_none_or(|code| item.treasury == code);
        return Ok(items.into_iter().filter(|item| of(item) && !item.own).collect());
    }
    let missing = which.ids.iter().find(|id| items.iter().all(|item| item.id != **id));
    if let Some(id) = missing {
        terminal.error("", &NotWaiting { id: *id });
        return Err(Exit::Refused);
    }
    Ok(items.into_iter().filter(|item| which.ids.contains(&item.id)).collect())
}

fn waiting(desk: &Path, terminal: &mut Terminal<'_>) -> Result<Vec<Item>, Exit> {
    match review::ask(desk, &Request::List) {
        Ok((Reply::Waiting(items), _)) => Ok(items),
        Ok((reply, _)) => Err(refused(&reply, terminal)),
        Err(fault) => Err(failed(&fault, terminal)),
    }
}

fn refused(reply: &Reply, terminal: &mut Terminal<'_>) -> Exit {
    if let Reply::Refused { en, ro } = reply {
        terminal.error("", &Told { en: en.clone(), ro: ro.clone() });
    }
    Exit::Refused
}

fn failed(fault: &dyn Explain, terminal: &mut Terminal<'_>) -> Exit {
    terminal.error("", fault);
    Exit::Failed
}

/// What the daemon said.
struct Told {
    en: String,
    ro: String,
}

impl Explain for Told {
    fn say(&self, lang: Lang) -> String {
        if lang == Lang::En { self.en.clone() } else { self.ro.clone() }
    }
}

/// A digest is of one page.
struct OnePage;

impl Explain for OnePage {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => "--page: expected one statement, found another number of them".to_owned(),
            Lang::Ro => "--page: trebuia un singur extras, sunt mai multe sau niciunul".to_owned(),
        }
    }
}

struct NotWaiting {
    id: i64,
}

impl Explain for NotWaiting {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => format!("{}: expected a statement that waits for you, found none", self.id),
            Lang::Ro => format!("{}: trebuia un extras care vă așteaptă, nu este", self.id),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        Some(match lang {
            Lang::En => "`pecete review list` shows what waits".to_owned(),
            Lang::Ro => "`pecete review list` arată ce așteaptă".to_owned(),
        })
    }
}
