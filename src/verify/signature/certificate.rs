//! A glance at a certificate: what a signer info needs to find it, and its key.
//!
//! Only the outline of RFC 5280, 4.1, is read; whether the certificate is good is `trust`'s to say.
//! Bytes that do not have that outline are no certificate.

use crate::cms::tlv::{self, Budget, Reader};
use crate::cms::{CmsFault, SignerId, oid};
use crate::trust::mathematics::Digest;

/// Elements read in one certificate: ten fields and the headers of its extensions.
const MAX_ELEMENTS: usize = 1000;

/// The outline of a certificate, as slices of its DER.
#[derive(Clone, Debug)]
pub(super) struct Glance<'a> {
    /// The whole.
    pub der: &'a [u8],
    /// `issuer`, DER.
    pub issuer: &'a [u8],
    /// `serialNumber`, contents.
    pub serial: &'a [u8],
    /// `subjectPublicKeyInfo`, DER.
    pub key_info: &'a [u8],
    extensions: Option<&'a [u8]>,
}

impl<'a> Glance<'a> {
    /// Reads the outline.
    pub(super) fn at(der: &'a [u8]) -> Option<Self> {
        Self::read(der).ok()
    }

    fn read(der: &'a [u8]) -> Result<Self, CmsFault> {
        let budget = Budget::new(MAX_ELEMENTS);
        let mut outer = Reader::new(der, &budget);
        let mut body = outer.enter(tlv::SEQUENCE)?.enter(tlv::SEQUENCE)?;
        outer.end()?;
        body.optional(tlv::CONTEXT_0)?;
        let serial = body.integer()?;
        body.expect(tlv::SEQUENCE)?;
        let issuer = body.expect(tlv::SEQUENCE)?.raw;
        body.expect(tlv::SEQUENCE)?;
        body.expect(tlv::SEQUENCE)?;
        let key_info = body.expect(tlv::SEQUENCE)?.raw;
        let mut extensions = None;
        while !body.is_empty() {
            let field = body.any()?;
            if field.tag == tlv::CONTEXT_3 {
                extensions = Some(field.content);
            }
        }
        Ok(Self { der, issuer, serial, key_info, extensions })
    }

    /// Whether a signer info that says this means this certificate.
    pub(super) fn is(&self, id: &SignerId) -> bool {
        match id {
            SignerId::IssuerAndSerial { issuer, serial } => self.issuer == issuer && self.serial == serial,
            SignerId::KeyId(wanted) => match self.key_id() {
                Ok(Some(written)) => written == *wanted,
                // RFC 5280, 4.2.1.2, method 1, where the extension is missing.
                Ok(None) => self.key_bits().is_ok_and(|key| Digest::Sha1.digest(key) == *wanted),
                Err(_) => false,
            },
        }
    }

    /// The subject key identifier among the extensions (RFC 5280, 4.2.1.2).
    fn key_id(&self) -> Result<Option<Vec<u8>>, CmsFault> {
        let Some(explicit) = self.extensions else { return Ok(None) };
        let budget = Budget::new(MAX_ELEMENTS);
        let mut extensions = Reader::new(explicit, &budget).enter(tlv::SEQUENCE)?;
        while !extensions.is_empty() {
            let mut extension = extensions.enter(tlv::SEQUENCE)?;
            if extension.oid()? != oid::SUBJECT_KEY_IDENTIFIER {
                continue;
            }
            extension.optional(tlv::BOOLEAN)?;
            let value = extension.octets()?;
            return Reader::new(&value, &budget).octets().map(|id| Some(id.into_owned()));
        }
        Ok(None)
    }

    /// The bits of the key, without the octet that counts the unused ones.
    fn key_bits(&self) -> Result<&'a [u8], CmsFault> {
        let budget = Budget::new(4);
        let mut fields = Reader::new(self.key_info, &budget).enter(tlv::SEQUENCE)?;
        fields.expect(tlv::SEQUENCE)?;
        Ok(fields.expect(tlv::BIT_STRING)?.content.get(1..).unwrap_or_default())
    }
}
