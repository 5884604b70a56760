//! What keeps an office from opening.

use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use crate::keys::KeyFault;
use crate::ledger::LedgerFault;
use crate::model::TreasuryCode;
use crate::sign::SignFault;
use crate::trust::{Role, TrustFault};
use crate::trust_folder::TrustFolderFault;
use std::fmt;
use std::path::PathBuf;

/// One thing that the configuration names and that cannot be used.
#[derive(Debug)]
pub enum WorldFault {
    /// A folder or the lock.
    Fs(FsFault),
    /// The ledger.
    Ledger(LedgerFault),
    /// A key with its certificates.
    Signer {
        /// Its name in the configuration.
        key: String,
        /// What is wrong with it.
        fault: Box<SignerFault>,
    },
    /// A file of the trust folder.
    Trust {
        /// That folder.
        folder: PathBuf,
        /// What is wrong in it.
        fault: TrustFault,
    },
    /// A signer whom our own trust folder does not accept.
    Unlisted {
        /// For which unit.
        treasury: TreasuryCode,
        /// Name in the certificate.
        signer: String,
        /// In which role.
        role: Role,
        /// Stable reason code of the judgement.
        why: &'static str,
    },
    /// A setting that only a restart can change is another one.
    NeedsRestart {
        /// Its key.
        key: &'static str,
    },
    /// The system gives no threads.
    Threads,
}

/// What is wrong with a key.
#[derive(Debug)]
pub enum SignerFault {
    /// The key or its password.
    Key(KeyFault),
    /// The certificates' file.
    Fs(FsFault),
    /// What the certificate says, or a challenge that failed.
    Sign(SignFault),
    /// The password is in a credential, and the service manager gave none.
    NoCredentials,
}

impl From<FsFault> for WorldFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

impl From<TrustFolderFault> for WorldFault {
    fn from(fault: TrustFolderFault) -> Self {
        match fault {
            TrustFolderFault::Fs(fault) => Self::Fs(fault),
            TrustFolderFault::Trust { folder, fault } => Self::Trust { folder, fault },
        }
    }
}

impl From<LedgerFault> for WorldFault {
    fn from(fault: LedgerFault) -> Self {
        Self::Ledger(fault)
    }
}

impl From<KeyFault> for SignerFault {
    fn from(fault: KeyFault) -> Self {
        Self::Key(fault)
    }
}

impl From<FsFault> for SignerFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

impl From<SignFault> for SignerFault {
    fn from(fault: SignFault) -> Self {
        Self::Sign(fault)
    }
}

impl Explain for SignerFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Key(fault), lang) => fault.say(lang),
            (Self::Fs(fault), lang) => fault.say(lang),
            (Self::Sign(fault), lang) => fault.say(lang),
            (Self::NoCredentials, Lang::En) => {
                "expected a systemd credential, found no $CREDENTIALS_DIRECTORY".into()
            }
            (Self::NoCredentials, Lang::Ro) => {
                "trebuia o credențială systemd, $CREDENTIALS_DIRECTORY nu este dat".into()
            }
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        match (self, lang) {
            (Self::Key(fault), lang) => fault.hint(lang),
            (Self::Fs(fault), lang) => fault.hint(lang),
            (Self::Sign(fault), lang) => fault.hint(lang),
            (Self::NoCredentials, Lang::En) => Some("run it as the service, or use `password_file`".into()),
            (Self::NoCredentials, Lang::Ro) => {
                Some("rulați-l ca serviciu sau folosiți `password_file`".into())
            }
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Key(fault) => fault.retryable(),
            Self::Fs(fault) => fault.retryable(),
            Self::Sign(fault) => fault.retryable(),
            Self::NoCredentials => false,
        }
    }
}

impl fmt::Display for WorldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for WorldFault {}

impl Explain for WorldFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Fs(fault), lang) => fault.say(lang),
            (Self::Ledger(fault), lang) => fault.say(lang),
            (Self::Signer { key, fault }, Lang::En) => format!("key `{key}`: {}", fault.say(lang)),
            (Self::Signer { key, fault }, Lang::Ro) => format!("cheia `{key}`: {}", fault.say(lang)),
            (Self::Trust { folder, fault }, lang) => format!("{}/{}", folder.display(), fault.say(lang)),
            (Self::Unlisted { treasury, signer, role, why }, Lang::En) => {
                format!("treasury {treasury}: `{signer}` is not trusted as {}: {why}", folder_of(*role))
            }
            (Self::Unlisted { treasury, signer, role, why }, Lang::Ro) => {
                format!(
                    "trezoreria {treasury}: `{signer}` nu este de încredere ca {}: {why}",
                    folder_of(*role)
                )
            }
            (Self::NeedsRestart { key }, Lang::En) => {
                format!("{key}: expected the setting that was there at the start, found another")
            }
            (Self::NeedsRestart { key }, Lang::Ro) => {
                format!("{key}: trebuia setarea de la pornire, este alta")
            }
            (Self::Threads, Lang::En) => "the system gives no threads".into(),
            (Self::Threads, Lang::Ro) => "sistemul nu dă fire de execuție".into(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Unlisted { role, .. } => Some(match lang {
                Lang::En => format!(
                    "put its anchor into certs/trust/{0}/ and list it in certs/trust/{0}/signers.toml",
                    folder_of(*role)
                ),
                Lang::Ro => format!(
                    "puneți ancora în certs/trust/{0}/ și treceți-l în certs/trust/{0}/signers.toml",
                    folder_of(*role)
                ),
            }),
            Self::Fs(fault) => fault.hint(lang),
            Self::Ledger(fault) => fault.hint(lang),
            Self::Signer { fault, .. } => fault.hint(lang),
            Self::Trust { fault, .. } => fault.hint(lang),
            Self::NeedsRestart { .. } => Some(match lang {
                Lang::En => "restart the service for this one".to_owned(),
                Lang::Ro => "reporniți serviciul pentru aceasta".to_owned(),
            }),
            Self::Threads => None,
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Fs(fault) => fault.retryable(),
            Self::Ledger(fault) => fault.retryable(),
            Self::Signer { fault, .. } => fault.retryable(),
            Self::Trust { .. } | Self::Unlisted { .. } | Self::NeedsRestart { .. } => false,
            Self::Threads => true,
        }
    }
}

const fn folder_of(role: Role) -> &'static str {
    match role {
        Role::Verifier => "verifier",
        Role::Treasury => "treasury",
        Role::Tsa => "tsa",
    }
}
