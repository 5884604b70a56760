//! The command line: one thin file a verb. Here a person's words become a call, and facts become
//! words again; nothing is decided here.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 done or accepted,
//! 1 refused, 2 could not be done. A reader that closes the pipe has seen enough: that is success.

mod args;
#[cfg(feature = "online")]
mod asking;
mod documents;
mod extract;
mod following;
mod judging;
mod romanian;
pub mod terminal;
mod verify;

#[cfg(feature = "treasury")]
mod audit;
#[cfg(feature = "treasury")]
mod backup;
#[cfg(feature = "treasury")]
mod check;
#[cfg(feature = "treasury")]
mod demo;
#[cfg(feature = "treasury")]
mod log;
#[cfg(feature = "treasury")]
mod office;
#[cfg(feature = "treasury")]
mod pages;
#[cfg(feature = "treasury")]
mod review;
#[cfg(feature = "treasury")]
mod run;
#[cfg(feature = "treasury")]
mod status;
#[cfg(feature = "treasury")]
mod stick;
#[cfg(feature = "treasury")]
mod supervisor;

pub use terminal::{Exit, Terminal};

use args::{Arguments, Command};
use clap::{CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::path::PathBuf;

/// What the process knows of its surroundings; read once, by `main`.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The words of the command line, the program's name first.
    pub words: Vec<OsString>,
    /// `LC_ALL`, `LC_MESSAGES` or `LANG`, the first that is set.
    pub locale: String,
    /// Whether a person looks at standard error.
    pub is_terminal: bool,
    /// `CREDENTIALS_DIRECTORY`: where systemd puts passwords.
    pub credentials: Option<PathBuf>,
    /// `NOTIFY_SOCKET`: where systemd listens for the daemon's word.
    pub notify: Option<String>,
    /// `WATCHDOG_USEC`: how often it wants to hear that the daemon is alive.
    pub watchdog: Option<std::time::Duration>,
}

/// Runs one command.
pub fn run(surroundings: &Surroundings, out: &mut dyn std::io::Write, err: &mut dyn std::io::Write) -> Exit {
    let lang = args::language(&surroundings.words, &surroundings.locale);
    let mut terminal = Terminal::new(out, err, lang, surroundings.is_terminal);
    let command = romanian::localise(Arguments::command(), lang);
    let parsed = command
        .try_get_matches_from(&surroundings.words)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    match parsed {
        Ok(arguments) => dispatch(arguments, surroundings, &mut terminal),
        Err(error) => terminal.usage(&error),
    }
}

#[cfg_attr(
    not(feature = "treasury"),
    expect(unused_variables, reason = "the checker alone takes nothing from its surroundings")
)]
fn dispatch(arguments: Arguments, surroundings: &Surroundings, terminal: &mut Terminal<'_>) -> Exit {
    terminal.json = arguments.json;
    terminal.quiet = arguments.quiet;
    terminal.verbose = arguments.verbose > 0;
    match arguments.command {
        Command::Verify(verify) => verify::run(&verify, terminal),
        Command::Extract(extract) => extract::run(&extract, terminal),
        #[cfg(feature = "treasury")]
        Command::Demo(demo) => demo::run(&demo, surroundings, terminal),
        #[cfg(feature = "treasury")]
        Command::Run(run) => run::run(&run, arguments.config.as_deref(), surroundings, terminal),
        #[cfg(feature = "treasury")]
        Command::Check(check) => check::run(&check, arguments.config.as_deref(), surroundings, terminal),
        #[cfg(feature = "treasury")]
        Command::Status(status) => status::run(&status, arguments.config.as_deref(), surroundings, terminal),
        #[cfg(feature = "treasury")]
        Command::Audit(audit) => audit::run(&audit, arguments.config.as_deref(), surroundings, terminal),
        #[cfg(feature = "treasury")]
        Command::Pages(pages) => pages::run(&pages, terminal),
        #[cfg(feature = "treasury")]
        Command::Backup(backup) => backup::make(&backup, arguments.config.as_deref(), terminal),
        #[cfg(feature = "treasury")]
        Command::Restore(restore) => {
            backup::restore(&restore, arguments.config.as_deref(), surroundings, terminal)
        }
        #[cfg(feature = "treasury")]
        Command::Archive(archive) => backup::archive(&archive, arguments.config.as_deref(), terminal),
        #[cfg(feature = "treasury")]
        Command::Review(review) => review::run(&review, arguments.config.as_deref(), terminal),
        #[cfg(feature = "treasury")]
        Command::Stick(stick) => stick::run(&stick, arguments.config.as_deref(), surroundings, terminal),
    }
}
