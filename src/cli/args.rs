//! The words that the command line knows.

#[cfg(feature = "treasury")]
use super::log::LogForm;
use super::{extract::ExtractArgs, verify::VerifyArgs};
use crate::diag::Lang;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// Signed account statements of the State Treasury: made, sealed, published, and proven genuine years later.
#[derive(Debug, Parser)]
#[command(
    name = "pecete",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Exit codes: 0 done or accepted, 1 refused, 2 could not be done.\n\
                  First minute: `pecete demo`, then look into demo-office/out."
)]
pub(super) struct Arguments {
    /// Configuration (default: `pecete.toml` here, then /etc/pecete/pecete.toml)
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Language of messages, `ro` or `en` (default: from the locale)
    #[arg(long, global = true, value_name = "ro|en", value_parser = ["ro", "en"])]
    pub(super) lang: Option<String>,
    /// Reports as JSON, one object a line
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Only errors and data
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a complete office of invented data, run it once, and verify what it published
    #[cfg(feature = "treasury")]
    Demo(DemoArgs),
    /// Turn day files into signed statements: the daemon, or one pass with --once
    #[cfg(feature = "treasury")]
    Run(RunArgs),
    /// Open everything that the configuration names and try each key; changes nothing
    #[cfg(feature = "treasury")]
    Check(CheckArgs),
    /// Show what was taken, signed, published and refused
    #[cfg(feature = "treasury")]
    Status(StatusArgs),
    /// Look at what waits for a person, approve it or reject it
    #[cfg(feature = "treasury")]
    Review(ReviewArgs),
    /// Put a client's documents onto the memory stick that it brought, and print a receipt
    #[cfg(feature = "treasury")]
    Stick(StickArgs),
    /// Compare the ledger with itself, with the published files and with its sealed heads
    #[cfg(feature = "treasury")]
    Audit(AuditArgs),
    /// Copy the ledger and what only the state folder has, while the daemon runs
    #[cfg(feature = "treasury")]
    Backup(BackupArgs),
    /// Put a backup back into an empty state folder, and take back what was published since
    #[cfg(feature = "treasury")]
    Restore(RestoreArgs),
    /// Move published statements that are older than the years of keeping to the archive
    #[cfg(feature = "treasury")]
    Archive(ArchiveArgs),
    /// For whoever makes a package: manual pages, completions, the configuration of an installed office
    #[cfg(feature = "treasury")]
    #[command(hide = true)]
    Pages(PagesArgs),
    /// Prove that statements are genuine, trusting nobody
    Verify(VerifyArgs),
    /// Take the XML out of statements, after verifying them
    Extract(ExtractArgs),
}

/// `pecete demo`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Everything in the folder is invented, keys included. Twice in the same folder is safe:\n\
                        nothing is published twice."
)]
pub(super) struct DemoArgs {
    /// The folder of the office
    #[arg(default_value = "demo-office", value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// For measuring (benches/README.md): so many institutions on one day instead of the three days
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(super) institutions: Option<u64>,
    /// For measuring: operations of each
    #[arg(long, value_name = "K", hide = true, default_value_t = 10)]
    pub(super) operations: u32,
    /// For measuring: kind of the keys
    #[arg(long, hide = true, value_enum, default_value_t = KeyKind::Rsa2048)]
    pub(super) keys: KeyKind,
    /// For measuring: make the office and the day files, and end
    #[arg(long, hide = true)]
    pub(super) no_run: bool,
    /// For measuring: also draw each statement unsigned into this folder
    #[arg(long, value_name = "DIR", hide = true, requires = "institutions")]
    pub(super) pages: Option<PathBuf>,
}

/// Kinds of throw-away keys.
#[cfg(feature = "treasury")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum KeyKind {
    /// RSA, 2048 bits.
    Rsa2048,
    /// ECDSA on P-256.
    P256,
}

/// `pecete run`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A day file is put into the watch folder under its final name (rename), or written there in\n\
                        place and then left still. Refused records are in watch/.refused, each with a .why.txt."
)]
pub(super) struct RunArgs {
    /// Take what lies in the watch folder, finish it, and end
    #[arg(long)]
    pub(super) once: bool,
    /// Publish corrections without anybody's approval
    #[arg(long, requires = "once")]
    pub(super) accept_corrections: bool,
    /// For whom the daemon tells what it does: people, or machines (one line a statement, no personal data but the CUI)
    #[arg(long, value_enum, default_value_t = LogForm::Text, conflicts_with = "once")]
    pub(super) log: LogForm,
}

/// `pecete check`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Print an annotated configuration and end
    #[arg(long, conflicts_with = "show")]
    pub(super) template: bool,
    /// Print each setting in force and where it came from
    #[arg(long)]
    pub(super) show: bool,
}

/// `pecete status`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
pub(super) struct StatusArgs {
    /// Only this institution
    #[arg(long, value_name = "CUI")]
    pub(super) client: Option<String>,
    /// Only this day (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub(super) date: Option<String>,
    /// Stay, and tell what happens as it happens
    #[arg(long)]
    pub(super) follow: bool,
}

/// `pecete review`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The daemon (`pecete run`) must be running. It knows you as the system's user that you are; [[reviewer]] in the configuration\n\
                        says for which units you may approve, and with which key you sign. Nobody approves a day file of their own."
)]
pub(super) struct ReviewArgs {
    #[command(subcommand)]
    pub(super) command: ReviewCommand,
}

/// What to do with what waits.
#[cfg(feature = "treasury")]
#[derive(Debug, Subcommand)]
pub(super) enum ReviewCommand {
    /// What waits for you, and why
    List {
        /// Only this unit
        #[arg(long, value_name = "CODE")]
        treasury: Option<String>,
    },
    /// Fetch pages, to look at them; prints their SHA-256
    Show {
        #[command(flatten)]
        which: Which,
        /// Where to: of one page the file, of several the folder (default: review-ID.pdf here)
        #[arg(short, long, value_name = "PATH")]
        output: Option<PathBuf>,
    },
    /// Sign with your own key what was shown to you
    Approve {
        #[command(flatten)]
        which: Which,
        /// SHA-256 of the page that you looked at: signed is that page or nothing
        #[arg(long, value_name = "SHA-256")]
        page: Option<String>,
    },
    /// Refuse, with a reason
    Reject {
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Which statements.
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Which {
    /// These numbers
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<i64>,
    /// All that wait for you of this unit
    #[arg(long, value_name = "CODE")]
    pub(super) treasury: Option<String>,
    /// All that wait for you
    #[arg(long)]
    pub(super) all: bool,
}

/// `pecete audit`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Changes nothing. Exit code 0: all as it was recorded; 1: something was removed, altered, added or rolled back."
)]
pub(super) struct AuditArgs {
    /// A sealed head that was kept elsewhere (its .p7s beside it); may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) head: Vec<PathBuf>,
}

/// `pecete backup`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Keys, passwords, the configuration and the published tree are in no backup: keep copies of those apart. Best each evening,\n\
                        onto another disk. `sha256sum -c SHA256SUMS` in the backup proves that it is whole."
)]
pub(super) struct BackupArgs {
    /// The folder in which the backup becomes a folder of its own
    #[arg(value_name = "DIR")]
    pub(super) to: PathBuf,
}

/// `pecete restore`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Nothing is overwritten: stop the daemon, and move what is left of the state folder away first. Each document that was published\n\
                        since the backup is verified and taken back into the ledger before anything is signed; one that cannot be explained stops\n\
                        the start. Stick documents made since the backup are made again when their day files come again."
)]
pub(super) struct RestoreArgs {
    /// The backup: the folder pecete-… that `pecete backup` made
    #[arg(value_name = "BACKUP")]
    pub(super) from: PathBuf,
}

/// `pecete archive`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Moved, never deleted: each copy is compared before the first one goes, and `pecete audit` finds it in the archive."
)]
pub(super) struct ArchiveArgs {
    /// Days before this one (YYYY-MM-DD; default: so many years ago as the configuration keeps them)
    #[arg(long, value_name = "DATE")]
    pub(super) before: Option<jiff::civil::Date>,
}

/// `pecete pages`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
pub(super) struct PagesArgs {
    /// Where to
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
}

/// `pecete stick`
#[cfg(feature = "treasury")]
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Nothing on the stick is overwritten. Each document is read back from the stick before it has its name;\n\
                        a stick that was pulled out is mended when it is put in again."
)]
pub(super) struct StickArgs {
    /// Where the stick is mounted
    #[arg(value_name = "MOUNTPOINT", required_unless_present = "watch", conflicts_with = "watch")]
    pub(super) mountpoint: Option<PathBuf>,
    /// The client, where the stick cannot say it
    #[arg(long, value_name = "CUI")]
    pub(super) client: Option<String>,
    /// Once more what was handed over before, for a lost stick
    #[arg(long, requires = "date", conflicts_with = "watch")]
    pub(super) again: bool,
    /// With --again: of which day (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", requires = "again")]
    pub(super) date: Option<jiff::civil::Date>,
    /// Wait for registered sticks and ask for each
    #[arg(long)]
    pub(super) watch: bool,
    /// The clerk has confirmed already
    #[arg(long, conflicts_with = "watch")]
    pub(super) yes: bool,
}

/// The language of words, known before the rest is: errors of usage have it too.
pub(super) fn language(words: &[OsString], locale: &str) -> Lang {
    let mut words = words.iter().filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let mut asked = None;
    while let Some(word) = words.next() {
        asked = match word.strip_prefix("--lang") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => asked,
        };
    }
    let wanted = asked.unwrap_or(locale);
    if wanted == "ro" || wanted.starts_with("ro_") || wanted.starts_with("ro.") { Lang::Ro } else { Lang::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_language_is_asked_for_or_the_locales() {
        for (line, locale, expected) in [
            ("pecete run", "ro_RO.UTF-8", Lang::Ro),
            ("pecete run", "C", Lang::En),
            ("pecete run --lang en", "ro_RO.UTF-8", Lang::En),
            ("pecete --lang=ro run", "", Lang::Ro),
            ("pecete verify -- --lang ro", "", Lang::En),
        ] {
            assert_eq!(language(&words(line), locale), expected, "{line}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
