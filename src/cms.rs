//! CMS `SignedData` (RFC 5652), ours and anyone's: the codec alone, no policy and no cryptography.
//!
//! [`read()`] takes hostile BER or DER within limits; [`write()`] makes the DER of our own signatures.
//! Everything is kept as bytes where bytes are what was signed.

mod fault;
pub mod oid;
mod read;
pub(crate) mod time;
pub(crate) mod tlv;
#[cfg(feature = "treasury")]
mod write;

pub use fault::CmsFault;
pub(crate) use read::algorithm;
pub use read::{MAX_ATTRIBUTES, MAX_CERTIFICATES, MAX_LENGTH, MAX_SIGNERS, read, read_content_info};
#[cfg(feature = "treasury")]
pub use write::{Attributes, Identity, Signatory, Suite, signed_attributes, write};

/// An algorithm identifier: object identifier (dotted) and the DER of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// `1.2.840.113549.1.1.11`
    pub oid: String,
    /// DER of the parameters, where there are any.
    pub parameters: Option<Vec<u8>>,
}

/// An attribute: its type and the DER of each of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its type, dotted.
    pub oid: String,
    /// Its values, DER (a BER value of the input is kept as it stands).
    pub values: Vec<Vec<u8>>,
}

/// How a signer info names its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignerId {
    /// Issuer (DER of the `Name`) and serial number (content bytes of the INTEGER).
    IssuerAndSerial {
        /// DER of the issuer's name.
        issuer: Vec<u8>,
        /// Serial number, big-endian two's complement.
        serial: Vec<u8>,
    },
    /// Subject key identifier.
    KeyId(Vec<u8>),
}

/// One signer (RFC 5652, 5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerInfo {
    /// Who.
    pub signer: SignerId,
    /// Of the content and of the attributes.
    pub digest: Algorithm,
    /// The signed attributes, each as it stands.
    pub signed: Vec<Attribute>,
    /// The bytes over which the signature is made where there are signed attributes: their DER with
    /// the tag SET OF (RFC 5652, 5.4); `None` where there are none.
    pub signed_bytes: Option<Vec<u8>>,
    /// Of the signature.
    pub signature_algorithm: Algorithm,
    /// The signature value.
    pub signature: Vec<u8>,
    /// The unsigned attributes.
    pub unsigned: Vec<Attribute>,
}

/// `SignedData` (RFC 5652, 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedData {
    /// `eContentType`, dotted: `1.2.840.113549.1.7.1` for data, `…9.16.1.4` for a timestamp's TSTInfo.
    pub content_type: String,
    /// `eContent`; absent in a detached signature.
    pub content: Option<Vec<u8>>,
    /// Certificates, DER, in the order found.
    pub certificates: Vec<Vec<u8>>,
    /// Certificate revocation lists, DER.
    pub crls: Vec<Vec<u8>>,
    /// The signers.
    pub signers: Vec<SignerInfo>,
    /// How many bytes of the input the `ContentInfo` took: what follows is padding, or should be.
    pub length: usize,
}
