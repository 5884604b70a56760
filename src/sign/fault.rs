//! What keeps a signer from being one, or a signature from being made.

use super::Role;
use crate::diag::{Explain, Lang};
use crate::keys::KeyFault;
use crate::pdf::PdfFault;
use jiff::Timestamp;
use std::fmt;

/// A key and certificates that do not make a signer, or a signature that was not made.
#[derive(Debug)]
pub enum SignFault {
    /// The key did not sign.
    Key(KeyFault),
    /// The signature could not be put into the document.
    Page(PdfFault),
    /// No certificate at all.
    EmptyChain,
    /// A certificate that cannot be read.
    Certificate {
        /// Which of the chain, counted from 1.
        number: usize,
    },
    /// The first certificate is not the key's.
    OtherKey,
    /// The certificate allows PSS alone, and the key is set to PKCS#1.
    PssOnly,
    /// The challenge's signature does not verify.
    Challenge,
    /// A certificate that did not issue the one before it.
    Order {
        /// Which, counted from 1.
        number: usize,
        /// The issuer that was expected.
        expected: String,
        /// The subject that was found.
        found: String,
    },
    /// A certificate that is not valid any more.
    Expired {
        /// Which, counted from 1.
        number: usize,
        /// Its last moment.
        to: Timestamp,
    },
    /// A certificate that is not valid yet.
    NotYetValid {
        /// Which, counted from 1.
        number: usize,
        /// Its first moment.
        from: Timestamp,
    },
    /// Key usage has neither `digitalSignature` nor `nonRepudiation`.
    KeyUsage,
    /// A verifier's certificate without a person's name.
    NoPerson {
        /// Its CN.
        found: Option<String>,
    },
    /// A configured person that is not the certificate's.
    OtherPerson {
        /// The configured name.
        expected: String,
        /// The CN of the certificate.
        found: Option<String>,
    },
    /// A seal's certificate without a CN.
    NoName,
    /// A chain so long that its CMS would be.
    TooLarge {
        /// The CMS, bytes.
        bytes: usize,
        /// The limit, bytes.
        limit: usize,
    },
    /// A signer of the other role.
    Role {
        /// The role that it should have.
        expected: Role,
    },
}

impl From<KeyFault> for SignFault {
    fn from(fault: KeyFault) -> Self {
        Self::Key(fault)
    }
}

impl From<PdfFault> for SignFault {
    fn from(fault: PdfFault) -> Self {
        Self::Page(fault)
    }
}

impl fmt::Display for SignFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for SignFault {}

impl Explain for SignFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Key(fault), lang) => fault.say(lang),
            (Self::Page(fault), lang) => fault.say(lang),
            (Self::EmptyChain, Lang::En) => "expected the key's certificate, found none".into(),
            (Self::EmptyChain, Lang::Ro) => "trebuia certificatul cheii, nu este niciunul".into(),
            (Self::Certificate { number }, Lang::En) => {
                format!("certificate {number}: expected X.509, found something else")
            }
            (Self::Certificate { number }, Lang::Ro) => {
                format!("certificatul {number}: trebuia X.509, este altceva")
            }
            (Self::OtherKey, Lang::En) => "expected the certificate of this key, found another key's".into(),
            (Self::OtherKey, Lang::Ro) => "trebuia certificatul acestei chei, este al altei chei".into(),
            (Self::PssOnly, Lang::En) => "the certificate allows PSS signatures alone".into(),
            (Self::PssOnly, Lang::Ro) => "certificatul permite doar semnături PSS".into(),
            (Self::Challenge, Lang::En) => "the key signs, but its signature does not verify".into(),
            (Self::Challenge, Lang::Ro) => "cheia semnează, dar semnătura ei nu se verifică".into(),
            (Self::Order { number, expected, found }, Lang::En) => {
                format!("certificate {number}: expected `{expected}`, found `{found}`")
            }
            (Self::Order { number, expected, found }, Lang::Ro) => {
                format!("certificatul {number}: trebuia `{expected}`, este `{found}`")
            }
            (Self::Expired { number, to }, Lang::En) => format!("certificate {number}: expired on {to}"),
            (Self::Expired { number, to }, Lang::Ro) => format!("certificatul {number}: a expirat la {to}"),
            (Self::NotYetValid { number, from }, Lang::En) => {
                format!("certificate {number}: valid only from {from} on")
            }
            (Self::NotYetValid { number, from }, Lang::Ro) => {
                format!("certificatul {number}: este valabil abia de la {from}")
            }
            (Self::KeyUsage, Lang::En) => {
                "expected key usage `digitalSignature` or `nonRepudiation`, found neither".into()
            }
            (Self::KeyUsage, Lang::Ro) => {
                "trebuia utilizarea `digitalSignature` sau `nonRepudiation`, nu este niciuna".into()
            }
            (Self::NoPerson { found }, Lang::En) => {
                format!(
                    "expected a person's surname and given name in the certificate, found {}",
                    cn(found, lang)
                )
            }
            (Self::NoPerson { found }, Lang::Ro) => {
                format!("trebuiau numele și prenumele unei persoane în certificat, este {}", cn(found, lang))
            }
            (Self::OtherPerson { expected, found }, Lang::En) => {
                format!("expected the certificate of `{expected}`, found {}", cn(found, lang))
            }
            (Self::OtherPerson { expected, found }, Lang::Ro) => {
                format!("trebuia certificatul lui `{expected}`, este {}", cn(found, lang))
            }
            (Self::NoName, Lang::En) => "expected a CN in the seal's certificate, found none".into(),
            (Self::NoName, Lang::Ro) => "trebuia un CN în certificatul sigiliului, nu este".into(),
            (Self::TooLarge { bytes, limit }, Lang::En) => {
                format!("expected a signature of at most {limit} bytes, found {bytes}: the chain is too long")
            }
            (Self::TooLarge { bytes, limit }, Lang::Ro) => {
                format!("trebuia o semnătură de cel mult {limit} octeți, are {bytes}: lanțul este prea lung")
            }
            (Self::Role { expected }, Lang::En) => {
                format!("expected {}, found another", role(*expected, lang))
            }
            (Self::Role { expected }, Lang::Ro) => format!("trebuia {}, este altceva", role(*expected, lang)),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (self, lang) {
            (Self::Key(fault), lang) => return fault.hint(lang),
            (Self::Page(fault), lang) => return fault.hint(lang),
            (Self::EmptyChain | Self::Certificate { .. } | Self::Order { .. }, Lang::En) => {
                "give the certificates in PEM: the key's own first, after each the one that issued it"
            }
            (Self::EmptyChain | Self::Certificate { .. } | Self::Order { .. }, Lang::Ro) => {
                "dați certificatele în PEM: întâi cel al cheii, după fiecare cel care l-a emis"
            }
            (Self::OtherKey, Lang::En) => {
                "check that key and certificate came together; the key's own is first"
            }
            (Self::OtherKey, Lang::Ro) => {
                "verificați că au venit împreună cheia și certificatul; cel al cheii este primul"
            }
            (Self::PssOnly, Lang::En) => "set `scheme = \"pss\"` beside the key",
            (Self::PssOnly, Lang::Ro) => "puneți `scheme = \"pss\"` lângă cheie",
            (Self::Challenge, Lang::En) => "do not use this key: call the administrator",
            (Self::Challenge, Lang::Ro) => "nu folosiți această cheie: anunțați administratorul",
            (Self::Expired { .. }, Lang::En) => "renew the certificate; check the clock of this machine",
            (Self::Expired { .. }, Lang::Ro) => "reînnoiți certificatul; verificați ceasul calculatorului",
            (Self::NotYetValid { .. }, Lang::En) => "check the clock of this machine, or wait",
            (Self::NotYetValid { .. }, Lang::Ro) => "verificați ceasul calculatorului sau așteptați",
            (Self::KeyUsage, Lang::En) => "this certificate is not for signing: ask for one that is",
            (Self::KeyUsage, Lang::Ro) => "certificatul nu este pentru semnat: cereți unul potrivit",
            (Self::NoPerson { .. }, Lang::En) => {
                "the verifier is a person (order 2768/2017, art. 3); where the CN is the name, set `person`"
            }
            (Self::NoPerson { .. }, Lang::Ro) => {
                "verifică o persoană (ordinul 2768/2017, art. 3); dacă numele este în CN, puneți `person`"
            }
            (Self::OtherPerson { .. }, Lang::En) => "`person` must be the CN, letter by letter",
            (Self::OtherPerson { .. }, Lang::Ro) => "`person` trebuie să fie CN, literă cu literă",
            (Self::NoName, Lang::En) => "ask the certification authority for a certificate with a name",
            (Self::NoName, Lang::Ro) => "cereți autorității de certificare un certificat cu nume",
            (Self::TooLarge { .. }, Lang::En) => "leave out the certificates that verifiers have",
            (Self::TooLarge { .. }, Lang::Ro) => "lăsați deoparte certificatele pe care le au verificatorii",
            (Self::Role { .. }, _) => return None,
        };
        Some(hint.to_owned())
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::Key(fault) if fault.retryable())
    }
}

fn cn(found: &Option<String>, lang: Lang) -> String {
    match (found, lang) {
        (Some(name), _) => format!("CN `{name}`"),
        (None, Lang::En) => "no CN".to_owned(),
        (None, Lang::Ro) => "fără CN".to_owned(),
    }
}

const fn role(role: Role, lang: Lang) -> &'static str {
    match (role, lang) {
        (Role::Verifier, Lang::En) => "a verifier's signer",
        (Role::Verifier, Lang::Ro) => "semnătura verificatorului",
        (Role::Treasury, Lang::En) => "the treasury's seal",
        (Role::Treasury, Lang::Ro) => "sigiliul trezoreriei",
    }
}
