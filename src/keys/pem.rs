//! PKCS#8 keys and certificates in PEM (RFC 7468), and the decryption of PKCS#8 (RFC 8018, PBES2).
//!
//! A PEM file is a series of blocks with any text between them (`openssl pkcs12` writes "Bag Attributes"
//! there). Exactly one block must be a private key; certificates beside it are taken with it.
//!
//! **Limits.** The file's size is bounded by whoever read it; a key derivation that would cost more than
//! [`MAX_ROUNDS`] or [`MAX_SCRYPT_MEMORY`] is refused.

use super::{FileFault, Found, KeyFault, Material};
use der::Decode;
use der::pem::Decoder;
use pkcs8::pkcs5::{self, EncryptionScheme, pbes2::Kdf};
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use zeroize::Zeroizing;

/// Rounds of PBKDF2: sixteen times what OWASP asks for in 2023, some seconds of work.
pub(super) const MAX_ROUNDS: u32 = 10_000_000;
/// Memory of scrypt, bytes (`128 × N × r`, RFC 7914, 2): eight times what openssl takes by default.
pub(super) const MAX_SCRYPT_MEMORY: u64 = 1 << 28;

const BEGIN: &[u8] = b"-----BEGIN ";
const DASHES: &[u8] = b"-----";

/// Whether a file is PEM: some line begins a block.
pub(super) fn is_pem(bytes: &[u8]) -> bool {
    lines(bytes).any(|(_, line)| label(line).is_some())
}

/// The one private key of a PEM file, decrypted, and its certificates.
pub(super) fn open(bytes: &[u8], password: Option<&[u8]>) -> Result<Material, FileFault> {
    let mut keys = Vec::new();
    let mut certificates = Vec::new();
    let mut other = Found::Unknown;
    for block in blocks(bytes) {
        match block.label {
            b"PRIVATE KEY" | b"ENCRYPTED PRIVATE KEY" => keys.push(block),
            b"CERTIFICATE" | b"X509 CERTIFICATE" => {
                certificates.push(block.decode().ok_or(FileFault::Damaged)?.to_vec());
                other = Found::Certificate;
            }
            b"RSA PRIVATE KEY" => return Err(FileFault::Format(Found::Pkcs1)),
            b"EC PRIVATE KEY" => return Err(FileFault::Format(Found::Sec1)),
            b"OPENSSH PRIVATE KEY" => return Err(FileFault::Format(Found::OpenSsh)),
            b"PUBLIC KEY" => other = Found::PublicKey,
            _ => {}
        }
    }
    let [key] = keys.as_slice() else {
        let count = keys.len();
        return Err(if count == 0 { FileFault::Format(other) } else { FileFault::SeveralKeys { count } });
    };
    let der = key.decode().ok_or(FileFault::Damaged)?;
    let pkcs8 = if key.label.starts_with(b"ENCRYPTED") { decrypt(&der, password)? } else { der };
    Ok(Material { pkcs8, certificates })
}

/// The certificates of a PEM file, in the order found.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, KeyFault> {
    let certificates = blocks(bytes).into_iter().filter(|block| block.label.ends_with(b"CERTIFICATE"));
    let decoded = certificates.enumerate().map(|(index, block)| {
        let der = block.decode().map(|der| der.to_vec());
        der.ok_or(KeyFault::Certificate { number: index.saturating_add(1) })
    });
    decoded.collect()
}

/// Decrypts an `EncryptedPrivateKeyInfo`.
pub(super) fn decrypt(der: &[u8], password: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>, FileFault> {
    let encrypted = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| FileFault::Encryption)?;
    if !affordable(&encrypted.encryption_algorithm) {
        return Err(FileFault::Encryption);
    }
    let password = password.ok_or(FileFault::PasswordMissing)?;
    let scheme = &encrypted.encryption_algorithm;
    let plain = match scheme.decrypt(password, encrypted.encrypted_data.as_bytes()) {
        Ok(plain) => Zeroizing::new(plain),
        Err(pkcs5::Error::DecryptFailed) => return Err(FileFault::PasswordWrong),
        Err(_) => return Err(FileFault::Encryption),
    };
    // One wrong password in 256 leaves padding that looks right, and rubbish before it.
    match PrivateKeyInfoRef::from_der(&plain) {
        Ok(_) => Ok(plain),
        Err(_) => Err(FileFault::PasswordWrong),
    }
}

fn affordable(scheme: &EncryptionScheme) -> bool {
    match scheme.pbes2().map(|parameters| &parameters.kdf) {
        Some(Kdf::Pbkdf2(kdf)) => kdf.iteration_count <= MAX_ROUNDS,
        Some(Kdf::Scrypt(kdf)) => {
            let memory = 128_u64.saturating_mul(kdf.cost_parameter).saturating_mul(kdf.block_size.into());
            memory <= MAX_SCRYPT_MEMORY && kdf.parallelization <= 16
        }
        _ => false,
    }
}

/// A block: its label, and its text from the first dash to the last.
struct Block<'a> {
    label: &'a [u8],
    text: &'a [u8],
}

impl Block<'_> {
    fn decode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut decoder = Decoder::new_detect_wrap(self.text).ok()?;
        let mut bytes = Zeroizing::new(vec![0; decoder.remaining_len()]);
        decoder.decode(&mut bytes).ok()?;
        decoder.is_finished().then_some(bytes)
    }
}

/// The blocks of a file that have an end.
fn blocks(bytes: &[u8]) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &[u8])> = None;
    for (offset, line) in lines(bytes) {
        if let Some(label) = label(line) {
            open = Some((offset, label));
        } else if let Some((start, label)) = open
            && line.starts_with(b"-----END ")
        {
            let end = offset.saturating_add(line.len());
            blocks.extend(bytes.get(start..end).map(|text| Block { label, text }));
            open = None;
        }
    }
    blocks
}

fn label(line: &[u8]) -> Option<&[u8]> {
    line.strip_prefix(BEGIN)?.strip_suffix(DASHES)
}

/// The lines of a file with their offsets, without white space at their ends.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut offset = 0_usize;
    bytes.split_inclusive(|byte| *byte == b'\n').map(move |line| {
        let start = offset;
        offset = offset.saturating_add(line.len());
        (start, line.trim_ascii_end())
    })
}
