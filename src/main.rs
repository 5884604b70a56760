//! The command `pecete`: look around, run, exit.

use pecete::cli::{Surroundings, run};
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

/// Days are taken on one thread and given back on others: an allocator that stays flat under that.
#[cfg(feature = "treasury")]
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn surroundings() -> Surroundings {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Surroundings {
        words: std::env::args_os().collect(),
        locale: ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set).unwrap_or_default(),
        is_terminal: std::io::stderr().is_terminal(),
        credentials: set("CREDENTIALS_DIRECTORY").map(Into::into),
        notify: set("NOTIFY_SOCKET"),
        watchdog: set("WATCHDOG_USEC").and_then(|text| text.parse().ok()).map(Duration::from_micros),
    }
}

fn main() -> ExitCode {
    let (out, err) = (std::io::stdout(), std::io::stderr());
    let mut out = std::io::LineWriter::new(out.lock());
    let exit = run(&surroundings(), &mut out, &mut err.lock());
    ExitCode::from(exit.code())
}
