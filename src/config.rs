//! The configuration of an office: one TOML file, read once, never changed while it is in use.
//!
//! Two shapes. [`mod@file`] is what may stand in the file, field by field, with every default written
//! once; [`Config`] is what the rest of the house sees: paths made absolute, references between the
//! parts checked, no option left open. A relative path is relative to the file, so that an office
//! can be moved as a folder.
//!
//! Everything that is wrong with the file is said at once, with its line. An unknown key is an error:
//! a misspelt setting must not be a silent default.

mod fault;
pub mod file;
mod show;
mod template;

pub use fault::ConfigFault;
pub use file::{Approval, CarryOver, ClientChannel, Companion, Scheme, WatchMode};
pub use show::{Origin, Setting, settings};
pub use template::TEMPLATE;

use crate::model::{Cui, TreasuryCode};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The longest name of a treasury unit, characters: what the blocks of the signatures have room for.
pub const MAX_UNIT_NAME: usize = 200;
/// The largest configuration that is read.
pub const MAX_CONFIG_BYTES: u64 = 16 << 20;

/// A configuration whose parts fit together.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where day files arrive.
    pub watch: PathBuf,
    /// Ledger, private copies, stick documents; mode 0700.
    pub state: PathBuf,
    /// The published tree.
    pub out: PathBuf,
    /// Anchors and signer lists, by role.
    pub trust: PathBuf,
    /// Signed heads of the ledger.
    pub heads: PathBuf,
    /// Where a monitor asks for figures: an address of this machine alone.
    pub metrics: Option<SocketAddr>,
    /// What is old.
    pub archive: PathBuf,
    /// A published statement stays in the published tree for so many years.
    pub years: u8,
    /// How many threads sign; `None` is one a core.
    pub workers: Option<usize>,
    /// The largest day file, bytes.
    pub max_day_file: u64,
    /// How long a file that is written in place must be still before it is taken.
    pub settle: std::time::Duration,
    /// How often the watch folder is scanned, whatever the system's hints say.
    pub scan: std::time::Duration,
    /// How the watch folder is watched.
    pub mode: WatchMode,
    /// The companion without which no file is taken.
    pub companion: Companion,
    /// Who lets a statement be signed.
    pub approval: Approval,
    /// What happens to a statement that does not follow from the one before.
    pub carry_over: CarryOver,
    /// How long a statement may wait for a person before that is reported.
    pub within: std::time::Duration,
    /// Where `pecete review` finds the daemon.
    pub review: PathBuf,
    /// Who may approve.
    pub reviewers: Vec<Reviewer>,
    /// The units, by code.
    pub treasuries: BTreeMap<TreasuryCode, Treasury>,
    /// Signing keys of verifiers and seals, by name.
    pub keys: BTreeMap<String, Key>,
    /// What is special about some clients; for all others the default holds.
    pub clients: BTreeMap<Cui, Client>,
}

/// A treasury unit.
#[derive(Clone, Debug)]
pub struct Treasury {
    /// Its code.
    pub code: TreasuryCode,
    /// Its name, as the page shows it.
    pub name: String,
    /// Name of the key of the person who verifies.
    pub verifier: String,
    /// Name of the key of the seal.
    pub seal: String,
}

/// Somebody who may approve.
#[derive(Clone, Debug)]
pub struct Reviewer {
    /// The system's number of the user.
    pub user: u32,
    /// Name of the person's own key.
    pub key: String,
    /// For which units.
    pub treasuries: BTreeSet<TreasuryCode>,
    /// First day, where there is one.
    pub from: Option<Date>,
    /// Last day, where there is one.
    pub to: Option<Date>,
}

impl Reviewer {
    /// Whether the person may approve for a unit on a day.
    pub fn may(&self, treasury: TreasuryCode, day: Date) -> bool {
        self.treasuries.contains(&treasury)
            && self.from.is_none_or(|from| day >= from)
            && self.to.is_none_or(|to| day <= to)
    }
}

/// A signing key in files.
#[derive(Clone, Debug)]
pub struct Key {
    /// PKCS#8 (PEM or DER, plain or encrypted) or PKCS#12.
    pub file: PathBuf,
    /// Certificates, leaf first, PEM; none for a PKCS#12 file that holds its own.
    pub certificates: Option<PathBuf>,
    /// Where the password is.
    pub password: Password,
    /// How an RSA key signs.
    pub scheme: Scheme,
    /// The person's name, where the certificate has neither givenName nor surname.
    pub person: Option<String>,
}

/// Where a password is kept; never in the configuration itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// The key is not encrypted.
    None,
    /// In a file that only its owner may read.
    File(PathBuf),
    /// In a systemd credential of this name.
    Credential(String),
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Where its statements go.
    pub channel: ClientChannel,
    /// The system group that may read its folder.
    pub group: Option<u32>,
    /// Volume ids of its memory sticks, in capitals: `1234-ABCD`.
    pub sticks: Vec<String>,
}

impl Default for Client {
    fn default() -> Self {
        Self { channel: ClientChannel::Folder, group: None, sticks: Vec::new() }
    }
}

impl Config {
    /// Reads a configuration from its text; `path` is where it stands.
    pub fn read(text: &str, path: &Path) -> Result<Self, Vec<ConfigFault>> {
        let file = file::File::read(text).map_err(|fault| vec![fault])?;
        Self::resolve(&file, path)
    }

    fn resolve(file: &file::File, path: &Path) -> Result<Self, Vec<ConfigFault>> {
        let base = crate::fs::parent(path);
        let base = std::path::absolute(base).unwrap_or_else(|_| base.to_owned());
        let mut faults = Vec::new();
        let keys = resolve_keys(file, &base, &mut faults);
        let treasuries = resolve_treasuries(file, &keys, &mut faults);
        let clients = resolve_clients(file, &mut faults);
        let reviewers = resolve_reviewers(file, &keys, &treasuries, &mut faults);
        if file.version != file::VERSION {
            faults.push(ConfigFault::Version { found: file.version });
        }
        if file.approval.mode == Approval::Auto && file.approval.answers.trim().is_empty() {
            faults.push(ConfigFault::NobodyAnswers);
        }
        let metrics = match file.metrics.listen.as_str() {
            "" => None,
            text => match text.parse::<SocketAddr>() {
                Ok(address) if address.ip().is_loopback() => Some(address),
                _ => {
                    faults.push(ConfigFault::NotLocal { found: text.to_owned() });
                    None
                }
            },
        };
        if file.watch.scan_seconds == 0 {
            faults.push(ConfigFault::Zero { key: "watch.scan_seconds" });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            watch: base.join(&file.folders.watch),
            state: base.join(&file.folders.state),
            out: base.join(&file.folders.out),
            trust: base.join(&file.folders.trust),
            heads: base.join(&file.folders.heads),
            metrics,
            archive: base.join(&file.folders.archive),
            years: file.retention.years,
            workers: Some(file.work.workers).filter(|workers| *workers > 0),
            max_day_file: file.watch.max_file_bytes,
            settle: std::time::Duration::from_secs(file.watch.settle_seconds),
            scan: std::time::Duration::from_secs(file.watch.scan_seconds),
            mode: file.watch.mode,
            companion: file.watch.companion,
            approval: file.approval.mode,
            carry_over: file.approval.carry_over,
            within: std::time::Duration::from_secs(file.approval.within_minutes.saturating_mul(60)),
            review: base.join(&file.folders.review),
            reviewers,
            treasuries,
            keys,
            clients,
        })
    }

    /// What holds for a client.
    pub fn client(&self, cui: &Cui) -> Client {
        self.clients.get(cui).cloned().unwrap_or_default()
    }
}

fn resolve_keys(file: &file::File, base: &Path, faults: &mut Vec<ConfigFault>) -> BTreeMap<String, Key> {
    let mut keys = BTreeMap::new();
    for key in &file.key {
        let password = match (&key.password_file, &key.password_credential) {
            (None, None) => Password::None,
            (Some(path), None) => Password::File(base.join(path)),
            (None, Some(name)) => Password::Credential(name.clone()),
            (Some(_), Some(_)) => {
                faults.push(ConfigFault::TwoPasswords { key: key.name.clone() });
                Password::None
            }
        };
        let resolved = Key {
            file: base.join(&key.file),
            certificates: key.certificates.as_ref().map(|path| base.join(path)),
            password,
            scheme: key.scheme,
            person: key.person.clone(),
        };
        if keys.insert(key.name.clone(), resolved).is_some() {
            faults.push(ConfigFault::Twice { table: "key", name: key.name.clone() });
        }
    }
    keys
}

fn resolve_treasuries(
    file: &file::File,
    keys: &BTreeMap<String, Key>,
    faults: &mut Vec<ConfigFault>,
) -> BTreeMap<TreasuryCode, Treasury> {
    let mut treasuries = BTreeMap::new();
    for treasury in &file.treasury {
        let Ok(code) = TreasuryCode::parse(&treasury.code) else {
            faults.push(ConfigFault::Code { table: "treasury", found: treasury.code.clone() });
            continue;
        };
        let length = treasury.name.chars().count();
        let shown = !treasury.name.trim().is_empty() && !treasury.name.chars().any(char::is_control);
        if length > MAX_UNIT_NAME || !shown {
            faults.push(ConfigFault::UnitName { treasury: code, found: length });
        }
        for name in [&treasury.verifier, &treasury.seal] {
            if !keys.contains_key(name) {
                faults.push(ConfigFault::NoSuchKey { treasury: code, name: name.clone() });
            }
        }
        if treasury.verifier == treasury.seal {
            faults.push(ConfigFault::OneKeyInBothRoles { treasury: code, name: treasury.seal.clone() });
        }
        let resolved = Treasury {
            code,
            name: treasury.name.clone(),
            verifier: treasury.verifier.clone(),
            seal: treasury.seal.clone(),
        };
        if treasuries.insert(code, resolved).is_some() {
            faults.push(ConfigFault::Twice { table: "treasury", name: code.to_string() });
        }
    }
    if treasuries.is_empty() && faults.is_empty() {
        faults.push(ConfigFault::NoTreasury);
    }
    treasuries
}

fn resolve_reviewers(
    file: &file::File,
    keys: &BTreeMap<String, Key>,
    treasuries: &BTreeMap<TreasuryCode, Treasury>,
    faults: &mut Vec<ConfigFault>,
) -> Vec<Reviewer> {
    let mut reviewers = Vec::new();
    for reviewer in &file.reviewer {
        let mut codes = BTreeSet::new();
        for code in &reviewer.treasuries {
            match TreasuryCode::parse(code).ok().and_then(|code| treasuries.get(&code)) {
                Some(unit) if unit.seal == reviewer.key => {
                    faults.push(ConfigFault::OneKeyInBothRoles {
                        treasury: unit.code,
                        name: reviewer.key.clone(),
                    });
                }
                Some(unit) if !keys.contains_key(&reviewer.key) => {
                    faults.push(ConfigFault::NoSuchKey { treasury: unit.code, name: reviewer.key.clone() });
                }
                Some(unit) => drop(codes.insert(unit.code)),
                None => faults.push(ConfigFault::Code { table: "reviewer", found: code.clone() }),
            }
        }
        let (user, key) = (reviewer.user, reviewer.key.clone());
        reviewers.push(Reviewer { user, key, treasuries: codes, from: reviewer.from, to: reviewer.to });
    }
    reviewers
}

fn resolve_clients(file: &file::File, faults: &mut Vec<ConfigFault>) -> BTreeMap<Cui, Client> {
    let mut clients = BTreeMap::new();
    let mut owners = BTreeSet::new();
    for client in &file.client {
        let Ok(cui) = Cui::parse(&client.cui) else {
            faults.push(ConfigFault::Code { table: "client", found: client.cui.clone() });
            continue;
        };
        let sticks = resolve_sticks(&client.sticks, &mut owners, faults);
        let resolved = Client { channel: client.channel, group: client.group, sticks };
        if clients.insert(cui, resolved).is_some() {
            faults.push(ConfigFault::Twice { table: "client", name: client.cui.clone() });
        }
    }
    clients
}

/// Volume ids in capitals, each well formed and of one client only.
fn resolve_sticks(
    written: &[String],
    owners: &mut BTreeSet<String>,
    faults: &mut Vec<ConfigFault>,
) -> Vec<String> {
    let mut sticks = Vec::new();
    for stick in written.iter().map(|stick| stick.trim().to_ascii_uppercase()) {
        if !is_volume_id(&stick) {
            faults.push(ConfigFault::Code { table: "client", found: stick });
        } else if !owners.insert(stick.clone()) {
            faults.push(ConfigFault::Twice { table: "client", name: stick });
        } else {
            sticks.push(stick);
        }
    }
    sticks
}

/// Four hexadecimal digits, a hyphen, four more: how FAT and exFAT serial numbers are shown.
fn is_volume_id(text: &str) -> bool {
    let is_half = |half: &str| half.len() == 4 && half.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_once('-').is_some_and(|(high, low)| is_half(high) && is_half(low))
}
