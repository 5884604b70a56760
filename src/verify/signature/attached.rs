//! Revocation data that a signature brings along: CMS `crls` (RFC 5652, 5.1) and `adbe-revocationInfoArchival`
//! (ISO 32000-2, 12.8.3.3.2). What is malformed brings nothing.

use crate::cms::tlv::{self, Budget, Reader};
use crate::cms::{CmsFault, SignerInfo, oid};

/// Elements of the attribute that are read; lists and responses stay closed.
const MAX_ELEMENTS: usize = 1000;

/// Lists and responses, DER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// Certificate revocation lists.
    pub lists: Vec<Vec<u8>>,
    /// OCSP responses.
    pub answers: Vec<Vec<u8>>,
}

impl Attached {
    /// Takes what the attributes of a signer hold.
    pub(super) fn take(&mut self, info: &SignerInfo) {
        let attributes = info.signed.iter().chain(&info.unsigned);
        for value in attributes.filter(|a| a.oid == oid::ADBE_REVOCATION).flat_map(|a| &a.values) {
            if let Ok(found) = read(value) {
                self.lists.extend(found.lists);
                self.answers.extend(found.answers);
            }
        }
    }
}

/// `RevocationInfoArchival ::= SEQUENCE { crl [0] EXPLICIT, ocsp [1] EXPLICIT, otherRevInfo [2] EXPLICIT }`, all optional.
fn read(value: &[u8]) -> Result<Attached, CmsFault> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut fields = Reader::new(value, &budget).enter(tlv::SEQUENCE)?;
    let mut found = Attached::default();
    for (tag, into) in [(tlv::CONTEXT_0, &mut found.lists), (tlv::CONTEXT_1, &mut found.answers)] {
        let Some(explicit) = fields.optional(tag)? else { continue };
        let mut all = explicit.open(&budget)?.enter(tlv::SEQUENCE)?;
        while !all.is_empty() {
            into.push(all.expect(tlv::SEQUENCE)?.raw.to_vec());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let mut all = Vec::new();
        tlv::put(&mut all, tag, &parts.concat());
        all
    }

    #[test]
    fn lists_and_responses_are_taken_apart_and_either_may_be_missing() {
        let (list, answer) =
            (element(tlv::SEQUENCE, &[&[5, 0]]), element(tlv::SEQUENCE, &[&[5, 0], &[5, 0]]));
        let of = |tag, one: &[u8]| element(tag, &[&element(tlv::SEQUENCE, &[one, one])]);
        let both = element(tlv::SEQUENCE, &[&of(tlv::CONTEXT_0, &list), &of(tlv::CONTEXT_1, &answer)]);
        let found = read(&both).unwrap();
        assert_eq!((found.lists, found.answers), (vec![list.clone(); 2], vec![answer.clone(); 2]));
        let one = read(&element(tlv::SEQUENCE, &[&of(tlv::CONTEXT_1, &answer)])).unwrap();
        assert_eq!((one.lists.len(), one.answers.len()), (0, 2));
        assert!(read(&element(tlv::SEQUENCE, &[&element(tlv::CONTEXT_0, &[&[4, 0]])])).is_err());
    }
}
