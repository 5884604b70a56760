//! Any bytes as an anchor, as a signers list, and as the certificate that is judged.
#![no_main]
use pecete::trust::{Role, TrustStore};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = TrustStore::from_files([("verifier/signers.toml", bytes)]);
    if let Ok(store) = TrustStore::from_files([("verifier/anchor.der", bytes)]) {
        let _ = store.judge(Role::Verifier, bytes, &[bytes.to_vec()], None, jiff::Timestamp::UNIX_EPOCH);
    }
});
