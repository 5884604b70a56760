//! Makes one of every kind of document, for the judges of `tests/interop/judge.py`.
//!
//! usage: kinds FOLDER
//!
//! ```text
//! FOLDER/manifest.tsv            document, `published` or `stick`, anchor; tab-separated
//! FOLDER/trust/                  the trust folder, all anchors and signers
//! FOLDER/<keys>/root.pem         the anchor of that kind of key
//! FOLDER/<keys>/<what>/NAME.pdf  the documents
//! FOLDER/<keys>/<what>/unsigned-NAME.pdf   the same page without a signature
//! ```
//!
//! The keys are thrown away with the folder.

use jiff::{SignedDuration, Timestamp};
use pecete::clock::{Clock, SystemClock, in_bucharest};
use pecete::demo::institution::Institution;
use pecete::keys::{self, RsaPadding, SecretFile};
use pecete::ledger::{StatementId, Taken};
use pecete::model::StatementName;
use pecete::pipeline::{Channel, Order, draft, make};
use pecete::pki::{self, Authority, AuthorityProfile, Issued, Kind, Name, Profile, Validity};
use pecete::sign::{Role, Signer};
use pecete::trust::TrustStore;
use pecete::verify::Policy;
use pecete::{fs, world};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How a key comes to the office.
#[derive(Clone, Copy)]
enum Form {
    Pem,
    EncryptedPem,
    Pkcs12,
}

/// A kind of key.
struct Keys {
    name: &'static str,
    kind: Kind,
    padding: RsaPadding,
    form: Form,
    /// Whether the statement of 5,000 operations is made with these too.
    large: bool,
}

const KEYS: [Keys; 6] = [
    Keys { name: "rsa2048", kind: Kind::Rsa2048, padding: RsaPadding::Pkcs1, form: Form::Pem, large: true },
    Keys {
        name: "rsa2048-pss",
        kind: Kind::Rsa2048,
        padding: RsaPadding::Pss,
        form: Form::Pem,
        large: false,
    },
    Keys {
        name: "rsa3072",
        kind: Kind::Rsa3072,
        padding: RsaPadding::Pkcs1,
        form: Form::EncryptedPem,
        large: false,
    },
    Keys {
        name: "rsa4096",
        kind: Kind::Rsa4096,
        padding: RsaPadding::Pkcs1,
        form: Form::Pkcs12,
        large: false,
    },
    Keys { name: "p256", kind: Kind::EcP256, padding: RsaPadding::Pkcs1, form: Form::Pkcs12, large: true },
    Keys { name: "p384", kind: Kind::EcP384, padding: RsaPadding::Pkcs1, form: Form::Pem, large: false },
];

/// A kind of document.
struct What {
    name: &'static str,
    operations: u32,
    channel: Channel,
    corrects: bool,
}

const WHATS: [What; 6] = [
    What { name: "one", operations: 1, channel: Channel::Published, corrects: false },
    What { name: "none", operations: 0, channel: Channel::Published, corrects: false },
    What { name: "many", operations: 120, channel: Channel::Published, corrects: false },
    What { name: "corrected", operations: 12, channel: Channel::Published, corrects: true },
    What { name: "stick", operations: 9, channel: Channel::Stick, corrects: false },
    What { name: "large", operations: 5_000, channel: Channel::Published, corrects: false },
];

const PASSWORD: &str = "throw-away";

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: kinds FOLDER")?);
    let now = SystemClock.now();
    let trust = folder.join("trust");
    let mut manifest = String::new();
    let mut lists =
        [("verifier", String::from("version = 1\n")), ("treasury", String::from("version = 1\n"))];
    let mut offices = Vec::new();
    for keys in &KEYS {
        let office = office(keys, &folder, now)?;
        for (role, list) in &mut lists {
            let signer = if *role == "verifier" { &office.verifier } else { &office.seal };
            let digest: String =
                signer.certificate_digest().iter().map(|byte| format!("{byte:02x}")).collect();
            write!(list, "\n[[signer]]\ncertificate_sha256 = \"{digest}\"\ntreasuries = [\"*\"]\n")?;
            put(&trust.join(role).join(format!("{}.pem", keys.name)), office.root.as_bytes())?;
        }
        offices.push((keys, office));
    }
    for (role, list) in &lists {
        put(&trust.join(role).join("signers.toml"), list.as_bytes())?;
    }
    let store = world::read_trust(&trust).map_err(|faults| format!("trust: {faults:?}"))?;
    for (keys, office) in &offices {
        for what in WHATS.iter().filter(|what| keys.large || what.operations < 5_000) {
            let path = document(keys, office, what, &store, &folder, now)?;
            let channel = if what.channel == Channel::Stick { "stick" } else { "published" };
            writeln!(
                manifest,
                "{}\t{channel}\t{}/root.pem",
                path.strip_prefix(&folder)?.display(),
                keys.name
            )?;
        }
    }
    put(&folder.join("manifest.tsv"), manifest.as_bytes())
}

/// Who signs.
struct Office {
    root: String,
    verifier: Signer,
    seal: Signer,
}

fn office(keys: &Keys, folder: &Path, now: Timestamp) -> Result<Office> {
    let validity = Validity::days(now - SignedDuration::from_hours(24), 400);
    let root = Authority::root(&AuthorityProfile::new(
        Name::plain(&format!("DEMO {} root", keys.name)),
        keys.kind,
        validity,
    ))?;
    let below =
        AuthorityProfile::new(Name::plain(&format!("DEMO {} issuing", keys.name)), keys.kind, validity);
    let issuing = root.issue_authority(&below)?;
    let person = Profile::signer(Name::person("Exemplu", "Ștefania-Ilinca"), keys.kind, validity);
    let seal = Profile::signer(Name::seal("DEMO Trezoreria Exemplu", "DEMO"), keys.kind, validity);
    let pem = pki::certificates_pem(&[root.certificate().to_vec()])?;
    let place = folder.join(keys.name);
    put(&place.join("root.pem"), pem.as_bytes())?;
    Ok(Office {
        root: pem,
        verifier: signer(keys, &place.join("verifier"), &issuing.issue(&person)?, Role::Verifier, now)?,
        seal: signer(keys, &place.join("seal"), &issuing.issue(&seal)?, Role::Treasury, now)?,
    })
}

/// Through a file, as a key comes to a real office.
fn signer(keys: &Keys, place: &Path, issued: &Issued, role: Role, now: Timestamp) -> Result<Signer> {
    let password = place.with_extension("password");
    put(&password, format!("{PASSWORD}\n").as_bytes())?;
    let password = SecretFile::Path(password);
    match keys.form {
        Form::Pem => put(place, pki::key_pem(&issued.key)?.as_bytes())?,
        Form::EncryptedPem => put(place, pki::encrypted_key_pem(&issued.key, PASSWORD)?.as_bytes())?,
        Form::Pkcs12 => put(place, &pki::pkcs12(issued, PASSWORD)?)?,
    }
    let password = (!matches!(keys.form, Form::Pem)).then_some(&password);
    let opened = keys::open_file(&SecretFile::Path(place.to_owned()), password, keys.padding)
        .map_err(|fault| format!("{fault:?}"))?;
    let chain = if opened.certificates.is_empty() { issued.chain.clone() } else { opened.certificates };
    Ok(Signer::new(opened.key, chain, role, None, now).map_err(|fault| format!("{fault:?}"))?)
}

fn document(
    keys: &Keys,
    office: &Office,
    what: &What,
    store: &TrustStore,
    folder: &Path,
    now: Timestamp,
) -> Result<PathBuf> {
    let civil = in_bucharest(now);
    let day = Institution::invent(7, u64::from(what.operations) + 11, "521")
        .day(civil.date(), what.operations)
        .check()
        .map_err(|problems| format!("{problems:?}"))?;
    let name = StatementName::of(&day, civil.time());
    let replaces = what.corrects.then(|| (name.pdf(), Sha256::digest(b"the document that was wrong").into()));
    let taken = Taken { id: StatementId(1), edited: now, name: name.clone(), replaces, carried: Vec::new() };
    let policy = Policy::publishing(store.clone());
    let order = Order {
        day: &day,
        taken: &taken,
        channel: what.channel,
        treasury_name: "Trezoreria Municipiului Exemplu",
        verifier: &office.verifier,
        seal: &office.seal,
        policy: &policy,
        at: now,
    };
    let place = folder.join(keys.name).join(what.name);
    let path = place.join(name.pdf());
    let made = make(&order).map_err(|fault| format!("{} {}: {fault}", keys.name, what.name))?;
    put(&path, made.bytes())?;
    put(&place.join(format!("unsigned-{}", name.pdf())), &draft(&order)?)?;
    Ok(path)
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::create_folders(fs::parent(path), 0o755)?;
    Ok(fs::create_new(path, bytes, 0o600)?)
}
