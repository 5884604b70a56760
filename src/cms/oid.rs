//! Object identifiers, dotted, with their names in the standards.
#![expect(missing_docs, reason = "each constant is the standard's own name")]

pub const DATA: &str = "1.2.840.113549.1.7.1";
pub const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
pub const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
pub const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
pub const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
pub const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
pub const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
pub const TIMESTAMP_TOKEN: &str = "1.2.840.113549.1.9.16.2.14";
pub const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
pub const ADBE_REVOCATION: &str = "1.2.840.113583.1.1.8";
pub const ALGORITHM_PROTECTION: &str = "1.2.840.113549.1.9.52";
pub const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
pub const SIGNER_ATTRIBUTES_V2: &str = "0.4.0.19122.1.1";
pub const SIGNER_LOCATION: &str = "1.2.840.113549.1.9.16.2.17";
pub const SIGNATURE_POLICY: &str = "1.2.840.113549.1.9.16.2.15";
