//! Encrypted documents that open without a password (ISO 32000-2, 7.6): the standard handler with an empty user password.
//!
//! ```text
//! /Encrypt ── V 1, 2   RC4                        key: MD5 (algorithm 2)      each object: MD5 of key and number (algorithm 1)
//!          ├─ V 4      RC4 or AES-128, by filter          the same                         the same, with a salt for AES
//!          └─ V 5      AES-256, by filter         key: unwrapped (2.A, 2.B)   each object: the key itself
//! ```
//!
//! **Contract.** Strings are opened when their object is read, streams when they are decoded; `/Contents` of a signature, the encryption
//! dictionary, cross-reference streams and what stands in object streams are not encrypted by themselves. **Limits.** Those of the
//! reader: nothing grows. **Failure.** Another handler, a password that is not empty, damaged padding:
//! [`ReadFault::Encrypted`], never a guess.

mod key;

use super::object::{Dict, Object, PdfString, Ref, Stream};
use super::{ReadFault, limits};
use aes::cipher::{BlockModeDecrypt, KeyIvInit as _, block_padding::Pkcs7};
use md5::{Digest as _, Md5};

/// Octets of an AES block.
const BLOCK: usize = 16;

/// How strings or streams are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// Not at all (`/Identity`, `/None`).
    Identity,
    /// RC4 (`/V2`).
    Rc4,
    /// AES-128 in CBC mode (`/AESV2`).
    Aes128,
    /// AES-256 in CBC mode (`/AESV3`).
    Aes256,
}

/// The key of a document and what it is used for.
#[derive(Debug)]
pub(super) struct Cipher {
    key: Vec<u8>,
    strings: Method,
    streams: Method,
    embedded: Method,
    metadata: bool,
}

impl Cipher {
    /// The cipher of an encryption dictionary, its references followed; `id` is the first half of the document's identifier.
    ///
    /// # Errors
    /// [`ReadFault::Encrypted`] where it does not open with the empty user password.
    pub(super) fn of(encrypt: &Dict, id: &[u8]) -> Result<Self, ReadFault> {
        Self::opened(encrypt, id).ok_or(ReadFault::Encrypted)
    }

    fn opened(encrypt: &Dict, id: &[u8]) -> Option<Self> {
        encrypt.name(b"Filter").filter(|name| name.is(b"Standard"))?;
        let version = encrypt.int(b"V")?;
        let metadata = encrypt.get(b"EncryptMetadata") != Some(&Object::Bool(false));
        let key = key::of(encrypt, id, metadata)?;
        let named = |which: &[u8]| filter(encrypt, which);
        let (strings, streams, embedded) = match version {
            1 | 2 => (Method::Rc4, Method::Rc4, Method::Rc4),
            4 | 5 => {
                let streams = named(b"StmF")?;
                let embedded = if encrypt.get(b"EFF").is_some() { named(b"EFF")? } else { streams };
                (named(b"StrF")?, streams, embedded)
            }
            _ => return None,
        };
        let fits = |method: Method| match method {
            Method::Identity => true,
            Method::Aes256 => version == 5,
            Method::Rc4 | Method::Aes128 => version != 5,
        };
        let all = [strings, streams, embedded];
        all.into_iter().all(fits).then_some(Self { key, strings, streams, embedded, metadata })
    }

    /// An object as it was meant: its strings opened.
    pub(super) fn object(&self, object: Object, id: Ref) -> Result<Object, ReadFault> {
        // a cross-reference stream is read before there is a key: nothing in it is encrypted (7.5.8.2)
        if object.as_stream().is_some_and(|stream| stream.dict.name(b"Type").is_some_and(|n| n.is(b"XRef"))) {
            return Ok(object);
        }
        self.strings(object, id, limits::DEPTH)
    }

    fn strings(&self, object: Object, id: Ref, depth: usize) -> Result<Object, ReadFault> {
        let depth = depth.checked_sub(1).ok_or(ReadFault::Limit)?;
        Ok(match object {
            Object::String(string) => {
                Object::String(PdfString { bytes: self.open(self.strings, &string.bytes, id)? })
            }
            Object::Array(items) => {
                let opened: Result<_, _> =
                    items.into_iter().map(|item| self.strings(item, id, depth)).collect();
                Object::Array(opened?)
            }
            Object::Dict(dict) => Object::Dict(self.dict(dict, id, depth)?),
            Object::Stream(Stream { dict, start, length }) => {
                Object::Stream(Stream { dict: self.dict(dict, id, depth)?, start, length })
            }
            other => other,
        })
    }

    fn dict(&self, dict: Dict, id: Ref, depth: usize) -> Result<Dict, ReadFault> {
        let signature = dict.get(b"ByteRange").is_some();
        dict.map(|key, value| match value {
            Object::String(_) if signature && key.is(b"Contents") => Ok(value),
            value => self.strings(value, id, depth),
        })
    }

    /// The data of a stream as they were before they were encrypted.
    pub(super) fn stream(&self, dict: &Dict, data: &[u8], id: Ref) -> Result<Vec<u8>, ReadFault> {
        let is = |kind: &[u8]| dict.name(b"Type").is_some_and(|name| name.is(kind));
        let method = match () {
            () if is(b"XRef") || names_identity(dict) => Method::Identity,
            () if is(b"Metadata") && !self.metadata => Method::Identity,
            () if is(b"EmbeddedFile") => self.embedded,
            () => self.streams,
        };
        self.open(method, data, id)
    }

    fn open(&self, method: Method, data: &[u8], id: Ref) -> Result<Vec<u8>, ReadFault> {
        let opened = match method {
            Method::Identity => Some(data.to_vec()),
            Method::Rc4 => Some(rc4(&self.key_of(id, false), data)),
            Method::Aes128 => {
                let key = self.key_of(id, true);
                unpad(data, |iv| cbc::Decryptor::<aes::Aes128>::new_from_slices(&key, iv).ok())
            }
            Method::Aes256 => {
                unpad(data, |iv| cbc::Decryptor::<aes::Aes256>::new_from_slices(&self.key, iv).ok())
            }
        };
        opened.ok_or(ReadFault::Encrypted)
    }

    /// The key of one object (algorithm 1).
    fn key_of(&self, id: Ref, aes: bool) -> Vec<u8> {
        let mut hash = Md5::new();
        hash.update(&self.key);
        hash.update(id.number.to_le_bytes().get(..3).unwrap_or_default());
        hash.update(id.generation.to_le_bytes().get(..2).unwrap_or_default());
        if aes {
            hash.update(b"sAlT");
        }
        let length = self.key.len().saturating_add(5).min(BLOCK);
        hash.finalize().get(..length).unwrap_or_default().to_vec()
    }
}

/// The method that a crypt filter names (7.6.6).
fn filter(encrypt: &Dict, which: &[u8]) -> Option<Method> {
    let Some(name) = encrypt.get(which) else { return Some(Method::Identity) };
    let name = name.as_name()?;
    if name.is(b"Identity") {
        return Some(Method::Identity);
    }
    let filters = encrypt.get(b"CF")?.as_dict()?;
    let method = filters.get(&name.0)?.as_dict()?.name(b"CFM");
    Some(match method.map(|method| method.0.as_ref()) {
        None | Some(b"None") => Method::Identity,
        Some(b"V2") => Method::Rc4,
        Some(b"AESV2") => Method::Aes128,
        Some(b"AESV3") => Method::Aes256,
        Some(_) => return None,
    })
}

/// Whether the stream says that it is not encrypted: a first filter `/Crypt` with `/Identity`, or without a name (table 14).
fn names_identity(dict: &Dict) -> bool {
    let first = |object: &Object| match object {
        Object::Array(items) => items.first().cloned(),
        single => Some(single.clone()),
    };
    let crypt = dict
        .get(b"Filter")
        .and_then(first)
        .is_some_and(|name| name.as_name().is_some_and(|n| n.is(b"Crypt")));
    let parameters = dict.get(b"DecodeParms").and_then(first);
    let named = parameters.as_ref().and_then(Object::as_dict).and_then(|dict| dict.name(b"Name"));
    crypt && named.is_none_or(|name| name.is(b"Identity"))
}

/// AES in CBC mode: the vector stands before the data, the padding behind (7.6.3.1).
fn unpad<C: BlockModeDecrypt>(data: &[u8], cipher: impl Fn(&[u8]) -> Option<C>) -> Option<Vec<u8>> {
    if data.is_empty() {
        return Some(Vec::new());
    }
    let (vector, data) = data.split_at_checked(BLOCK)?;
    cipher(vector)?.decrypt_padded_vec::<Pkcs7>(data).ok()
}

/// RC4. No crate takes a key whose length is known only when the document is read; this is all of it.
fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|at| u8::try_from(at).unwrap_or_default());
    let at = |state: &[u8; 256], index: u8| state.get(usize::from(index)).copied().unwrap_or_default();
    let mut j = 0_u8;
    for (i, key) in (0..=u8::MAX).zip(key.iter().cycle()) {
        j = j.wrapping_add(at(&state, i)).wrapping_add(*key);
        state.swap(usize::from(i), usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    let mut next = || {
        i = i.wrapping_add(1);
        j = j.wrapping_add(at(&state, i));
        state.swap(usize::from(i), usize::from(j));
        at(&state, at(&state, i).wrapping_add(at(&state, j)))
    };
    data.iter().map(|byte| byte ^ next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_is_the_one_of_rfc_6229() {
        let stream = rc4(&[1, 2, 3, 4, 5], &[0; 16]);
        let expected =
            [0xB2, 0x39, 0x63, 0x05, 0xF0, 0x3D, 0xC0, 0x27, 0xCC, 0xC3, 0x52, 0x4A, 0x0A, 0x11, 0x18, 0xA8];
        assert_eq!(stream, expected);
    }
}
