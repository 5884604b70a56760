//! The verifier's end.

use super::wire::{Reply, Request};
use super::{MAX_ANSWER, socket};
use crate::diag::{Explain, Lang};
use crate::trust::hex;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// Octets of a page.
const MAX_PAGE: u64 = 256 << 20;

/// Why nothing was heard.
#[derive(Debug)]
pub enum ReviewFault {
    /// Nobody listens there.
    NoDaemon {
        /// Where.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// What was said is no answer.
    NoAnswer,
}

/// Asks the daemon whose desk is in this folder; with the page, where one was asked for.
///
/// # Errors
/// Nobody is there, or what is there does not answer.
pub fn ask(folder: &Path, request: &Request) -> Result<(Reply, Vec<u8>), ReviewFault> {
    let path = socket(folder);
    let stream = UnixStream::connect(&path).map_err(|error| ReviewFault::NoDaemon { path, error })?;
    talk(&stream, request).map_err(|_| ReviewFault::NoAnswer)?.ok_or(ReviewFault::NoAnswer)
}

/// Whether a daemon listens there.
pub fn is_there(folder: &Path) -> bool {
    UnixStream::connect(socket(folder)).is_ok()
}

fn talk(mut stream: &UnixStream, request: &Request) -> io::Result<Option<(Reply, Vec<u8>)>> {
    let mut asked = serde_json::to_vec(request)?;
    asked.push(b'\n');
    stream.write_all(&asked)?;
    let mut answer = BufReader::new(stream);
    let mut line = Vec::new();
    answer.by_ref().take(MAX_ANSWER).read_until(b'\n', &mut line)?;
    let Ok(reply) = serde_json::from_slice::<Reply>(&line) else { return Ok(None) };
    let mut page = Vec::new();
    if let Reply::Page { length } = reply {
        answer.take(length.min(MAX_PAGE)).read_to_end(&mut page)?;
        if u64::try_from(page.len()) != Ok(length) {
            return Ok(None);
        }
    }
    Ok(Some((reply, page)))
}

/// SHA-256 of a page, hexadecimal: what an approval names.
pub fn digest(page: &[u8]) -> String {
    hex(&Sha256::digest(page))
}

impl Explain for ReviewFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoDaemon { path, error }, Lang::En) => {
                format!("{}: expected the daemon, found nobody: {error}", path.display())
            }
            (Self::NoDaemon { path, error }, Lang::Ro) => {
                format!("{}: trebuia serviciul, nu este nimeni: {error}", path.display())
            }
            (Self::NoAnswer, Lang::En) => "the daemon gave no answer".to_owned(),
            (Self::NoAnswer, Lang::Ro) => "serviciul nu a răspuns".to_owned(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        Some(match lang {
            Lang::En => "`pecete run` must be running, with this configuration".to_owned(),
            Lang::Ro => "trebuie să ruleze `pecete run`, cu această configurație".to_owned(),
        })
    }
}
