//! Everything outside, behind the values that the story needs: the only place that knows which
//! implementation stands behind each trait.
//!
//! [`World::open`] opens all of it at the start and refuses loudly, all faults at once: a key that is
//! missing, expired or not the certificate's must stop the service in the morning and not leave
//! statements pending in the evening. [`World::inspect`] does the same without changing anything.

mod ending;
mod fault;

pub use ending::{Ending, ending};
pub use fault::WorldFault;

use crate::clock::Clock;
use crate::config::{self, Config, Password, Scheme};
use crate::fs;
use crate::ingest::inbox::Inbox;
use crate::keys::{self, RsaPadding, SecretFile};
use crate::ledger::{Channel, Ledger, SqliteLedger};
use crate::model::TreasuryCode;
use crate::publish::Outbox;
use crate::sign::{Role, Signer};
use crate::trust::{self, Trust, TrustStore};
use crate::trust_folder;
use crate::verify::Policy;
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Name of the ledger in the state folder.
pub const LEDGER: &str = "ledger.sqlite";

/// A treasury unit, ready to sign.
#[derive(Debug)]
pub struct Office {
    /// Its name, as the page shows it.
    pub name: String,
    /// The person who verifies.
    pub verifier: Arc<Signer>,
    /// The seal.
    pub seal: Arc<Signer>,
}

impl Office {
    /// Whoever of its two signers may no longer sign at this moment.
    pub fn ended(&self, now: Timestamp) -> Option<&Signer> {
        [&*self.verifier, &*self.seal].into_iter().find(|signer| signer.ends() < now)
    }
}

/// Somebody who may approve, with a key of their own.
#[derive(Debug)]
pub struct Reviewer {
    /// Who, for which units, when.
    pub who: config::Reviewer,
    /// The person's signature.
    pub signer: Arc<Signer>,
}

/// An office that is open for work.
pub struct World {
    config: Config,
    clock: Arc<dyn Clock>,
    offices: BTreeMap<TreasuryCode, Office>,
    reviewers: Vec<Reviewer>,
    policy: Policy,
    ledger: Mutex<Box<dyn Ledger>>,
    inbox: Inbox,
    published: Outbox,
    sticks: Outbox,
    pool: rayon::ThreadPool,
    _lock: fs::Lock,
}

/// What the configuration names, opened and tried, without changing anything.
#[derive(Debug)]
pub struct Inspection {
    /// The units with their signers.
    pub offices: BTreeMap<TreasuryCode, Office>,
    /// Who may approve.
    pub reviewers: Vec<Reviewer>,
    /// Who is trusted.
    pub trust: TrustStore,
}

impl World {
    /// Opens everything, makes the folders that are missing, and takes the lock of the state folder.
    pub fn open(
        config: Config,
        clock: Arc<dyn Clock>,
        credentials: Option<&Path>,
    ) -> Result<Self, Vec<WorldFault>> {
        let Inspection { offices, reviewers, trust } = Self::inspect(&config, clock.now(), credentials)?;
        let one = |fault: WorldFault| vec![fault];
        fs::create_folders(&config.state, 0o700)
            .and_then(|()| fs::set_mode(&config.state, 0o700))
            .map_err(|f| one(f.into()))?;
        let lock = fs::lock(&config.state.join("lock")).map_err(|f| one(f.into()))?;
        let ledger = SqliteLedger::open(&config.state.join(LEDGER)).map_err(|f| one(f.into()))?;
        let mut pool = rayon::ThreadPoolBuilder::new().thread_name(|index| format!("sign-{index}"));
        if let Some(workers) = config.workers {
            pool = pool.num_threads(workers);
        }
        Ok(Self {
            inbox: Inbox::open(&config.watch, &config.state).map_err(|f| one(f.into()))?,
            published: Outbox::published(&config.out).map_err(|f| one(f.into()))?,
            sticks: stick_documents(&config).map_err(|f| one(f.into()))?,
            pool: pool.build().map_err(|_| one(WorldFault::Threads))?,
            policy: Policy::publishing(trust),
            ledger: Mutex::new(Box::new(ledger)),
            clock,
            offices,
            reviewers,
            config,
            _lock: lock,
        })
    }

    /// Opens keys and trust, signs a challenge with each key, and changes nothing.
    pub fn inspect(
        config: &Config,
        now: Timestamp,
        credentials: Option<&Path>,
    ) -> Result<Inspection, Vec<WorldFault>> {
        let mut faults = Vec::new();
        let trust = read_trust(&config.trust).map_err(|more| faults.extend(more));
        let mut signers: BTreeMap<(&str, Role), Arc<Signer>> = BTreeMap::new();
        let units = config.treasuries.values();
        let named =
            units.flat_map(|unit| [(unit.verifier.as_str(), Role::Verifier), (&unit.seal, Role::Treasury)]);
        let reviewing = config.reviewers.iter().map(|who| (who.key.as_str(), Role::Verifier));
        for (name, role) in named.chain(reviewing) {
            if signers.contains_key(&(name, role)) {
                continue;
            }
            let Some(key) = config.keys.get(name) else { continue };
            match signer(key, role, now, credentials) {
                Ok(signer) => drop(signers.insert((name, role), Arc::new(signer))),
                Err(fault) => {
                    faults.push(WorldFault::Signer { key: name.to_owned(), fault: Box::new(fault) })
                }
            }
        }
        let ledger = config.state.join(LEDGER);
        if fs::exists(&ledger)
            && let Err(fault) = SqliteLedger::inspect(&ledger)
        {
            faults.push(fault.into());
        }
        let Ok(trust) = trust else { return Err(faults) };
        if !faults.is_empty() {
            return Err(faults);
        }
        let offices = config.treasuries.values().filter_map(|treasury| {
            let verifier = signers.get(&(treasury.verifier.as_str(), Role::Verifier))?;
            let seal = signers.get(&(treasury.seal.as_str(), Role::Treasury))?;
            let office = Office {
                name: treasury.name.clone(),
                verifier: Arc::clone(verifier),
                seal: Arc::clone(seal),
            };
            Some((treasury.code, office))
        });
        let offices: BTreeMap<TreasuryCode, Office> = offices.collect();
        let reviewers = config.reviewers.iter().filter_map(|who| {
            let signer = signers.get(&(who.key.as_str(), Role::Verifier))?;
            Some(Reviewer { who: who.clone(), signer: Arc::clone(signer) })
        });
        let reviewers: Vec<Reviewer> = reviewers.collect();
        let units = offices.iter().flat_map(|(code, office)| {
            [(*code, &office.verifier, trust::Role::Verifier), (*code, &office.seal, trust::Role::Treasury)]
        });
        let reviewing = reviewers.iter().flat_map(|reviewer| {
            reviewer.who.treasuries.iter().map(|code| (*code, &reviewer.signer, trust::Role::Verifier))
        });
        let unlisted: Vec<WorldFault> = units
            .chain(reviewing)
            .filter_map(|(code, signer, role)| unlisted(code, signer, role, &trust, now))
            .collect();
        if unlisted.is_empty() { Ok(Inspection { offices, reviewers, trust }) } else { Err(unlisted) }
    }

    /// Takes another configuration, with its keys and its trust folder, once all of it has been opened and tried; or says what is
    /// wrong and stays as it was. Folders and threads are those of the start.
    ///
    /// # Errors
    /// As [`World::inspect`], and [`WorldFault::NeedsRestart`].
    pub fn reload(&mut self, config: Config, credentials: Option<&Path>) -> Result<(), Vec<WorldFault>> {
        let kept = &self.config;
        let same = [
            ("folders.watch", kept.watch == config.watch),
            ("folders.state", kept.state == config.state),
            ("folders.out", kept.out == config.out),
            ("folders.heads", kept.heads == config.heads),
            ("folders.review", kept.review == config.review),
            ("watch.scan_seconds", kept.scan == config.scan),
            ("watch.mode", kept.mode == config.mode),
            ("metrics.listen", kept.metrics == config.metrics),
            ("work.workers", kept.workers == config.workers),
        ];
        let moved = same.into_iter().filter(|(_, same)| !same);
        let faults: Vec<WorldFault> = moved.map(|(key, _)| WorldFault::NeedsRestart { key }).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let Inspection { offices, reviewers, trust } = Self::inspect(&config, self.clock.now(), credentials)?;
        self.policy = Policy::publishing(trust);
        (self.offices, self.reviewers, self.config) = (offices, reviewers, config);
        Ok(())
    }

    /// The configuration.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The time.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// A unit, where the configuration has it.
    pub fn treasury(&self, code: TreasuryCode) -> Option<&Office> {
        self.offices.get(&code)
    }

    /// Whoever of these users may approve for a unit on a day.
    pub fn reviewer(&self, user: u32, treasury: TreasuryCode, day: Date) -> Option<&Reviewer> {
        self.reviewers.iter().find(|reviewer| reviewer.who.user == user && reviewer.who.may(treasury, day))
    }

    /// The certificates of all signers, whose end comes first before the others.
    pub fn ending(&self) -> Vec<Ending> {
        ending(&self.offices, &self.reviewers, self.clock.now())
    }

    /// A seal that may seal what is no unit's alone: that of the first unit.
    pub fn any_seal(&self) -> Option<&Signer> {
        self.offices.values().next().map(|office| &*office.seal)
    }

    /// What is required of a document before it is published.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The ledger, for one call.
    pub fn ledger(&self) -> MutexGuard<'_, Box<dyn Ledger>> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The watch folder.
    pub const fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// Where the documents of a channel go.
    pub const fn outbox(&self, channel: Channel) -> &Outbox {
        match channel {
            Channel::Folder => &self.published,
            Channel::Stick => &self.sticks,
        }
    }

    /// The threads that draw, sign and verify.
    pub const fn pool(&self) -> &rayon::ThreadPool {
        &self.pool
    }
}

/// A signer whom our own trust folder does not accept: nothing that they sign could be published.
fn unlisted(
    code: TreasuryCode,
    signer: &Signer,
    role: trust::Role,
    trust: &TrustStore,
    now: Timestamp,
) -> Option<WorldFault> {
    let (leaf, others) = signer.chain().split_first()?;
    let judgement = trust.judge(role, leaf, others, Some(code), now);
    let fault = WorldFault::Unlisted {
        treasury: code,
        signer: signer.name().to_owned(),
        role,
        why: judgement.problems.first().copied().unwrap_or("signer-not-authorised"),
    };
    (judgement.trust != Trust::Trusted).then_some(fault)
}

/// The documents that wait for sticks, without the rest of the office: the daemon may be running.
pub fn stick_documents(config: &Config) -> Result<Outbox, fs::FsFault> {
    Outbox::sticks(&config.state.join("stick"))
}

/// The trust folder, read whole.
pub fn read_trust(folder: &Path) -> Result<TrustStore, Vec<WorldFault>> {
    trust_folder::read(folder).map_err(|faults| faults.into_iter().map(WorldFault::from).collect())
}

fn signer(
    key: &config::Key,
    role: Role,
    now: Timestamp,
    credentials: Option<&Path>,
) -> Result<Signer, fault::SignerFault> {
    let padding = match key.scheme {
        Scheme::Pkcs1 => RsaPadding::Pkcs1,
        Scheme::Pss => RsaPadding::Pss,
    };
    let password = match &key.password {
        Password::None => None,
        Password::File(path) => Some(SecretFile::Path(path.clone())),
        Password::Credential(name) => Some(SecretFile::Credential {
            directory: credentials.ok_or(fault::SignerFault::NoCredentials)?.to_owned(),
            name: name.clone(),
        }),
    };
    let opened = keys::open_file(&SecretFile::Path(key.file.clone()), password.as_ref(), padding)?;
    let chain = match &key.certificates {
        None => opened.certificates,
        Some(path) => keys::certificates(&fs::read_bounded(path, keys::MAX_CERTIFICATE_FILE)?)?,
    };
    Ok(Signer::new(opened.key, chain, role, key.person.as_deref(), now)?)
}
