//! What may stand in `pecete.toml`, version 1. Every default is written here and nowhere else.

use super::ConfigFault;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The version of this format.
pub const VERSION: u32 = 1;

/// The file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The version of the format.
    pub version: u32,
    /// Where things lie.
    #[serde(default)]
    pub folders: Folders,
    /// How day files are taken.
    #[serde(default)]
    pub watch: Watch,
    /// How much of the machine is used.
    #[serde(default)]
    pub work: Work,
    /// Figures for a monitor.
    #[serde(default)]
    pub metrics: Metrics,
    /// How long things are kept.
    #[serde(default)]
    pub retention: Retention,
    /// Who lets a statement be signed.
    #[serde(default)]
    pub approval: ApprovalFile,
    /// Signing keys.
    #[serde(default)]
    pub key: Vec<KeyFile>,
    /// Who may approve.
    #[serde(default)]
    pub reviewer: Vec<ReviewerFile>,
    /// Treasury units.
    #[serde(default)]
    pub treasury: Vec<TreasuryFile>,
    /// Clients that are not like the others.
    #[serde(default)]
    pub client: Vec<ClientFile>,
}

/// `[folders]`, relative to the file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Folders {
    /// Day files arrive here.
    pub watch: PathBuf,
    /// Ledger and private files.
    pub state: PathBuf,
    /// The published tree.
    pub out: PathBuf,
    /// Anchors and signer lists.
    pub trust: PathBuf,
    /// Signed heads of the ledger.
    pub heads: PathBuf,
    /// Where `pecete review` finds the daemon.
    pub review: PathBuf,
    /// What is old.
    pub archive: PathBuf,
}

impl Default for Folders {
    fn default() -> Self {
        Self {
            watch: "watch".into(),
            state: "state".into(),
            out: "out".into(),
            trust: "certs/trust".into(),
            heads: "heads".into(),
            review: "review".into(),
            archive: "archive".into(),
        }
    }
}

/// `[watch]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Watch {
    /// A file that is written in place is taken when it has been still so long.
    pub settle_seconds: u64,
    /// The folder is scanned so often, whatever the system's hints say.
    pub scan_seconds: u64,
    /// A larger file is refused.
    pub max_file_bytes: u64,
    /// Whether the system is asked to say that something has arrived.
    pub mode: WatchMode,
    /// The companion without which no file is taken.
    pub companion: Companion,
}

/// How the watch folder is watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WatchMode {
    /// By the system's hints, and by looking every so often.
    #[default]
    Auto,
    /// Only by looking every so often: a network share gives no hints, or wrong ones.
    Poll,
}

/// The companion without which no file is taken; one that is there is heeded all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Companion {
    /// None.
    #[default]
    None,
    /// `NAME.ready`: the file is finished.
    Ready,
    /// `NAME.sha256`: its bytes are these.
    Sha256,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            settle_seconds: 2,
            scan_seconds: 30,
            max_file_bytes: 16 << 30,
            mode: WatchMode::Auto,
            companion: Companion::None,
        }
    }
}

/// `[work]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Work {
    /// Threads that sign; 0 is one a core.
    pub workers: usize,
}

/// `[metrics]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// A local address and port; empty for none.
    pub listen: String,
}

/// `[retention]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// A published statement stays in the published tree for so many years.
    pub years: u8,
}

impl Default for Retention {
    fn default() -> Self {
        Self { years: 10 }
    }
}

/// `[approval]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApprovalFile {
    /// `manual` or `auto`.
    pub mode: Approval,
    /// With `auto`: the name of the person who answers for it.
    pub answers: String,
    /// What happens to a statement that does not follow from the one before.
    pub carry_over: CarryOver,
    /// A statement that waits longer is reported.
    pub within_minutes: u64,
}

impl Default for ApprovalFile {
    fn default() -> Self {
        Self {
            mode: Approval::Manual,
            answers: String::new(),
            carry_over: CarryOver::Hold,
            within_minutes: 120,
        }
    }
}

/// What happens to a statement that does not follow from the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CarryOver {
    /// It waits for a person.
    #[default]
    Hold,
    /// It is refused.
    Refuse,
    /// It is signed all the same, and that is told.
    Warn,
}

/// `[[reviewer]]`: who may approve, and with which key that person signs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewerFile {
    /// The system's number of the user.
    pub user: u32,
    /// Name of a `[[key]]`: the person's own.
    pub key: String,
    /// Codes of the units for which the person may approve.
    pub treasuries: Vec<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<jiff::civil::Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<jiff::civil::Date>,
}

/// Who lets a statement be signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Approval {
    /// A person looks at each statement.
    #[default]
    Manual,
    /// Nobody does; the person named in `answers` answers for that.
    Auto,
}

/// `[[key]]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// What the treasuries call it.
    pub name: String,
    /// PKCS#8 or PKCS#12.
    pub file: PathBuf,
    /// Certificates, leaf first, PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<PathBuf>,
    /// File with the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// systemd credential with the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_credential: Option<String>,
    /// How an RSA key signs.
    #[serde(default)]
    pub scheme: Scheme,
    /// The person's name, where the certificate names it only in its CN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// How an RSA key signs; an EC key has one way only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5: every reader knows it.
    #[default]
    Pkcs1,
    /// RSASSA-PSS.
    Pss,
}

/// `[[treasury]]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TreasuryFile {
    /// Three digits.
    pub code: String,
    /// As the page shows it.
    pub name: String,
    /// Name of a `[[key]]`.
    pub verifier: String,
    /// Name of a `[[key]]`.
    pub seal: String,
}

/// `[[client]]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClientFile {
    /// Its fiscal code.
    pub cui: String,
    /// Where its statements go.
    #[serde(default)]
    pub channel: ClientChannel,
    /// Number of the system group that may read its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
    /// Volume ids of the memory sticks that it brings, as `lsblk -o UUID` shows them: `1234-ABCD`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sticks: Vec<String>,
}

/// Where a client's statements go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientChannel {
    /// To its folder, signed and sealed.
    #[default]
    Folder,
    /// To the memory stick that it brings, signed by the verifier alone (art. 5).
    Stick,
    /// Both.
    Both,
}

impl File {
    /// Reads the text; what is wrong is said with its line.
    pub fn read(text: &str) -> Result<Self, ConfigFault> {
        toml::from_str(text).map_err(|error| ConfigFault::Syntax {
            line: error.span().map_or(0, |span| line_of(text, span.start)),
            message: error.message().to_owned(),
        })
    }
}

/// The line, counted from 1, on which a byte stands.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
