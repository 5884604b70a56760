//! The harness: a whole office in a temporary folder, driven in process with a clock that stands
//! still, or through the real binary.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use pecete::clock::{Clock, FixedClock};
use pecete::config::{ClientChannel, Config};
use pecete::demo::files::{self, Marks};
use pecete::demo::institution::Institution;
use pecete::fs;
use pecete::model::{DayDraft, StatementName};
use pecete::pki::{self, Issued, Kind};
use pecete::service::{self, Corrections, FileReport, Pass, PassOptions, Progress};
use pecete::world::{World, WorldFault};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// The day of most tests.
pub(crate) const DAY: Date = date(2026, 5, 12);
/// When its statements are edited, as the input says.
pub(crate) const EDITED: &str = "2026-05-12T18:42:00+03:00";
/// What the clock says while they are made: 19:00 in Bucharest.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_778_601_600, 0);
/// Since when the certificates are valid: the binary has the real clock, wherever it runs.
const CERTIFIED: Timestamp = Timestamp::constant(1_735_700_000, 0);
/// The largest file that a test reads.
const MOST: u64 = 64 << 20;

/// An office.
pub(crate) struct Office {
    folder: TempDir,
    demo: pecete::demo::Office,
}

/// What the binary did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Office {
    /// Three units, P-256 keys, clients that all get a folder.
    pub(crate) fn new() -> Self {
        Self::with(Kind::EcP256, &[])
    }

    /// The same, with clients that are not like the others.
    pub(crate) fn with_clients(clients: &[(&str, ClientChannel)]) -> Self {
        Self::with(Kind::EcP256, clients)
    }

    /// The same, with other keys.
    pub(crate) fn with(kind: Kind, clients: &[(&str, ClientChannel)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let demo = pecete::demo::Office::claim(folder.path()).expect("an empty folder is claimed");
        demo.equip(kind, CERTIFIED).expect("keys are made");
        let clients: Vec<_> = clients.iter().map(|(cui, channel)| ((*cui).to_owned(), *channel)).collect();
        demo.configure(&clients).expect("configured");
        fs::create_folders(&demo.watch(), 0o770).expect("a watch folder");
        Self { folder, demo }
    }

    /// A path inside the office.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Puts a file into the watch folder under its final name.
    pub(crate) fn drop_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.demo.watch().join(name);
        fs::create_new(&path, bytes, 0o660).expect("dropped");
    }

    /// Days as JSON Lines.
    pub(crate) fn drop_jsonl(&self, name: &str, days: &[&DayDraft]) {
        self.drop_marked(name, days, false);
    }

    /// Days as JSON Lines, marked as corrections.
    pub(crate) fn drop_correction(&self, name: &str, days: &[&DayDraft]) {
        self.drop_marked(name, days, true);
    }

    fn drop_marked(&self, name: &str, days: &[&DayDraft], correction: bool) {
        let marks = Marks { edited: Some(EDITED), correction };
        let mut bytes = Vec::new();
        for day in days {
            files::json_line(&mut bytes, day, marks).expect("written");
        }
        self.drop_bytes(name, &bytes);
    }

    /// Days as CSV.
    pub(crate) fn drop_csv(&self, name: &str, days: &[&DayDraft]) {
        let marks = Marks { edited: Some(EDITED), correction: false };
        let mut bytes = Vec::new();
        files::csv(&mut bytes, days.iter().map(|day| (*day, marks))).expect("written");
        self.drop_bytes(name, &bytes);
    }

    /// A day as the statement's XML, under the statement's name.
    pub(crate) fn drop_xml(&self, day: &DayDraft) -> String {
        let day = day.check().expect("a day that adds up");
        let name = StatementName::of(&day, jiff::civil::time(18, 42, 0, 0));
        self.drop_bytes(&name.xml(), &pecete::xml::write(&day));
        name.xml()
    }

    /// Opens the office as the service does.
    pub(crate) fn open(&self) -> Result<World, Vec<WorldFault>> {
        self.open_at(NOW)
    }

    /// The same at another time.
    pub(crate) fn open_at(&self, now: Timestamp) -> Result<World, Vec<WorldFault>> {
        self.open_with(Arc::new(FixedClock(now)))
    }

    /// The same with another clock.
    pub(crate) fn open_with(&self, clock: Arc<dyn Clock>) -> Result<World, Vec<WorldFault>> {
        let text = fs::read_bounded(&self.demo.config(), MOST).expect("a configuration");
        let text = String::from_utf8(text).expect("text");
        let config = Config::read(&text, &self.demo.config()).expect("a configuration that fits together");
        World::open(config, clock, None)
    }

    /// One pass; corrections wait for somebody.
    pub(crate) fn pass(&self) -> Pass {
        self.pass_with(false)
    }

    /// One pass; corrections are accepted.
    pub(crate) fn pass_accepting_corrections(&self) -> Pass {
        self.pass_with(true)
    }

    fn pass_with(&self, accept: bool) -> Pass {
        let world = self.open().expect("the office opens");
        service::recover(&world).expect("recovered");
        let corrections = if accept { Corrections::Accept } else { Corrections::Refuse };
        let options = PassOptions { corrections, settle: Duration::ZERO, again: false };
        service::pass(&world, options, &Progress::default()).expect("a pass")
    }

    /// One pass over one file.
    pub(crate) fn pass_over(&self, name: &str) -> FileReport {
        let pass = self.pass();
        pass.files.into_iter().find(|file| file.name == name).expect("the file was looked at")
    }

    /// The published documents, by path.
    pub(crate) fn published(&self) -> Vec<PathBuf> {
        everything_in(&self.demo.out())
    }

    /// The one published document.
    pub(crate) fn only_document(&self) -> (StatementName, Vec<u8>) {
        let published = self.published();
        let [path] = published.as_slice() else { panic!("expected one document, found {published:?}") };
        (name_of(path), read(path))
    }

    /// The documents that wait for a stick.
    pub(crate) fn sticks(&self) -> Vec<PathBuf> {
        everything_in(&self.demo.sticks())
    }

    /// What lies in `watch/.refused/`, by name.
    pub(crate) fn refused(&self) -> Vec<String> {
        names_in(&self.path("watch/.refused"))
    }

    /// Gives the first unit another name, which stands on each of its pages.
    pub(crate) fn rename_unit(&self, name: &str) {
        let text = text(&self.path("pecete.toml"));
        let old = text.split("[[treasury]]").nth(1).and_then(|unit| unit.split("name = ").nth(1));
        let old = old.and_then(|rest| rest.lines().next()).expect("a name");
        self.configure(&format!("name = {old}"), &format!("name = \"{name}\""));
    }

    /// Changes the configuration: this text becomes that one.
    pub(crate) fn configure(&self, from: &str, to: &str) {
        let path = self.demo.config();
        let before = text(&path);
        let after = before.replacen(from, to, 1);
        assert_ne!(before, after, "{from} is in the configuration");
        overwrite(&path, after.as_bytes(), 0o644);
    }

    /// Gives a key of the configuration other files.
    pub(crate) fn rekey(&self, name: &str, issued: &Issued) {
        let pem = pki::key_pem(&issued.key).expect("PEM");
        overwrite(&self.path(&format!("keys/{name}.pem")), pem.as_bytes(), 0o600);
        let sent = issued.chain.split_last().map_or(&[][..], |(_, sent)| sent);
        let pem = pki::certificates_pem(sent).expect("PEM");
        overwrite(&self.path(&format!("keys/{name}.chain.pem")), pem.as_bytes(), 0o644);
    }

    /// Runs the binary in the office's folder.
    pub(crate) fn pecete(&self, words: &[&str]) -> Ran {
        self.command(words).output().map(Ran::from).expect("the binary runs")
    }

    /// The binary, ready to run in the office's folder.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pecete"));
        command.args(words).current_dir(self.folder.path()).env("LC_ALL", "C");
        command
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// A day of the institution of that number at unit 521, with so many operations.
pub(crate) fn day(number: u64, operations: u32) -> DayDraft {
    Institution::invent(2768, number, "521").day(DAY, operations)
}

/// The same day, with ten bani too many in its first closing balance.
pub(crate) fn wrong_day(number: u64) -> DayDraft {
    let mut day = day(number, 3);
    let account = day.accounts.first_mut().expect("an account");
    account.closing.debit.clear();
    account.closing.credit = "123456789.1".to_owned();
    day
}

/// The statement's name in a path.
pub(crate) fn name_of(path: &Path) -> StatementName {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    StatementName::parse(name).unwrap_or_else(|| panic!("{name}: not a statement's name"))
}

/// A file, whole.
pub(crate) fn read(path: &Path) -> Vec<u8> {
    fs::read_bounded(path, MOST).expect("read")
}

/// A file of text, whole.
pub(crate) fn text(path: &Path) -> String {
    String::from_utf8(read(path)).expect("text")
}

/// Replaces a file: what a test does to an office, never the office itself.
pub(crate) fn overwrite(path: &Path, bytes: &[u8], mode: u32) {
    let temporary = fs::beside(path, "test");
    fs::stage(&temporary, bytes, mode).expect("staged");
    fs::replace_private(&temporary, path).expect("replaced");
}

/// Names of the files in a folder, ascending; none where there is no folder.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let files = fs::files_in(folder).unwrap_or_default();
    files.iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect()
}

/// Every file under a folder, hidden ones too.
pub(crate) fn everything_in(folder: &Path) -> Vec<PathBuf> {
    let mut all = fs::files_in(folder).unwrap_or_default();
    for inner in fs::folders_in(folder).unwrap_or_default() {
        all.extend(everything_in(&inner));
    }
    all.sort_unstable();
    all
}

/// Copies a folder with everything in it and its modes.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_folders(to, 0o755).expect("a folder");
    for file in fs::files_in(from).expect("listed") {
        let place = to.join(file.file_name().expect("a name"));
        overwrite(&place, &read(&file), fs::mode(&file).expect("a mode"));
    }
    for inner in fs::folders_in(from).expect("listed") {
        copy(&inner, &to.join(inner.file_name().expect("a name")));
    }
    fs::set_mode(to, fs::mode(from).expect("a mode")).expect("a mode");
}
