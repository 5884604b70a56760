//! Any bytes as a revocation list and as an OCSP response, asked about a certificate; and as the certificate that is asked about.
#![no_main]
use pecete::trust::{Evidence, Origin, TrustStore, When};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut evidence = Evidence::default();
    evidence.take_list(bytes, Origin::Folder);
    evidence.take_answer(bytes, Origin::Folder);
    let at = jiff::Timestamp::UNIX_EPOCH;
    let existed = |_| at;
    let when = When { signed: at, at, existed: &existed };
    let path = [bytes.to_vec(), bytes.to_vec()];
    let _ = TrustStore::default().statuses(&path, &[&evidence], when);
    let _ = TrustStore::sources(bytes, bytes);
});
