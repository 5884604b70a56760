//! The trust folder, file by file: anchors (PEM or DER), lists, the mark of a demo.
//!
//! Everything that does not belong here is a fault that names the file, for what an administrator
//! believes to be in force must be in force. README.md and files whose name begins with a dot are
//! passed over.

use super::certificate::Certificate;
use super::fault::{TrustFault, TrustFlaw};
use super::{MAX_ANCHORS, Role, TrustStore, signers};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const CERTIFICATE: &str = "CERTIFICATE-----";

/// Reads the files, or says all that is wrong with them.
pub(super) fn read<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<TrustStore, Vec<TrustFault>> {
    let mut files: Vec<(&str, &[u8])> = files.into_iter().collect();
    files.sort_by_key(|(path, _)| *path);
    let (mut store, mut faults) = (TrustStore::default(), Vec::new());
    for (path, bytes) in files {
        if let Err(flaws) = take(&mut store, path, bytes) {
            let fault = |(line, flaw)| TrustFault { file: path.to_owned(), line, flaw };
            faults.extend(flaws.into_iter().map(fault));
        }
    }
    if faults.is_empty() { Ok(store) } else { Err(faults) }
}

fn take(store: &mut TrustStore, path: &str, bytes: &[u8]) -> Result<(), Vec<signers::Flaw>> {
    let unknown = || vec![(None, TrustFlaw::UnknownFile)];
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with('.') || name == "README.md" {
        return Ok(());
    }
    if path == "DEMO" {
        store.demo = true;
        return Ok(());
    }
    let (role, name) = path.split_once('/').ok_or_else(unknown)?;
    let role = match role {
        "verifier" => Role::Verifier,
        "treasury" => Role::Treasury,
        "tsa" => Role::Tsa,
        _ => return Err(unknown()),
    };
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let office = store.offices.entry(role).or_default();
    match (name, extension) {
        (name, _) if name.contains('/') => Err(unknown()),
        ("signers.toml", _) => {
            office.signers = signers::read(role, bytes)?;
            Ok(())
        }
        (_, "pem" | "crt" | "cer" | "der") => {
            for (line, der) in certificates(bytes).map_err(|flaw| vec![flaw])? {
                Certificate::read(&der).map_err(|_| vec![(line, TrustFlaw::Certificate)])?;
                if !office.anchors.contains(&der) {
                    office.anchors.push(der);
                }
            }
            let many = office.anchors.len() > MAX_ANCHORS;
            if many { Err(vec![(None, TrustFlaw::TooMany { limit: MAX_ANCHORS })]) } else { Ok(()) }
        }
        _ => Err(unknown()),
    }
}

/// A certificate, DER, and the line where it begins.
type Block = (Option<usize>, Vec<u8>);

/// The certificates of a file, with the lines where they begin where it is PEM.
fn certificates(bytes: &[u8]) -> Result<Vec<Block>, signers::Flaw> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) if text.contains(BEGIN) => text,
        _ if bytes.is_empty() => return Err((None, TrustFlaw::NoCertificate)),
        _ => return Ok(vec![(None, bytes.to_vec())]),
    };
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        match (&mut open, line.strip_prefix(BEGIN), line.strip_prefix(END)) {
            (None, Some(label), _) if label.ends_with("PRIVATE KEY-----") => {
                return Err((Some(number), TrustFlaw::PrivateKey));
            }
            (None, Some(CERTIFICATE), _) => open = Some((number, String::new())),
            (Some((from, body)), _, Some(CERTIFICATE)) => {
                let der = base64(body).ok_or((Some(*from), TrustFlaw::Certificate))?;
                found.push((Some(*from), der));
                open = None;
            }
            // What stands between the blocks is for people (RFC 7468, 5.2).
            (None, None, None) => {}
            (Some((_, body)), None, None) => body.push_str(line),
            _ => return Err((Some(number), TrustFlaw::Certificate)),
        }
    }
    match open {
        Some((from, _)) => Err((Some(from), TrustFlaw::Certificate)),
        None if found.is_empty() => Err((None, TrustFlaw::NoCertificate)),
        None => Ok(found),
    }
}

/// RFC 4648, 4, strictly: whole groups, padding at the end, no bits left over.
fn base64(text: &str) -> Option<Vec<u8>> {
    let (groups, rest) = text.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(groups.len() * 3);
    let last = groups.len().checked_sub(1)?;
    for (at, group) in groups.iter().enumerate() {
        let padding = group.iter().rev().take_while(|c| **c == b'=').count();
        if padding > 2 || (padding > 0 && at != last) {
            return None;
        }
        let mut bits = 0_u32;
        for c in group.iter().take(4 - padding) {
            bits = bits << 6 | sextet(*c)?;
        }
        let [_, octets @ ..] = (bits << (6 * padding)).to_be_bytes();
        let (kept, dropped) = octets.split_at(3 - padding);
        if dropped.iter().any(|octet| *octet != 0) {
            return None;
        }
        out.extend_from_slice(kept);
    }
    Some(out)
}

fn sextet(c: u8) -> Option<u32> {
    let value = match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_strictly() {
        assert_eq!(base64("TWFu").as_deref(), Some(&b"Man"[..]));
        assert_eq!(base64("TWE=").as_deref(), Some(&b"Ma"[..]));
        assert_eq!(base64("TQ==").as_deref(), Some(&b"M"[..]));
        for wrong in ["", "TWF", "TQ=a", "TQ==TWFu", "TR==", "T===", "TW-u"] {
            assert_eq!(base64(wrong), None, "{wrong}");
        }
    }

    fn faults(files: &[(&str, &[u8])]) -> Vec<(String, Option<usize>, TrustFlaw)> {
        let faults = read(files.iter().copied()).unwrap_err();
        faults.into_iter().map(|fault| (fault.file, fault.line, fault.flaw)).collect()
    }

    #[test]
    fn an_empty_folder_trusts_nobody_and_is_none_the_worse() {
        let store = read([]).unwrap();
        assert!(store.anchors().is_empty() && !store.is_demo());
        assert!(
            read([("DEMO", &b""[..]), (".gitkeep", b""), ("README.md", b""), ("tsa/.x", b"")])
                .unwrap()
                .is_demo()
        );
    }

    #[test]
    fn a_file_that_does_not_belong_there_is_named() {
        let files = ["notes.txt", "verifier/notes.txt", "verifiers/root.pem", "verifier/old/root.pem"];
        let all: Vec<(&str, &[u8])> = files.iter().map(|file| (*file, &b""[..])).collect();
        assert_eq!(faults(&all).len(), files.len());
        assert!(faults(&all).iter().all(|(_, _, flaw)| *flaw == TrustFlaw::UnknownFile));
    }

    #[test]
    fn a_private_key_among_the_anchors_is_an_alarm() {
        let pem = b"for people\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let found = faults(&[("tsa/root.pem", pem)]);
        assert_eq!(found, [("tsa/root.pem".into(), Some(2), TrustFlaw::PrivateKey)]);
    }

    #[test]
    fn anchors_that_are_none_are_told_all_at_once() {
        let cut = b"-----BEGIN CERTIFICATE-----\nAAAA\n";
        let found = faults(&[("tsa/a.pem", cut), ("tsa/b.der", b"\x30\x00"), ("verifier/c.crt", b"")]);
        let flaws: Vec<TrustFlaw> = found.into_iter().map(|(_, _, flaw)| flaw).collect();
        assert_eq!(flaws, [TrustFlaw::Certificate, TrustFlaw::Certificate, TrustFlaw::NoCertificate]);
    }
}
