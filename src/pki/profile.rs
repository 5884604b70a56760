//! What a certificate shall say: names, times, usages, and the mistakes that tests ask for.

use super::{Kind, PkiFault};
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, GeneralSubtree,
    IsCa, KeyUsagePurpose, NameConstraints,
};
use time::OffsetDateTime;

/// An extension that nobody knows, from the arc that RFC 5612 keeps for examples.
const UNKNOWN_EXTENSION: &[u64] = &[1, 3, 6, 1, 4, 1, 32473, 2026];
/// `id-ce-extKeyUsage` (RFC 5280, 4.2.1.12).
const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
/// `id-ce-keyUsage` (RFC 5280, 4.2.1.3).
const KEY_USAGE: &[u64] = &[2, 5, 29, 15];
/// `SEQUENCE { id-kp-timeStamping }`.
const TIME_STAMPING: &[u8] = &[0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
/// A `BIT STRING` with all bits off.
const NO_BITS: &[u8] = &[0x03, 0x01, 0x00];
/// `NULL`.
const NULL: &[u8] = &[0x05, 0x00];
/// Seconds of a day.
const DAY: i64 = 86_400;

/// From when to when a certificate is valid, both included, whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first moment.
    pub from: Timestamp,
    /// The last moment.
    pub to: Timestamp,
}

impl Validity {
    /// So many days from a moment on.
    pub fn days(from: Timestamp, days: u16) -> Self {
        let to = from.as_second().saturating_add(DAY.saturating_mul(i64::from(days)));
        Self { from, to: Timestamp::from_second(to).unwrap_or(Timestamp::MAX) }
    }
}

/// A part of a name.
#[expect(missing_docs, reason = "each is its X.520 name")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Country,
    Organisation,
    OrganisationIdentifier,
    Unit,
    Locality,
    SerialNumber,
    Surname,
    GivenName,
    CommonName,
}

/// A distinguished name: parts in the order in which they were put.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(Vec<(Part, String)>);

impl Name {
    /// A name without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Romania, and what the thing is called: an authority, or a signer without a person's name.
    pub fn plain(common_name: &str) -> Self {
        Self::new().with(Part::Country, "RO").with(Part::CommonName, common_name)
    }

    /// A natural person (ETSI EN 319 412-2, 4.2.4), without any number that the state gives to people.
    pub fn person(surname: &str, given_name: &str) -> Self {
        Self::new()
            .with(Part::Country, "RO")
            .with(Part::Surname, surname)
            .with(Part::GivenName, given_name)
            .with(Part::CommonName, &format!("{surname} {given_name}"))
    }

    /// An organisation's seal (ETSI EN 319 412-3, 4.2.1).
    pub fn seal(common_name: &str, organisation: &str) -> Self {
        Self::new()
            .with(Part::Country, "RO")
            .with(Part::Organisation, organisation)
            .with(Part::CommonName, common_name)
    }

    /// The name with one part more; a part that is there already is replaced.
    #[must_use]
    pub fn with(mut self, part: Part, text: &str) -> Self {
        match self.0.iter_mut().find(|(known, _)| *known == part) {
            Some((_, known)) => text.clone_into(known),
            None => self.0.push((part, text.to_owned())),
        }
        self
    }

    fn distinguished(&self) -> Result<DistinguishedName, PkiFault> {
        let mut name = DistinguishedName::new();
        for (part, text) in &self.0 {
            name.push(part.attribute(), part.value(text)?);
        }
        Ok(name)
    }
}

impl Part {
    fn attribute(self) -> DnType {
        let x520 = |last: u64| DnType::CustomDnType(vec![2, 5, 4, last]);
        match self {
            Self::Country => DnType::CountryName,
            Self::Organisation => DnType::OrganizationName,
            Self::OrganisationIdentifier => x520(97),
            Self::Unit => DnType::OrganizationalUnitName,
            Self::Locality => DnType::LocalityName,
            Self::SerialNumber => x520(5),
            Self::Surname => x520(4),
            Self::GivenName => x520(42),
            Self::CommonName => DnType::CommonName,
        }
    }

    /// X.520: countries and serial numbers are printable strings, all else may be UTF-8.
    fn value(self, text: &str) -> Result<DnValue, PkiFault> {
        match self {
            Self::Country | Self::SerialNumber => text
                .try_into()
                .map(DnValue::PrintableString)
                .map_err(|_| PkiFault::Name { found: text.to_owned() }),
            _ => Ok(DnValue::Utf8String(text.to_owned())),
        }
    }
}

/// What the key may be used for (RFC 5280, 4.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// `digitalSignature` and `nonRepudiation`.
    Signing,
    /// `digitalSignature`.
    DigitalSignature,
    /// `nonRepudiation`, alias `contentCommitment`.
    NonRepudiation,
    /// `keyEncipherment`: not for signing.
    KeyEncipherment,
    /// An extension with all bits off.
    NoBits,
    /// No such extension.
    Absent,
}

/// What the certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing documents.
    Documents,
    /// Timestamps (RFC 3161, 2.3: critical, and nothing else).
    Timestamps,
}

/// Something in a certificate that should not, or need not, be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// Nothing.
    None,
    /// An extension that nobody knows and that is critical: to be refused (RFC 5280, 4.2).
    UnknownCritical,
    /// An extension that nobody knows: to be passed over.
    Unknown,
}

/// A signer's certificate.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Whose.
    pub subject: Name,
    /// Of which kind of key.
    pub kind: Kind,
    /// When.
    pub validity: Validity,
    /// For what the key.
    pub usage: Usage,
    /// For what the certificate.
    pub purpose: Purpose,
    /// What should not be there.
    pub extra: Extra,
}

impl Profile {
    /// A right certificate for signing documents.
    pub const fn signer(subject: Name, kind: Kind, validity: Validity) -> Self {
        let (usage, purpose, extra) = (Usage::Signing, Purpose::Documents, Extra::None);
        Self { subject, kind, validity, usage, purpose, extra }
    }

    /// A right certificate for a timestamp authority.
    pub const fn timestamps(subject: Name, kind: Kind, validity: Validity) -> Self {
        let (usage, purpose, extra) = (Usage::DigitalSignature, Purpose::Timestamps, Extra::None);
        Self { subject, kind, validity, usage, purpose, extra }
    }

    pub(super) fn parameters(&self) -> Result<CertificateParams, PkiFault> {
        let mut parameters = parameters(&self.subject, self.validity)?;
        parameters.is_ca = IsCa::ExplicitNoCa;
        parameters.key_usages = match self.usage {
            Usage::Signing => vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment],
            Usage::DigitalSignature => vec![KeyUsagePurpose::DigitalSignature],
            Usage::NonRepudiation => vec![KeyUsagePurpose::ContentCommitment],
            Usage::KeyEncipherment => vec![KeyUsagePurpose::KeyEncipherment],
            Usage::NoBits | Usage::Absent => Vec::new(),
        };
        if self.usage == Usage::NoBits {
            parameters.custom_extensions.push(extension(KEY_USAGE, NO_BITS, true));
        }
        if self.purpose == Purpose::Timestamps {
            parameters.custom_extensions.push(extension(EXTENDED_KEY_USAGE, TIME_STAMPING, true));
        }
        parameters.custom_extensions.extend(self.extra.extension());
        Ok(parameters)
    }
}

/// Whether an authority is one (RFC 5280, 4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// `cA` is true.
    Authority,
    /// `cA` is true, and at most so many authorities may follow below.
    PathLength(u8),
    /// `cA` is false: nothing that it issues may be accepted.
    NotAnAuthority,
}

/// An authority's certificate.
#[derive(Clone, Debug)]
pub struct AuthorityProfile {
    /// Whose.
    pub subject: Name,
    /// Of which kind of key.
    pub kind: Kind,
    /// When.
    pub validity: Validity,
    /// Whether it is one.
    pub constraint: Constraint,
    /// Only names below one of these may be issued (RFC 5280, 4.2.1.10); none: all.
    pub permitted: Vec<Name>,
    /// No name below one of these may be issued.
    pub excluded: Vec<Name>,
    /// What should not be there.
    pub extra: Extra,
}

impl AuthorityProfile {
    /// A right authority.
    pub const fn new(subject: Name, kind: Kind, validity: Validity) -> Self {
        let (constraint, extra) = (Constraint::Authority, Extra::None);
        Self { subject, kind, validity, constraint, permitted: Vec::new(), excluded: Vec::new(), extra }
    }

    pub(super) fn parameters(&self) -> Result<CertificateParams, PkiFault> {
        let mut parameters = parameters(&self.subject, self.validity)?;
        parameters.is_ca = match self.constraint {
            Constraint::Authority => IsCa::Ca(BasicConstraints::Unconstrained),
            Constraint::PathLength(below) => IsCa::Ca(BasicConstraints::Constrained(below)),
            Constraint::NotAnAuthority => IsCa::ExplicitNoCa,
        };
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        parameters.name_constraints = Some(NameConstraints {
            permitted_subtrees: subtrees(&self.permitted)?,
            excluded_subtrees: subtrees(&self.excluded)?,
        });
        parameters.custom_extensions.extend(self.extra.extension());
        Ok(parameters)
    }
}

impl Extra {
    fn extension(self) -> Option<CustomExtension> {
        match self {
            Self::None => None,
            Self::UnknownCritical => Some(extension(UNKNOWN_EXTENSION, NULL, true)),
            Self::Unknown => Some(extension(UNKNOWN_EXTENSION, NULL, false)),
        }
    }
}

fn parameters(subject: &Name, validity: Validity) -> Result<CertificateParams, PkiFault> {
    let moment =
        |at: Timestamp| OffsetDateTime::from_unix_timestamp(at.as_second()).map_err(|_| PkiFault::Time);
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = subject.distinguished()?;
    parameters.not_before = moment(validity.from)?;
    parameters.not_after = moment(validity.to)?;
    Ok(parameters)
}

fn subtrees(names: &[Name]) -> Result<Vec<GeneralSubtree>, PkiFault> {
    names.iter().map(|name| name.distinguished().map(GeneralSubtree::DirectoryName)).collect()
}

fn extension(oid: &[u64], content: &[u8], critical: bool) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, content.to_vec());
    extension.set_criticality(critical);
    extension
}
