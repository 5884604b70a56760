//! The one place that reaches out: revocation lists and OCSP responses, over HTTP, where whoever verifies asks for it.
//!
//! What comes back is only bytes: `trust` reads it with limits and believes it by its signature, so that plain HTTP is enough
//! (RFC 5280, 8; RFC 6960, A.1). **Contract.** Only `http://`, also after a redirection; the places come from certificates
//! of a path to a trusted anchor, never from a document alone. **Limits.** [`MAX_BODY`], [`PATIENCE`], `REDIRECTIONS`.
//! **Failure.** A place that does not answer is told, and nothing is known from it.

use crate::diag::{Explain, Lang};
use crate::trust::Source;
use std::time::Duration;
use ureq::Agent;

/// Octets of one answer. The largest list of a European authority has some ten million.
pub const MAX_BODY: u64 = 32 << 20;
/// How long one place may take, connecting and all.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Redirections that are followed.
const REDIRECTIONS: u32 = 2;

/// Why a place told nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchFault {
    /// The place.
    pub uri: String,
    /// What happened there, in the words of whoever noticed.
    pub cause: String,
}

/// Fetches.
#[derive(Clone, Debug)]
pub struct Fetcher(Agent);

impl Default for Fetcher {
    fn default() -> Self {
        let config = Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(REDIRECTIONS);
        let agent = concat!("pecete/", env!("CARGO_PKG_VERSION"));
        Self(config.user_agent(agent).build().new_agent())
    }
}

impl Fetcher {
    /// What lies at a place: the DER of a list, or of an OCSP response.
    ///
    /// # Errors
    /// The place does not answer, answers with an error, too slowly, or with too much.
    pub fn fetch(&self, source: &Source) -> Result<Vec<u8>, FetchFault> {
        let fault =
            |error: ureq::Error| FetchFault { uri: source.uri().to_owned(), cause: error.to_string() };
        let response = match source {
            Source::List { uri } => self.0.get(uri).call(),
            Source::Answer { uri, request } => {
                self.0.post(uri).header("Content-Type", "application/ocsp-request").send(request.as_slice())
            }
        };
        response.map_err(fault)?.body_mut().with_config().limit(MAX_BODY).read_to_vec().map_err(fault)
    }
}

impl Explain for FetchFault {
    fn say(&self, lang: Lang) -> String {
        let Self { uri, cause } = self;
        match lang {
            Lang::En => format!("{uri}: expected revocation data, found nothing: {cause}"),
            Lang::Ro => format!("{uri}: trebuiau date de revocare, nu s-a găsit nimic: {cause}"),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        Some(match lang {
            Lang::En => "try again later, or give what you have with `--revocation DIR`".to_owned(),
            Lang::Ro => "încercați mai târziu sau dați ce aveți cu `--revocation DOSAR`".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A server that answers once with these bytes, and gives back what it was asked.
    fn serve(answer: &'static [u8]) -> (String, std::thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let uri = format!("http://{}/list.crl", listener.local_addr().expect("an address"));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            let mut asked = vec![0; 4096];
            let count = stream.read(&mut asked).expect("a request");
            asked.truncate(count);
            stream.write_all(answer).expect("answered");
            asked
        });
        (uri, server)
    }

    #[test]
    fn a_list_is_got_and_a_responder_is_asked() {
        let fetcher = Fetcher::default();
        let (uri, server) = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlist");
        assert_eq!(fetcher.fetch(&Source::List { uri }), Ok(b"list".to_vec()));
        assert!(server.join().expect("served").starts_with(b"GET /list.crl "));
        let (uri, server) = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer");
        let source = Source::Answer { uri, request: b"question".to_vec() };
        assert_eq!(fetcher.fetch(&source), Ok(b"answer".to_vec()));
        let asked = String::from_utf8_lossy(&server.join().expect("served")).to_lowercase();
        assert!(
            asked.starts_with("post /list.crl ") && asked.contains("application/ocsp-request"),
            "{asked}"
        );
    }

    #[test]
    fn an_error_a_closed_port_and_too_much_are_told_with_the_place() {
        let fetcher = Fetcher::default();
        let (uri, _server) = serve(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        let fault = fetcher.fetch(&Source::List { uri: uri.clone() }).expect_err("not found");
        assert!(fault.uri == uri && fault.cause.contains("404"), "{fault:?}");
        let (uri, _server) =
            serve(b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        assert!(fetcher.fetch(&Source::List { uri }).is_err(), "only http");
        let (uri, _server) = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
        assert!(fetcher.fetch(&Source::List { uri }).is_err(), "too much");
        let closed = "http://127.0.0.1:1/".to_owned();
        assert!(
            fetcher.fetch(&Source::List { uri: closed }).expect_err("closed").say(Lang::Ro).contains(":1/")
        );
    }
}
