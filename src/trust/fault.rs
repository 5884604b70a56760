//! What can be wrong with a file of the trust folder.

use crate::diag::{Explain, Lang};
use std::fmt;

/// One thing that is wrong, and where. A store with a fault is not used at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustFault {
    /// The file, relative to the trust folder.
    pub file: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What.
    pub flaw: TrustFlaw,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustFlaw {
    /// A file that has no business here.
    UnknownFile,
    /// A private key, which has no business here.
    PrivateKey,
    /// An anchor that is no certificate, or a PEM that is none.
    Certificate,
    /// A PEM file without a certificate.
    NoCertificate,
    /// More than the limits.
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// Not TOML, or not this format.
    Syntax {
        /// What the reader said.
        message: String,
    },
    /// Another version of the format.
    Version {
        /// What was found.
        found: i64,
    },
    /// None, or more than one, of the ways to name a signer.
    Naming {
        /// Those that were found.
        found: usize,
    },
    /// Not 64 hexadecimal digits.
    Digest {
        /// What was found.
        found: String,
    },
    /// Not an attribute of a name.
    Attribute {
        /// What was found.
        found: String,
    },
    /// `issuer` or `subject` without an attribute.
    NoAttribute,
    /// No treasury, where one is needed.
    NoTreasury,
    /// Not a treasury code.
    Treasury {
        /// What was found.
        found: String,
    },
    /// Not a date.
    Date {
        /// What was found.
        found: String,
    },
    /// `to` before `from`.
    Backwards,
}

impl fmt::Display for TrustFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for TrustFault {}

impl Explain for TrustFault {
    fn say(&self, lang: Lang) -> String {
        let what = match lang {
            Lang::En => self.flaw.english(),
            Lang::Ro => self.flaw.romanian(),
        };
        match self.line {
            Some(line) => format!("{}:{line}: {what}", self.file),
            None => format!("{}: {what}", self.file),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (&self.flaw, lang) {
            (TrustFlaw::UnknownFile, Lang::En) => {
                "keep here only verifier/, treasury/ and tsa/, with anchors (.pem .crt .cer .der) and signers.toml"
            }
            (TrustFlaw::UnknownFile, Lang::Ro) => {
                "aici stau numai verifier/, treasury/ și tsa/, cu ancore (.pem .crt .cer .der) și signers.toml"
            }
            (TrustFlaw::PrivateKey, Lang::En) => {
                "take the key away from here and treat it as seen by others: this folder is public"
            }
            (TrustFlaw::PrivateKey, Lang::Ro) => {
                "luați cheia de aici și considerați că a fost văzută: acest dosar este public"
            }
            (_, Lang::En) => "certs/README.md describes the trust folder with examples",
            (_, Lang::Ro) => "certs/README.md descrie dosarul, cu exemple",
        };
        Some(hint.to_owned())
    }
}

impl TrustFlaw {
    fn english(&self) -> String {
        match self {
            Self::UnknownFile => "expected an anchor, `signers.toml` or `DEMO`, found an unknown file".into(),
            Self::PrivateKey => "expected a certificate, found a private key".into(),
            Self::Certificate => "expected an X.509 certificate (PEM or DER), found something else".into(),
            Self::NoCertificate => "expected at least one certificate, found none".into(),
            Self::TooMany { limit } => format!("expected at most {limit} entries, found more"),
            Self::Syntax { message } => message.replace('\n', "; "),
            Self::Version { found } => format!("version: expected 1, found {found}"),
            Self::Naming { found } => format!(
                "expected one of `certificate_sha256`, `key_sha256`, or `issuer` with `subject`, found {found}"
            ),
            Self::Digest { found } => format!("expected 64 hexadecimal digits, found `{found}`"),
            Self::Attribute { found } => {
                format!("expected an attribute such as `CN` or `2.5.4.3`, found `{found}`")
            }
            Self::NoAttribute => {
                "expected at least one attribute in `issuer` and `subject`, found none".into()
            }
            Self::NoTreasury => "treasuries: expected codes or [\"*\"], found none".into(),
            Self::Treasury { found } => format!("treasuries: expected three digits or `*`, found `{found}`"),
            Self::Date { found } => format!("expected a date such as 2026-05-12, found `{found}`"),
            Self::Backwards => "expected `to` on or after `from`, found it before".into(),
        }
    }

    fn romanian(&self) -> String {
        match self {
            Self::UnknownFile => {
                "trebuia o ancoră, `signers.toml` sau `DEMO`, s-a găsit un fișier necunoscut".into()
            }
            Self::PrivateKey => "trebuia un certificat, s-a găsit o cheie privată".into(),
            Self::Certificate => "trebuia un certificat X.509 (PEM sau DER), s-a găsit altceva".into(),
            Self::NoCertificate => "trebuia cel puțin un certificat, nu este niciunul".into(),
            Self::TooMany { limit } => format!("trebuiau cel mult {limit} intrări, sunt mai multe"),
            Self::Syntax { message } => message.replace('\n', "; "),
            Self::Version { found } => format!("version: trebuia 1, s-a găsit {found}"),
            Self::Naming { found } => format!(
                "trebuia una dintre `certificate_sha256`, `key_sha256` sau `issuer` cu `subject`, s-au găsit {found}"
            ),
            Self::Digest { found } => format!("trebuiau 64 de cifre hexazecimale, s-a găsit `{found}`"),
            Self::Attribute { found } => {
                format!("trebuia un atribut precum `CN` sau `2.5.4.3`, s-a găsit `{found}`")
            }
            Self::NoAttribute => {
                "trebuia cel puțin un atribut în `issuer` și `subject`, nu este niciunul".into()
            }
            Self::NoTreasury => "treasuries: trebuiau coduri sau [\"*\"], nu este niciunul".into(),
            Self::Treasury { found } => {
                format!("treasuries: trebuiau trei cifre sau `*`, s-a găsit `{found}`")
            }
            Self::Date { found } => format!("trebuia o dată precum 2026-05-12, s-a găsit `{found}`"),
            Self::Backwards => "`to` trebuia să fie în ziua `from` sau după, este înainte".into(),
        }
    }
}
