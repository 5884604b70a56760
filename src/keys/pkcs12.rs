//! PKCS#12 (RFC 7292): key and certificates in one file, as registration authorities hand them out.
//!
//! The integrity check over the password (MAC) is what tells a wrong password from a damaged file. The old
//! encryptions (RC2, triple DES) are read, since authorities still use them; key derivations are bounded by
//! the reader (a million rounds).

use super::{FileFault, Material};
use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error;
use zeroize::Zeroizing;

/// The one key of the file, and all of its certificates in the order found.
pub(super) fn open(bytes: &[u8], password: Option<&[u8]>) -> Result<Material, FileFault> {
    let text = password.map_or(Ok(""), std::str::from_utf8).map_err(|_| FileFault::PasswordText)?;
    let archive = Pkcs12Archive::from_pkcs12(bytes, text).map_err(|error| fault(&error, password))?;
    let [bag] = archive.keys.as_slice() else {
        return Err(FileFault::SeveralKeys { count: archive.keys.len() });
    };
    let pkcs8 = Zeroizing::new(bag.key.as_der().to_vec());
    let certificates = archive.certs.iter().map(|bag| bag.cert.as_der().to_vec()).collect();
    Ok(Material { pkcs8, certificates })
}

fn fault(error: &Error, password: Option<&[u8]>) -> FileFault {
    match (error, password) {
        (Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError, None) => FileFault::PasswordMissing,
        (Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError, Some(_)) => FileFault::PasswordWrong,
        (Error::UnsupportedEncryptionScheme | Error::UnsupportedMacAlgorithm, _) => FileFault::Encryption,
        (Error::InvalidParameters, _) => FileFault::Encryption,
        _ => FileFault::Damaged,
    }
}
