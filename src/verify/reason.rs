//! Why a document is refused, or what a person should know of it: each with its stable code and its
//! words in two languages. This table is the contract with other people's scripts.
//!
//! What `integrity` and `trust` found keeps their codes: those without words here are told by code.

mod bytes;

use crate::diag::{Explain, Lang};
use crate::trust::Trust;

/// A reason for a refusal, or a note.
#[expect(missing_docs, reason = "each is told in `row`, in two languages")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    // -- the file
    NotAPdf,
    TooLarge,
    CannotRead,
    Unsigned,
    /// What the bytes say, under the code of `integrity`.
    Bytes(&'static str),
    FactsDisagree,
    // -- who must have signed
    StickWithSeal,
    SealFirst,
    OneKeyBothRoles,
    VerifierMissing,
    SealMissing,
    SealElsewhere,
    NobodyTrusted,
    // -- whether they may
    SignerNotAuthorised,
    SignerOfAnotherTreasury,
    SignerListedForAnotherTime,
    ChainNotFound,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    IssuerRevoked,
    SignerCertificateMissing,
    NoAnchors,
    /// What `trust` found, under its own code.
    Signer(&'static str),
    // -- the statement
    AttachmentMissing,
    AttachmentNotUnique,
    AttachmentNotCovered,
    SchemaInvalid,
    ArithmeticWrong,
    NameMismatch(Mismatch),
    IdentityUnknown,
    PageDiffers,
    // -- notes: never a refusal
    FileRenamed,
    StrangerSignature,
    NotCertified,
    TimestampNotJudged,
    TimestampNotTrusted,
    TimestampBroken,
    RevokedSince,
    ExpiredSince,
    ClaimAfterProof,
    StatementUnusual,
    PageNotCompared,
    PageLettersUnproven,
}

/// Which two names or values differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The file's name and the name of the XML in it.
    File,
    /// The name under which it should be published and the name of the XML in it.
    Published,
    /// The day in the XML and in its name.
    Date,
    /// The accounts in the XML do not end with the CUI of its name.
    Cui,
}

impl Reason {
    /// The stable code, kebab-case.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// A reason for what `trust` found.
    pub fn of_trust(code: &'static str) -> Self {
        const KNOWN: [Reason; 9] = [
            Reason::SignerNotAuthorised,
            Reason::SignerOfAnotherTreasury,
            Reason::SignerListedForAnotherTime,
            Reason::ChainNotFound,
            Reason::CertificateExpired,
            Reason::CertificateNotYetValid,
            Reason::CertificateRevoked,
            Reason::IssuerRevoked,
            Reason::NoAnchors,
        ];
        KNOWN.into_iter().find(|known| known.code() == code).unwrap_or(Self::Signer(code))
    }

    /// The reason that a word of `trust` stands for, where nothing finer is known.
    pub(super) const fn of_word(word: Trust) -> Self {
        match word {
            Trust::Unauthorised => Self::SignerNotAuthorised,
            Trust::Expired => Self::CertificateExpired,
            Trust::Revoked => Self::CertificateRevoked,
            Trust::Untrusted | Trust::Unknown | Trust::Trusted => Self::ChainNotFound,
        }
    }

    /// A reason for what `integrity` found.
    pub fn of_bytes(code: &'static str) -> Self {
        const KNOWN: [Reason; 3] = [Reason::NotAPdf, Reason::TooLarge, Reason::Unsigned];
        KNOWN.into_iter().find(|known| known.code() == code).unwrap_or(Self::Bytes(code))
    }

    /// Whether the document could not even be read: then it is not refused but unreadable.
    pub const fn is_unreadable(self) -> bool {
        matches!(self, Self::NotAPdf | Self::TooLarge | Self::CannotRead)
    }

    /// Code, English, Romanian: the table.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::NotAPdf => {
                ("not-a-pdf", "expected a PDF, found something else", "trebuia un PDF, este altceva")
            }
            Self::TooLarge => (
                "too-large",
                "the file is larger than a document may be",
                "fișierul este mai mare decât poate fi un document",
            ),
            Self::CannotRead => ("cannot-read", "the file cannot be read", "fișierul nu poate fi citit"),
            Self::Unsigned => ("unsigned", "it carries no signature", "nu poartă nicio semnătură"),
            Self::Bytes(code) => {
                let (en, ro) = bytes::words(code);
                (code, en, ro)
            }
            Self::FactsDisagree => (
                "facts-disagree",
                "a signature that does not hold in a document that was found intact",
                "o semnătură nevalidă într-un document găsit intact",
            ),
            Self::StickWithSeal => (
                "stick-with-seal",
                "a document for a memory stick, certified as final, carries a seal",
                "un document pentru stick, certificat ca final, poartă un sigiliu",
            ),
            Self::SealFirst => (
                "seal-first",
                "the Treasury's seal was put before the verifier signed",
                "sigiliul Trezoreriei a fost aplicat înainte de semnătura verificatorului",
            ),
            Self::OneKeyBothRoles => (
                "one-key-both-roles",
                "one key signed as verifier and as Treasury",
                "aceeași cheie a semnat și ca verificator, și ca Trezorerie",
            ),
            Self::VerifierMissing => (
                "verifier-missing",
                "the verifier's signature is missing",
                "lipsește semnătura verificatorului",
            ),
            Self::SealMissing => {
                ("seal-missing", "the Treasury's seal is missing", "lipsește sigiliul Trezoreriei")
            }
            Self::SealElsewhere => (
                "seal-elsewhere",
                "the Treasury signed, but not in the field prepared for its seal",
                "Trezoreria a semnat, dar nu în câmpul pregătit pentru sigiliu",
            ),
            Self::NobodyTrusted => (
                "nobody-trusted",
                "no signature of a verifier or of the Treasury is trusted",
                "nicio semnătură de verificator sau a Trezoreriei nu este de încredere",
            ),
            Self::SignerNotAuthorised => (
                "signer-not-authorised",
                "the signer's certificate is genuine, but not listed for this office",
                "certificatul semnatarului este autentic, dar nu este pe lista acestui rol",
            ),
            Self::SignerOfAnotherTreasury => (
                "signer-of-another-treasury",
                "the signer is listed for another treasury",
                "semnatarul este pe listă pentru altă trezorerie",
            ),
            Self::SignerListedForAnotherTime => (
                "signer-listed-for-another-time",
                "the signer is listed for another time",
                "semnatarul este pe listă pentru altă perioadă",
            ),
            Self::ChainNotFound => (
                "chain-not-found",
                "the signer's certificate leads to no trusted anchor",
                "certificatul semnatarului nu duce la nicio ancoră de încredere",
            ),
            Self::CertificateExpired => (
                "certificate-expired",
                "the certificate had expired, and nothing proves when it signed",
                "certificatul era expirat și nimic nu dovedește când a semnat",
            ),
            Self::CertificateNotYetValid => (
                "certificate-not-yet-valid",
                "the certificate was not yet valid",
                "certificatul nu era încă valabil",
            ),
            Self::CertificateRevoked => {
                ("certificate-revoked", "the certificate is revoked", "certificatul este revocat")
            }
            Self::IssuerRevoked => (
                "issuer-revoked",
                "the certificate of an authority that vouches for the signer is revoked",
                "certificatul unei autorități care garantează pentru semnatar este revocat",
            ),
            Self::SignerCertificateMissing => (
                "signer-certificate-missing",
                "the signature does not hold its signer's certificate",
                "semnătura nu conține certificatul semnatarului",
            ),
            Self::NoAnchors => (
                "no-anchors",
                "no anchor of this role is known",
                "nu se cunoaște nicio ancoră pentru acest rol",
            ),
            Self::Signer(code) => (
                code,
                "the signer's certificate is not accepted",
                "certificatul semnatarului nu este acceptat",
            ),
            Self::AttachmentMissing => {
                ("attachment-missing", "no XML is attached", "nu are niciun XML atașat")
            }
            Self::AttachmentNotUnique => (
                "attachment-not-unique",
                "expected one attachment, found several",
                "trebuia un singur atașament, sunt mai multe",
            ),
            Self::AttachmentNotCovered => (
                "attachment-not-covered",
                "the first signature does not cover the attachment",
                "prima semnătură nu acoperă atașamentul",
            ),
            Self::SchemaInvalid => (
                "schema-invalid",
                "the attached XML does not have the form of a statement",
                "XML-ul atașat nu are forma unui extras",
            ),
            Self::ArithmeticWrong => (
                "arithmetic-wrong",
                "the attached XML does not add up",
                "sumele din XML-ul atașat nu se potrivesc",
            ),
            Self::NameMismatch(which) => ("name-mismatch", which.row().0, which.row().1),
            Self::IdentityUnknown => (
                "identity-unknown",
                "neither the attachment's name nor the file's says which treasury, institution and day",
                "nici numele atașamentului, nici al fișierului nu spun ce trezorerie, instituție și zi",
            ),
            Self::FileRenamed => (
                "file-renamed",
                "the file was renamed; the name inside it counts",
                "fișierul a fost redenumit; contează numele din interior",
            ),
            Self::StrangerSignature => (
                "stranger-signature",
                "one more signature, by someone without an office here",
                "încă o semnătură, a cuiva fără rol aici",
            ),
            Self::NotCertified => (
                "not-certified",
                "the first signature does not certify (an older form)",
                "prima semnătură nu certifică (o formă mai veche)",
            ),
            Self::TimestampNotJudged => (
                "timestamp-not-judged",
                "it carries a timestamp, which is not judged where only the bytes are",
                "poartă o marcă temporală, care nu se judecă atunci când se privesc numai octeții",
            ),
            Self::TimestampNotTrusted => (
                "timestamp-not-trusted",
                "it carries a timestamp by an authority that is not trusted here: that proves no time",
                "poartă o marcă temporală a unei autorități care nu este de încredere aici: ea nu dovedește nicio oră",
            ),
            Self::TimestampBroken => (
                "timestamp-broken",
                "it carries a timestamp that does not hold: that proves no time",
                "poartă o marcă temporală nevalidă: ea nu dovedește nicio oră",
            ),
            Self::RevokedSince => (
                "certificate-revoked-since",
                "a certificate was revoked later; a trusted timestamp proves that it signed before",
                "un certificat a fost revocat mai târziu; o marcă temporală de încredere dovedește că a semnat înainte",
            ),
            Self::ExpiredSince => (
                "certificate-expired-since",
                "a certificate has expired since; a trusted timestamp proves that it signed before",
                "un certificat a expirat între timp; o marcă temporală de încredere dovedește că a semnat înainte",
            ),
            Self::ClaimAfterProof => (
                "claimed-time-contradicted",
                "the signature claims a later time than a trusted timestamp proves",
                "semnătura pretinde o oră ulterioară celei dovedite de o marcă temporală de încredere",
            ),
            Self::PageDiffers => (
                "page-differs",
                "the page says something else than the XML in it",
                "pagina spune altceva decât XML-ul din document",
            ),
            Self::PageNotCompared => (
                "page-not-compared",
                "the page was not drawn by this program and was not compared with the XML",
                "pagina nu este desenată de acest program și nu a fost comparată cu XML-ul",
            ),
            Self::PageLettersUnproven => (
                "page-letters-unproven",
                "the page was compared by its characters; that its own letters look like them is not proven",
                "pagina a fost comparată după caractere; că literele proprii arată ca ele nu este dovedit",
            ),
            Self::StatementUnusual => (
                "statement-unusual",
                "it adds up, but a person should look at it",
                "sumele se potrivesc, dar merită privit de o persoană",
            ),
        }
    }
}

impl Mismatch {
    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::File => (
                "the file's name and the name of the XML in it differ",
                "numele fișierului și numele XML-ului din el diferă",
            ),
            Self::Published => (
                "the name for publication and the name of the XML differ",
                "numele de publicare și numele XML-ului diferă",
            ),
            Self::Date => {
                ("the day in the XML and in its name differ", "ziua din XML și din numele lui diferă")
            }
            Self::Cui => (
                "the accounts in the XML do not belong to the CUI in its name",
                "conturile din XML nu aparțin CUI-ului din numele lui",
            ),
        }
    }
}

impl Explain for Reason {
    fn say(&self, lang: Lang) -> String {
        let (code, en, ro) = self.row();
        let words = if lang == Lang::En { en } else { ro };
        match self {
            Self::Bytes(_) | Self::Signer(_) => format!("{words} (`{code}`)"),
            _ => words.to_owned(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let (en, ro) = match self {
            Self::NoAnchors | Self::ChainNotFound => (
                "name the folder of trusted anchors with `--trust DIR`, or look at the bytes alone with `--integrity-only`",
                "numiți dosarul cu ancorele de încredere cu `--trust DOSAR` sau priviți numai octeții cu `--integrity-only`",
            ),
            Self::CertificateExpired => (
                "if you know when it was signed, judge it then with `--at TIME`; the report will say that it is your word",
                "dacă știți când a fost semnat, judecați-l atunci cu `--at MOMENT`; raportul va spune că este cuvântul dumneavoastră",
            ),
            Self::AttachmentMissing | Self::AttachmentNotUnique => (
                "a signed PDF that is no statement is checked with `--integrity-only`",
                "un PDF semnat care nu este extras se verifică cu `--integrity-only`",
            ),
            _ => return None,
        };
        Some(if lang == Lang::En { en } else { ro }.to_owned())
    }
}
