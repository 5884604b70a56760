//! Keys and certificates as files hold them: PEM (RFC 7468), encrypted PKCS#8 (RFC 8018), PKCS#12 (RFC 7292).

use super::{Issued, PkiFault};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use der::pem::{LineEnding, encode_string};
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2;
use zeroize::Zeroizing;

/// Rounds of PBKDF2. A throw-away key is not worth the 600,000 that OWASP asks of a real one.
const ROUNDS: u32 = 10_000;
/// Bytes of salt (RFC 8018, 4.1: at least eight).
const SALT_BYTES: usize = 16;
/// Bytes of the initialisation vector of AES-CBC.
const BLOCK_BYTES: usize = 16;
/// What a PKCS#12 calls its one key, and how it ties it to its certificate.
const ALIAS: &str = "pecete";

/// Certificates, one after the other, PEM.
///
/// # Errors
/// [`PkiFault::Pack`] where one is larger than PEM can be.
pub fn certificates_pem(certificates: &[Vec<u8>]) -> Result<String, PkiFault> {
    certificates.iter().map(|der| armoured("CERTIFICATE", der)).collect()
}

/// A key, PEM, for anyone who can read the file.
///
/// # Errors
/// [`PkiFault::Pack`] where it is larger than PEM can be.
pub fn key_pem(pkcs8: &[u8]) -> Result<Zeroizing<String>, PkiFault> {
    armoured("PRIVATE KEY", pkcs8).map(Zeroizing::new)
}

/// A key, PEM, encrypted with a password (PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC).
///
/// # Errors
/// [`PkiFault::Pack`] where the bytes are no PKCS#8, [`PkiFault::Random`] without randomness.
pub fn encrypted_key_pem(pkcs8: &[u8], password: &str) -> Result<String, PkiFault> {
    let (salt, iv) = (random::<SALT_BYTES>()?, random::<BLOCK_BYTES>()?);
    let scheme = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv);
    let scheme = scheme.map_err(|_| PkiFault::Pack)?;
    let key = PrivateKeyInfoRef::try_from(pkcs8).map_err(|_| PkiFault::Pack)?;
    let encrypted = key.encrypt_with_params(scheme, password).map_err(|_| PkiFault::Pack)?;
    armoured("ENCRYPTED PRIVATE KEY", encrypted.as_bytes())
}

/// Key and chain in one file, encrypted with a password, DER.
///
/// # Errors
/// [`PkiFault::Pack`] where it cannot be packed.
pub fn pkcs12(issued: &Issued, password: &str) -> Result<Vec<u8>, PkiFault> {
    let pack = || -> p12_keystore::Result<Vec<u8>> {
        let chain = issued.chain.iter().map(|der| Certificate::from_der(der));
        let chain = chain.collect::<p12_keystore::Result<Vec<_>>>()?;
        let entry = PrivateKeyChain::new(ALIAS, PrivateKey::from_der(&issued.key)?, chain);
        let mut store = KeyStore::new();
        store.add_entry(ALIAS, KeyStoreEntry::PrivateKeyChain(entry));
        store.writer(password).write()
    };
    pack().map_err(|_| PkiFault::Pack)
}

fn armoured(label: &str, der: &[u8]) -> Result<String, PkiFault> {
    encode_string(label, LineEnding::LF, der).map_err(|_| PkiFault::Pack)
}

fn random<const N: usize>() -> Result<[u8; N], PkiFault> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| PkiFault::Random)?;
    Ok(bytes)
}
