//! `TSTInfo`: what a timestamp says (RFC 3161, 2.4.2), without judging it.
//!
//! Bytes of another structure, or a time that is none, are no timestamp.

use crate::cms::tlv::{self, Budget, Reader};
use crate::cms::{self, Algorithm, CmsFault, oid};
use jiff::Timestamp;

/// Elements of a `TSTInfo`; a full one has about 25.
const MAX_ELEMENTS: usize = 200;

/// What a timestamp says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampInfo {
    /// `genTime`: when the authority saw the imprint.
    pub at: Timestamp,
    /// Which digest the imprint is.
    pub imprint_algorithm: Algorithm,
    /// The digest of what existed then.
    pub imprint: Vec<u8>,
    /// The authority's policy, dotted.
    pub policy: String,
}

/// What a timestamp token (DER or BER `ContentInfo`) says, where it is one. Its signature is checked
/// by [`super::check`], not here.
pub fn read_timestamp(token: &[u8]) -> Option<TimestampInfo> {
    let signed = cms::read(token).ok()?;
    (signed.content_type == oid::TST_INFO).then_some(())?;
    read_info(signed.content.as_deref()?)
}

/// Reads `TSTInfo`.
pub(super) fn read_info(der: &[u8]) -> Option<TimestampInfo> {
    fields(der).ok().flatten()
}

fn fields(der: &[u8]) -> Result<Option<TimestampInfo>, CmsFault> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut outer = Reader::new(der, &budget);
    let mut info = outer.enter(tlv::SEQUENCE)?;
    outer.end()?;
    info.expect(tlv::INTEGER)?;
    let policy = info.oid()?;
    let mut message = info.enter(tlv::SEQUENCE)?;
    let imprint_algorithm = cms::algorithm(&mut message)?;
    let imprint = message.octets()?.into_owned();
    message.end()?;
    info.expect(tlv::INTEGER)?;
    let time = info.expect(tlv::GENERALIZED_TIME)?.content;
    Ok(cms::time::generalized(time).map(|at| TimestampInfo { at, imprint_algorithm, imprint, policy }))
}
