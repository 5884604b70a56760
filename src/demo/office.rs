//! The folder of a demo office: marker, keys, trust, configuration, day files.
//!
//! ```text
//! DIR/DEMO.txt                    the marker: made first, so that an interrupted demo can go on
//! DIR/keys/                       0700; NAME.pem (PKCS#8, 0600) and NAME.chain.pem
//! DIR/certs/trust/{verifier,treasury}/   the root and signers.toml
//! DIR/certs/trust/DEMO            made last of these: with it, keys and trust belong together
//! DIR/pecete.toml                 kept where it is there: it may have been edited
//! DIR/watch/                      the day files
//! ```
//!
//! The keys of the authorities are thrown away as soon as they have issued what they must.

use super::DemoFault;
use super::names::{UNITS, Unit};
use crate::config::ClientChannel;
use crate::fs;
use crate::pki::{self, Authority, AuthorityProfile, Constraint, Issued, Kind, Name, Profile, Validity};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// First line of the marker; the rest of it is for people.
const MARK: &str = "pecete demo office, version 1";
/// The marker, whole.
const MARKER: &str = "pecete demo office, version 1\n\n\
    Tot ce se află în acest dosar este inventat, inclusiv cheile și certificatele. Se poate șterge oricând.\n\
    Everything in this folder is invented, keys and certificates included. It can be deleted at any time.\n";
/// The largest marker that is read.
const MAX_MARKER: u64 = 4096;
/// How long the throw-away certificates are valid: as long as accounting papers are kept.
const VALID_DAYS: u16 = 3653;
/// What the configuration calls the one seal.
const SEAL: &str = "seal";
/// Organisation in the names of authorities and seal: no reader may take them for real.
const ORGANISATION: &str = "DEMO - institutie inventata";

/// An office that was made or found.
#[derive(Debug)]
pub struct Office {
    folder: PathBuf,
}

impl Office {
    /// Claims a folder: one that is empty or missing becomes a demo office, a demo office is found
    /// again, anything else is refused untouched.
    ///
    /// # Errors
    /// [`DemoFault::Occupied`], or the file system's.
    pub fn claim(folder: &Path) -> Result<Self, DemoFault> {
        let marker = folder.join("DEMO.txt");
        let marked =
            fs::read_bounded(&marker, MAX_MARKER).is_ok_and(|text| text.starts_with(MARK.as_bytes()));
        if !marked {
            if !is_free(folder)? {
                return Err(DemoFault::Occupied { folder: folder.to_owned() });
            }
            fs::create_folders(folder, 0o755)?;
            fs::create_new(&marker, MARKER.as_bytes(), 0o644)?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// Makes keys and trust where they are missing.
    ///
    /// # Errors
    /// [`DemoFault`]: a key that could not be made, a file that could not be written.
    pub fn equip(&self, kind: Kind, now: Timestamp) -> Result<(), DemoFault> {
        let whole = self.trust().join("DEMO");
        if fs::exists(&whole) {
            return Ok(());
        }
        let keys = self.folder.join("keys");
        fs::create_folders(&keys, 0o700)?;
        let authorities = Authorities::found(kind, now)?;
        let mut verifiers = Vec::new();
        for unit in UNITS {
            let issued = authorities.verifier(&unit)?;
            self.keep_key(&verifier_key(&unit), &issued)?;
            let note = format!("{} {}, {}", unit.surname, unit.given_name, unit.name);
            verifiers.push((issued.certificate, format!("[\"{}\"]", unit.code), note));
        }
        let seal = authorities.seal()?;
        self.keep_key(SEAL, &seal)?;
        self.trust_role("verifier", &authorities.root, &verifiers)?;
        let seals = [(seal.certificate, "[\"*\"]".to_owned(), "DEMO seal".to_owned())];
        self.trust_role("treasury", &authorities.root, &seals)?;
        put(&whole, b"Invented: nothing that chains to this folder is genuine.\n", 0o644)
    }

    /// Writes the configuration where there is none.
    ///
    /// # Errors
    /// The file system's.
    pub fn configure(&self, clients: &[(String, ClientChannel)]) -> Result<(), DemoFault> {
        let path = self.config();
        if fs::exists(&path) { Ok(()) } else { put(&path, configuration(clients).as_bytes(), 0o644) }
    }

    /// The configuration.
    pub fn config(&self) -> PathBuf {
        self.folder.join("pecete.toml")
    }

    /// Whom the verifier trusts here.
    pub fn trust(&self) -> PathBuf {
        self.folder.join("certs/trust")
    }

    /// The root of the throw-away infrastructure, PEM: what outside tools are given to trust.
    pub fn root(&self) -> PathBuf {
        self.trust().join("verifier/root.pem")
    }

    /// Where day files arrive.
    pub fn watch(&self) -> PathBuf {
        self.folder.join("watch")
    }

    /// The published tree.
    pub fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// The documents that wait for a stick.
    pub fn sticks(&self) -> PathBuf {
        self.folder.join("state/stick")
    }

    fn keep_key(&self, name: &str, issued: &Issued) -> Result<(), DemoFault> {
        let keys = self.folder.join("keys");
        put(&keys.join(format!("{name}.pem")), pki::key_pem(&issued.key)?.as_bytes(), 0o600)?;
        // The root is what a reader must have already: it is not sent along (RFC 5652, 5.1).
        let sent = issued.chain.split_last().map_or(&[][..], |(_root, sent)| sent);
        put(&keys.join(format!("{name}.chain.pem")), pki::certificates_pem(sent)?.as_bytes(), 0o644)
    }

    fn trust_role(
        &self,
        role: &str,
        root: &[u8],
        signers: &[(Vec<u8>, String, String)],
    ) -> Result<(), DemoFault> {
        let folder = self.trust().join(role);
        fs::create_folders(&folder, 0o755)?;
        put(&folder.join("root.pem"), pki::certificates_pem(&[root.to_vec()])?.as_bytes(), 0o644)?;
        let mut list =
            "# Who may sign in this role (see certs/README.md). Invented, like all of this.\nversion = 1\n"
                .to_owned();
        for (certificate, treasuries, note) in signers {
            let digest = hex(&Sha256::digest(certificate));
            let _ = write!(
                list,
                "\n[[signer]]\ncertificate_sha256 = \"{digest}\"\ntreasuries = {treasuries}\nnote = \"{note}\"\n"
            );
        }
        put(&folder.join("signers.toml"), list.as_bytes(), 0o644)
    }
}

/// The authorities, as long as they are needed.
struct Authorities {
    issuing: Authority,
    root: Vec<u8>,
    kind: Kind,
    validity: Validity,
}

impl Authorities {
    fn found(kind: Kind, now: Timestamp) -> Result<Self, DemoFault> {
        let yesterday = now.as_second().saturating_sub(86_400);
        let validity = Validity::days(Timestamp::from_second(yesterday).unwrap_or(now), VALID_DAYS);
        let root = Authority::root(&AuthorityProfile::new(
            Name::seal("DEMO Pecete Root", ORGANISATION),
            kind,
            validity,
        ))?;
        let issuing = root.issue_authority(&AuthorityProfile {
            constraint: Constraint::PathLength(0),
            ..AuthorityProfile::new(Name::seal("DEMO Pecete Issuing", ORGANISATION), kind, validity)
        })?;
        Ok(Self { root: root.certificate().to_vec(), issuing, kind, validity })
    }

    fn verifier(&self, unit: &Unit) -> Result<Issued, DemoFault> {
        let name = Name::person(unit.surname, unit.given_name);
        Ok(self.issuing.issue(&Profile::signer(name, self.kind, self.validity))?)
    }

    fn seal(&self) -> Result<Issued, DemoFault> {
        let name = Name::seal("DEMO Sigiliul Trezoreriei", ORGANISATION);
        Ok(self.issuing.issue(&Profile::signer(name, self.kind, self.validity))?)
    }
}

fn verifier_key(unit: &Unit) -> String {
    format!("verifier-{}", unit.code)
}

/// The configuration, as a person would have written it.
fn configuration(clients: &[(String, ClientChannel)]) -> String {
    let mut text = "\
# The office of `pecete demo`. All of it is invented; `pecete check --template` explains every setting.
# Try:  pecete --config pecete.toml check     and     pecete --config pecete.toml status

version = 1

[approval]
# Nobody looks at invented statements before they are signed.
mode = \"auto\"
answers = \"nobody: this is the demo\"
"
    .to_owned();
    let names = UNITS.iter().map(verifier_key).chain([SEAL.to_owned()]);
    for name in names {
        let _ = write!(
            text,
            "\n[[key]]\nname = \"{name}\"\nfile = \"keys/{name}.pem\"\ncertificates = \"keys/{name}.chain.pem\"\n"
        );
    }
    for unit in UNITS {
        let Unit { code, name, .. } = unit;
        let verifier = verifier_key(&unit);
        let _ = write!(
            text,
            "\n[[treasury]]\ncode = \"{code}\"\nname = \"{name}\"\nverifier = \"{verifier}\"\nseal = \"{SEAL}\"\n"
        );
    }
    for (cui, channel) in clients {
        let channel = match channel {
            ClientChannel::Folder => "folder",
            ClientChannel::Stick => "stick",
            ClientChannel::Both => "both",
        };
        let _ = write!(text, "\n[[client]]\ncui = \"{cui}\"\nchannel = \"{channel}\"\n");
    }
    text
}

/// Whether nothing is there, or an empty folder.
fn is_free(folder: &Path) -> Result<bool, DemoFault> {
    if !fs::exists(folder) {
        return Ok(true);
    }
    let list =
        |error| DemoFault::Fs(fs::FsFault::At { step: fs::Step::List, path: folder.to_owned(), error });
    Ok(std::fs::read_dir(folder).map_err(list)?.next().is_none())
}

/// A small file, whole under its name; what an interrupted attempt left there is replaced.
fn put(path: &Path, bytes: &[u8], mode: u32) -> Result<(), DemoFault> {
    let temporary = fs::beside(path, "new");
    fs::stage(&temporary, bytes, mode)?;
    fs::sync_file(&temporary)?;
    Ok(fs::replace_private(&temporary, path)?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0);

    #[test]
    fn the_configuration_is_one_that_is_accepted() {
        let clients = [("9999008".to_owned(), ClientChannel::Both)];
        let config =
            Config::read(&configuration(&clients), Path::new("/demo/pecete.toml")).expect("accepted");
        assert_eq!((config.treasuries.len(), config.keys.len(), config.clients.len()), (3, 4, 1));
    }

    #[test]
    fn a_folder_that_holds_something_else_is_refused_untouched() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_new(&folder.path().join("thesis.txt"), b"mine", 0o644).expect("written");
        assert!(matches!(Office::claim(folder.path()), Err(DemoFault::Occupied { .. })));
        assert_eq!(fs::files_in(folder.path()).expect("listed").len(), 1);
    }

    #[test]
    fn keys_are_private_and_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let office = Office::claim(&folder.path().join("office")).expect("claimed");
        office.equip(Kind::EcP256, NOW).expect("equipped");
        let key = folder.path().join("office/keys/seal.pem");
        assert_eq!(fs::mode(&key).expect("a mode"), 0o600);
        let before = fs::read_bounded(&key, 1 << 16).expect("read");
        let again = Office::claim(&folder.path().join("office")).expect("found again");
        again.equip(Kind::EcP256, NOW).expect("nothing to do");
        assert_eq!(fs::read_bounded(&key, 1 << 16).expect("read"), before);
    }

    #[test]
    fn an_interrupted_demo_goes_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let office = Office::claim(folder.path()).expect("claimed");
        office.equip(Kind::EcP256, NOW).expect("equipped");
        fs::remove(&office.trust().join("DEMO")).expect("as if interrupted");
        Office::claim(folder.path()).expect("found").equip(Kind::EcP256, NOW).expect("made anew");
        assert!(fs::exists(&office.trust().join("DEMO")));
    }
}
