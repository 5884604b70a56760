//! What can go wrong at the counter, said to the clerk.

use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use crate::publish::PublishFault;
use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Documents could not be put on a stick.
#[derive(Debug)]
pub enum StickFault {
    /// There is no such folder.
    NotThere {
        /// That folder.
        path: PathBuf,
    },
    /// A folder on which nothing is mounted.
    NotAStick {
        /// That folder.
        path: PathBuf,
    },
    /// Something is mounted, and it is no FAT or exFAT.
    OtherSystem {
        /// Where.
        path: PathBuf,
        /// What it is.
        found: String,
    },
    /// The stick is no client's.
    Unregistered {
        /// Its volume id.
        volume: String,
    },
    /// The stick is another client's.
    OtherClient {
        /// Its volume id.
        volume: String,
        /// Whose it is.
        owner: String,
        /// Who was named.
        named: String,
    },
    /// The volume id cannot be read, and nobody said whose the stick is.
    WhoseIsIt,
    /// Nothing may be written on it.
    ReadOnly {
        /// Where it is mounted.
        path: PathBuf,
    },
    /// It has not enough room; nothing was written.
    Full {
        /// Bytes that are needed.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// It became full in the middle: its driver had not told how much room there is.
    FullNow,
    /// It does not give back what was written.
    Dying {
        /// Which document.
        name: String,
    },
    /// It failed in the middle: pulled out, or at its end.
    Gone {
        /// What the system said.
        fault: FsFault,
    },
    /// The document that should be written is not what the ledger says.
    Source(PublishFault),
}

impl From<FsFault> for StickFault {
    fn from(fault: FsFault) -> Self {
        match fault {
            FsFault::At { error, .. } if error.kind() == ErrorKind::StorageFull => Self::FullNow,
            FsFault::At { path, error, .. } if error.kind() == ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path }
            }
            fault => Self::Gone { fault },
        }
    }
}

impl From<PublishFault> for StickFault {
    fn from(fault: PublishFault) -> Self {
        Self::Source(fault)
    }
}

impl StickFault {
    /// Whether this is a refusal (the wrong stick), not something that could not be done.
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::OtherSystem { .. }
                | Self::NotAStick { .. }
                | Self::Unregistered { .. }
                | Self::OtherClient { .. }
        )
    }
}

impl fmt::Display for StickFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for StickFault {}

impl Explain for StickFault {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Ro => self.romanian(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let (en, ro) = match self {
            Self::NotThere { .. } | Self::NotAStick { .. } => (
                "put the stick in, wait until it is mounted, and name its folder",
                "introduceți stick-ul, așteptați să fie montat și numiți dosarul lui",
            ),
            Self::OtherSystem { .. } => (
                "the client brings a stick formatted FAT32 or exFAT; do not format it for him",
                "clientul aduce un stick formatat FAT32 sau exFAT; nu îl formatați dumneavoastră",
            ),
            Self::Unregistered { .. } => (
                "is it this client's stick? then the administrator adds its id to `sticks` under [[client]]",
                "este stick-ul acestui client? atunci administratorul adaugă numărul lui la `sticks`, sub [[client]]",
            ),
            Self::OtherClient { .. } => (
                "give the stick back: the documents name people and belong to one client",
                "înapoiați stick-ul: documentele numesc persoane și sunt ale unui singur client",
            ),
            Self::WhoseIsIt => ("name the client with `--client CUI`", "numiți clientul cu `--client CUI`"),
            Self::ReadOnly { .. } => (
                "look for the small lock on its side; else it is at its end and the client brings another",
                "căutați micul zăvor de pe margine; altfel stick-ul este uzat și clientul aduce altul",
            ),
            Self::Full { .. } => (
                "nothing was written; the client makes room or brings another stick",
                "nu s-a scris nimic; clientul face loc sau aduce alt stick",
            ),
            Self::FullNow => (
                "the client makes room or brings another stick; nothing is recorded as delivered",
                "clientul face loc sau aduce alt stick; nimic nu s-a înregistrat ca predat",
            ),
            Self::Dying { .. } => (
                "do not hand this stick over: the client brings another; nothing is recorded as delivered",
                "nu predați acest stick: clientul aduce altul; nimic nu s-a înregistrat ca predat",
            ),
            Self::Gone { .. } => (
                "put it in again and repeat: what is damaged is found and written anew; nothing is recorded as delivered",
                "introduceți-l din nou și repetați: ce s-a stricat se găsește și se scrie iar; nimic nu s-a înregistrat ca predat",
            ),
            Self::Source(fault) => return fault.hint(lang),
        };
        Some(if lang == Lang::En { en } else { ro }.to_owned())
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::NotThere { .. } | Self::Gone { .. })
    }
}

impl StickFault {
    fn english(&self) -> String {
        match self {
            Self::NotThere { path } => format!("{}: expected a stick, found no such folder", path.display()),
            Self::NotAStick { path } => {
                format!("{}: expected a mounted stick, found a folder of this machine", path.display())
            }
            Self::OtherSystem { path, found } => {
                format!("{}: expected FAT32 or exFAT, found `{found}`", path.display())
            }
            Self::Unregistered { volume } => {
                format!("stick {volume}: expected a registered stick, found one that is no client's")
            }
            Self::OtherClient { volume, owner, named } => {
                format!("stick {volume}: expected a stick of client {named}, found one of client {owner}")
            }
            Self::WhoseIsIt => "expected a stick with a volume id, found none that can be read".into(),
            Self::ReadOnly { path } => {
                format!("{}: expected a stick that can be written, found a read-only one", path.display())
            }
            Self::Full { needed, free } => {
                format!("the stick is full: expected {needed} bytes free, found {free}")
            }
            Self::FullNow => "the stick is full: expected room for all documents, found too little".into(),
            Self::Dying { name } => {
                format!("{name}: expected the bytes that were written, found others: the stick is failing")
            }
            Self::Gone { fault } => format!("the stick failed or was pulled out: {}", fault.say(Lang::En)),
            Self::Source(fault) => fault.say(Lang::En),
        }
    }

    fn romanian(&self) -> String {
        match self {
            Self::NotThere { path } => format!("{}: trebuia un stick, nu există acest dosar", path.display()),
            Self::NotAStick { path } => {
                format!("{}: trebuia un stick montat, este un dosar al acestui calculator", path.display())
            }
            Self::OtherSystem { path, found } => {
                format!("{}: trebuia FAT32 sau exFAT, este `{found}`", path.display())
            }
            Self::Unregistered { volume } => {
                format!("stick-ul {volume} nu este înregistrat la niciun client")
            }
            Self::OtherClient { volume, owner, named } => {
                format!("stick-ul {volume} este al clientului {owner}, nu al clientului {named}")
            }
            Self::WhoseIsIt => "numărul stick-ului nu se poate citi: nu se știe al cui este".into(),
            Self::ReadOnly { path } => format!("{}: pe acest stick nu se poate scrie", path.display()),
            Self::Full { needed, free } => {
                format!("stick-ul este plin: trebuiau {needed} octeți liberi, sunt {free}")
            }
            Self::FullNow => "stick-ul este plin: nu au încăput toate documentele".into(),
            Self::Dying { name } => {
                format!("{name}: stick-ul nu dă înapoi ce s-a scris pe el: este defect")
            }
            Self::Gone { fault } => {
                format!("stick-ul nu mai răspunde sau a fost scos: {}", fault.say(Lang::Ro))
            }
            Self::Source(fault) => fault.say(Lang::Ro),
        }
    }
}
