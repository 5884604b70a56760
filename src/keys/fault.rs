//! What keeps a key from signing.

use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use std::fmt;
use std::path::PathBuf;

/// A key, a password or a certificate that cannot be used.
#[derive(Debug)]
pub enum KeyFault {
    /// A file cannot be read.
    Fs(FsFault),
    /// A file may be read, but not used as it is.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        what: FileFault,
    },
    /// A credential whose name is a path.
    CredentialName {
        /// That name.
        name: String,
    },
    /// A file of certificates that holds none.
    NoCertificate,
    /// A certificate that cannot be read.
    Certificate {
        /// Which of the file, counted from 1.
        number: usize,
    },
    /// The key did not sign: no randomness or no memory now, or a token that has gone.
    Signing,
}

/// What is wrong with a key or password file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// Others than its owner may read it.
    Exposed {
        /// Its permission bits.
        mode: u32,
    },
    /// A password file with nothing in it.
    EmptyPassword,
    /// The key is encrypted and no password is configured.
    PasswordMissing,
    /// The password does not open it.
    PasswordWrong,
    /// PKCS#12 wants a password in UTF-8.
    PasswordText,
    /// Not a key in a form that is read here.
    Format(Found),
    /// Not one key.
    SeveralKeys {
        /// How many.
        count: usize,
    },
    /// An encryption that is not read here, or one that costs too much.
    Encryption,
    /// An RSA key of a size that is not used.
    RsaSize {
        /// Its size.
        bits: usize,
    },
    /// A key of another algorithm or curve.
    Algorithm {
        /// Which, dotted.
        oid: String,
    },
    /// Something that does not hold together.
    Damaged,
}

/// What was found instead of a key that can be read.
#[expect(missing_docs, reason = "each is its own name")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Pkcs1,
    Sec1,
    OpenSsh,
    PublicKey,
    Certificate,
    Indefinite,
    Unknown,
}

impl From<FsFault> for KeyFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for KeyFault {}

impl Explain for KeyFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Fs(fault), lang) => fault.say(lang),
            (Self::File { path, what }, lang) => format!("{}: {}", path.display(), what.say(lang)),
            (Self::CredentialName { name }, Lang::En) => {
                format!("expected the name of a credential, found `{name}`")
            }
            (Self::CredentialName { name }, Lang::Ro) => {
                format!("trebuia numele unei credențiale, s-a găsit `{name}`")
            }
            (Self::NoCertificate, Lang::En) => "expected a certificate, found none".into(),
            (Self::NoCertificate, Lang::Ro) => "trebuia un certificat, nu s-a găsit niciunul".into(),
            (Self::Certificate { number }, Lang::En) => {
                format!("certificate {number}: expected X.509, found something else")
            }
            (Self::Certificate { number }, Lang::Ro) => {
                format!("certificatul {number}: trebuia X.509, este altceva")
            }
            (Self::Signing, Lang::En) => "the key did not sign".into(),
            (Self::Signing, Lang::Ro) => "cheia nu a semnat".into(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (self, lang) {
            (Self::Fs(fault), lang) => return fault.hint(lang),
            (Self::File { path, what }, lang) => return what.hint(lang, &path.display().to_string()),
            (Self::CredentialName { .. }, Lang::En) => "a credential is named, never given as a path",
            (Self::CredentialName { .. }, Lang::Ro) => "o credențială se dă prin nume, niciodată prin cale",
            (Self::NoCertificate | Self::Certificate { .. }, Lang::En) => {
                "give the certificates in PEM, the key's own first, then those that issued it"
            }
            (Self::NoCertificate | Self::Certificate { .. }, Lang::Ro) => {
                "dați certificatele în PEM: întâi cel al cheii, apoi cele care l-au emis"
            }
            (Self::Signing, Lang::En) => "nothing was signed and nothing is lost; it is tried again",
            (Self::Signing, Lang::Ro) => "nu s-a semnat și nu s-a pierdut nimic; se încearcă din nou",
        };
        Some(hint.to_owned())
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Fs(fault) => fault.retryable(),
            Self::Signing => true,
            Self::File { .. }
            | Self::CredentialName { .. }
            | Self::NoCertificate
            | Self::Certificate { .. } => false,
        }
    }
}

impl FileFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Exposed { mode }, Lang::En) => {
                format!("expected mode 0600, found {mode:04o}: others than its owner may read it")
            }
            (Self::Exposed { mode }, Lang::Ro) => {
                format!("trebuiau drepturile 0600, sunt {mode:04o}: îl pot citi și alții decât proprietarul")
            }
            (Self::EmptyPassword, Lang::En) => "expected a password, found nothing".into(),
            (Self::EmptyPassword, Lang::Ro) => "trebuia o parolă, fișierul este gol".into(),
            (Self::PasswordMissing, Lang::En) => "expected a password for the key, found none".into(),
            (Self::PasswordMissing, Lang::Ro) => "trebuia o parolă pentru cheie, nu este dată niciuna".into(),
            (Self::PasswordWrong, Lang::En) => "the password does not open the key".into(),
            (Self::PasswordWrong, Lang::Ro) => "parola nu deschide cheia".into(),
            (Self::PasswordText, Lang::En) => "expected a password in UTF-8, found other bytes".into(),
            (Self::PasswordText, Lang::Ro) => "trebuia o parolă în UTF-8, sunt alți octeți".into(),
            (Self::Format(found), Lang::En) => {
                format!("expected a private key in PKCS#8 or PKCS#12, found {}", found.name(lang))
            }
            (Self::Format(found), Lang::Ro) => {
                format!("trebuia o cheie privată PKCS#8 sau PKCS#12, s-a găsit {}", found.name(lang))
            }
            (Self::SeveralKeys { count }, Lang::En) => format!("expected one private key, found {count}"),
            (Self::SeveralKeys { count }, Lang::Ro) => {
                format!("trebuia o singură cheie privată, s-au găsit {count}")
            }
            (Self::Encryption, Lang::En) => {
                "expected an encryption of today (PBES2), found one that is not read here".into()
            }
            (Self::Encryption, Lang::Ro) => {
                "trebuia o criptare actuală (PBES2), este una care nu se citește aici".into()
            }
            (Self::RsaSize { bits }, Lang::En) => {
                format!("expected an RSA key of 2048 to 4096 bits, found {bits}")
            }
            (Self::RsaSize { bits }, Lang::Ro) => {
                format!("trebuia o cheie RSA de 2048 până la 4096 de biți, are {bits}")
            }
            (Self::Algorithm { oid }, Lang::En) => {
                format!("expected an RSA, P-256 or P-384 key, found algorithm {oid}")
            }
            (Self::Algorithm { oid }, Lang::Ro) => {
                format!("trebuia o cheie RSA, P-256 sau P-384, este algoritmul {oid}")
            }
            (Self::Damaged, Lang::En) => "expected a private key, found bytes that are none".into(),
            (Self::Damaged, Lang::Ro) => "trebuia o cheie privată, octeții nu sunt una".into(),
        }
    }

    fn hint(&self, lang: Lang, path: &str) -> Option<String> {
        let hint = match (self, lang) {
            (Self::Exposed { .. }, Lang::En) => {
                format!("chmod 600 {path}; whoever could read it may have it: consider a new one")
            }
            (Self::Exposed { .. }, Lang::Ro) => {
                format!("chmod 600 {path}; cine l-a putut citi îl poate avea: poate trebuie altul nou")
            }
            (Self::EmptyPassword, Lang::En) => "put the password into it, in one line".into(),
            (Self::EmptyPassword, Lang::Ro) => "scrieți parola în el, pe un rând".into(),
            (Self::PasswordMissing, Lang::En) => {
                "set `password_credential` or `password_file` beside the key".into()
            }
            (Self::PasswordMissing, Lang::Ro) => {
                "puneți `password_credential` sau `password_file` lângă cheie".into()
            }
            (Self::PasswordWrong, Lang::En) => {
                "check capitals and spaces; only the newline at the end is left out".into()
            }
            (Self::PasswordWrong, Lang::Ro) => {
                "verificați majusculele și spațiile; doar sfârșitul de rând se lasă la o parte".into()
            }
            (Self::PasswordText, Lang::En) => "save the password file as UTF-8".into(),
            (Self::PasswordText, Lang::Ro) => "salvați fișierul cu parola în UTF-8".into(),
            (Self::Format(found), lang) => return found.hint(lang, path),
            (Self::SeveralKeys { .. }, Lang::En) => "keep one key in a file".into(),
            (Self::SeveralKeys { .. }, Lang::Ro) => "țineți o singură cheie într-un fișier".into(),
            (Self::Encryption, Lang::En) => {
                format!("openssl pkcs8 -topk8 -v2 aes-256-cbc -in {path} -out new.pem")
            }
            (Self::Encryption, Lang::Ro) => {
                format!("openssl pkcs8 -topk8 -v2 aes-256-cbc -in {path} -out nou.pem")
            }
            (Self::RsaSize { .. } | Self::Algorithm { .. }, Lang::En) => {
                "ask the certification authority for a certificate on a key of these kinds".into()
            }
            (Self::RsaSize { .. } | Self::Algorithm { .. }, Lang::Ro) => {
                "cereți autorității de certificare un certificat pe o cheie de aceste feluri".into()
            }
            (Self::Damaged, Lang::En) => "take the file anew from where it came".into(),
            (Self::Damaged, Lang::Ro) => "luați fișierul din nou de unde a venit".into(),
        };
        Some(hint)
    }
}

impl Found {
    const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Pkcs1, Lang::En) => "an RSA key in PKCS#1",
            (Self::Pkcs1, Lang::Ro) => "o cheie RSA în PKCS#1",
            (Self::Sec1, Lang::En) => "an EC key in SEC1",
            (Self::Sec1, Lang::Ro) => "o cheie EC în SEC1",
            (Self::OpenSsh, Lang::En) => "an OpenSSH key",
            (Self::OpenSsh, Lang::Ro) => "o cheie OpenSSH",
            (Self::PublicKey, Lang::En) => "a public key",
            (Self::PublicKey, Lang::Ro) => "o cheie publică",
            (Self::Certificate, Lang::En) => "a certificate without a key",
            (Self::Certificate, Lang::Ro) => "un certificat fără cheie",
            (Self::Indefinite, Lang::En) => "an encoding of indefinite length (BER)",
            (Self::Indefinite, Lang::Ro) => "o codificare de lungime nedefinită (BER)",
            (Self::Unknown, Lang::En) => "something else",
            (Self::Unknown, Lang::Ro) => "altceva",
        }
    }

    fn hint(self, lang: Lang, path: &str) -> Option<String> {
        match (self, lang) {
            (Self::Pkcs1 | Self::Sec1, Lang::En) => {
                Some(format!("openssl pkcs8 -topk8 -in {path} -out new.pem"))
            }
            (Self::Pkcs1 | Self::Sec1, Lang::Ro) => {
                Some(format!("openssl pkcs8 -topk8 -in {path} -out nou.pem"))
            }
            (Self::OpenSsh, Lang::En) => Some("a login key does not sign documents".into()),
            (Self::OpenSsh, Lang::Ro) => Some("o cheie de conectare nu semnează documente".into()),
            (Self::PublicKey | Self::Certificate, Lang::En) => {
                Some("`file` is the private key; certificates go into `certificates`".into())
            }
            (Self::PublicKey | Self::Certificate, Lang::Ro) => {
                Some("`file` este cheia privată; certificatele se dau la `certificates`".into())
            }
            (Self::Indefinite, Lang::En) => Some(format!(
                "openssl pkcs12 -in {path} -out key.pem, then openssl pkcs12 -export -in key.pem -out new.p12"
            )),
            (Self::Indefinite, Lang::Ro) => Some(format!(
                "openssl pkcs12 -in {path} -out cheie.pem, apoi openssl pkcs12 -export -in cheie.pem -out nou.p12"
            )),
            (Self::Unknown, _) => None,
        }
    }
}
