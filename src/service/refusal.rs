//! What is refused, why, and where a person finds it to mend it.
//!
//! Refused records are collected in private files while the day file is worked on, so that memory is
//! flat however many there are, and appear at the end in `watch/.refused/` as a day file of the same
//! form with the reasons beside it: Romanian first, then English. That file can be mended and dropped
//! again; what was published is known and is not published twice.
//!
//! The reasons never repeat a CNP: it stands in the refused record, which is where it belongs.

#[cfg(test)]
mod tests;
mod text;

use super::ServiceFault;
use super::waiting::Why;
use crate::diag::{Explain, Lang, Located};
use crate::fs::{self, FsFault, Part, Spool};
use crate::ingest::inbox::{Claimed, Inbox};
use crate::ingest::{Entry, FileFault, Problem};
use crate::ledger::{Refusal, StatementId};
use crate::model::TreasuryCode;
use crate::pipeline::MakeFault;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Why an institution's day was refused.
#[derive(Debug)]
pub enum Reason {
    /// It cannot be read, or does not add up: all of its problems.
    Day(Vec<Located<Problem>>),
    /// The configuration has no such treasury unit.
    NoTreasury {
        /// Its code.
        code: TreasuryCode,
    },
    /// It lies in the folder of another unit.
    OtherUnit {
        /// Its code.
        code: TreasuryCode,
    },
    /// That day is published with other data, and this is not marked as its correction.
    Conflict {
        /// The published document.
        name: String,
    },
    /// A correction that nobody has approved.
    Unapproved {
        /// The document that it would replace.
        name: String,
    },
    /// Other data of that day wait for a person.
    Waits {
        /// The document that they will be.
        name: String,
    },
    /// The same data was published, and has been replaced by a correction since.
    Replaced {
        /// The document that replaced it.
        name: String,
    },
    /// It does not follow from the day before, or the next does not follow from it, and the office refuses that.
    CarryOver(Vec<Why>),
    /// The document could not be made.
    Make(MakeFault),
    /// The file cannot be read on.
    File(FileFault),
}

impl Explain for Reason {
    /// One line a problem.
    fn say(&self, lang: Lang) -> String {
        text::reason(self, lang)
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        text::hint(self, lang)
    }
}

/// Why a whole file was refused before it was taken.
#[derive(Debug)]
pub enum WholeFault {
    /// Its extension is none of ours.
    Form,
    /// Larger than the configuration lets a day file be.
    TooLarge {
        /// The limit, bytes.
        limit: u64,
    },
}

impl Explain for WholeFault {
    fn say(&self, lang: Lang) -> String {
        text::whole(self, lang)
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        text::whole_hint(self, lang)
    }
}

/// A refused record, or the rest of a file.
#[derive(Debug)]
pub(super) struct Refused {
    /// The line at which it begins.
    pub(super) source: String,
    /// Treasury, CUI and date as they were written.
    pub(super) label: String,
    /// Why.
    pub(super) reason: Reason,
    line: u64,
    header: Vec<u8>,
    record: Vec<u8>,
}

impl Refused {
    /// A record that is refused.
    pub(super) fn of(entry: &Entry, reason: Reason) -> Self {
        Self {
            source: entry.place.to_string(),
            label: entry.label().to_owned(),
            reason,
            line: entry.place.line,
            header: entry.header().to_owned(),
            record: entry.record().to_owned(),
        }
    }

    /// The rest of a file that cannot be read on.
    pub(super) fn of_file(name: &str, fault: FileFault) -> Self {
        let line = fault.line();
        let (header, record) = (Vec::new(), Vec::new());
        Self {
            source: line.to_string(),
            label: name.to_owned(),
            reason: Reason::File(fault),
            line,
            header,
            record,
        }
    }

    /// As the ledger keeps it, in both languages; `file` is the day file's name.
    pub(super) fn for_the_ledger(&self, file: &str, id: Option<StatementId>, at: Timestamp) -> Refusal {
        Refusal {
            id,
            source: format!("{file}:{}", self.source),
            label: self.label.clone(),
            reason: self.reason.say(Lang::En),
            reason_ro: self.reason.say(Lang::Ro),
            at,
        }
    }
}

/// The refused records of one file, collected on disk.
#[derive(Debug)]
pub(super) struct Quarantine {
    records: Spool,
    romanian: Spool,
    english: Spool,
    /// The records that are in it, by their lines: one that is refused on two channels stands once.
    lines: BTreeSet<u64>,
    /// Reasons so far, and whether one of them is that the file cannot be read on.
    count: u64,
    cut_short: bool,
}

impl Quarantine {
    /// Begins it, beside the private copy of the file.
    pub(super) fn open(claimed: &Claimed) -> Result<Self, ServiceFault> {
        let spool = |extension: &str| Spool::create(&claimed.copy.with_extension(extension));
        Ok(Self {
            records: spool("refused")?,
            romanian: spool("why-ro")?,
            english: spool("why-en")?,
            lines: BTreeSet::new(),
            count: 0,
            cut_short: false,
        })
    }

    /// Adds a record and its reason.
    pub(super) fn add(&mut self, refused: Refused) -> Result<(), ServiceFault> {
        self.count = self.count.saturating_add(1);
        self.cut_short |= matches!(refused.reason, Reason::File(_));
        if !refused.record.is_empty() && self.lines.insert(refused.line) {
            if self.lines.len() == 1 {
                self.records.add(&refused.header)?;
            }
            self.records.add(&refused.record)?;
        }
        for (spool, lang) in [(&mut self.romanian, Lang::Ro), (&mut self.english, Lang::En)] {
            let (label, line) = (&refused.label, refused.line);
            spool.add(text::entry(self.count, label, line, &refused.reason, lang).as_bytes())?;
        }
        Ok(())
    }

    /// Puts what was collected where a person finds it. Returns where the reasons stand, if there are any.
    pub(super) fn close(
        mut self,
        inbox: &Inbox,
        claimed: &Claimed,
        nothing_good: bool,
    ) -> Result<Option<PathBuf>, ServiceFault> {
        let why = if self.count == 0 { None } else { Some(self.publish(inbox, claimed, nothing_good)?) };
        for spool in [&self.records, &self.romanian, &self.english] {
            fs::remove(spool.path())?;
        }
        Ok(why)
    }

    fn publish(&mut self, inbox: &Inbox, claimed: &Claimed, nothing_good: bool) -> Result<PathBuf, FsFault> {
        for spool in [&mut self.records, &mut self.romanian, &mut self.english] {
            spool.flush()?;
        }
        let kept = if nothing_good {
            text::Kept::Whole
        } else if self.lines.is_empty() {
            text::Kept::Nothing
        } else {
            text::Kept::Records
        };
        let arrival = &claimed.arrival;
        let name = &arrival.name;
        let head = |lang| text::head(name, self.count, kept, self.cut_short, lang);
        let (romanian, english) = (head(Lang::Ro), head(Lang::En));
        let why = [
            Part::Bytes(romanian.as_bytes()),
            Part::File(self.romanian.path()),
            Part::Bytes(text::RULE.as_bytes()),
            Part::Bytes(english.as_bytes()),
            Part::File(self.english.path()),
        ];
        let records = [Part::File(self.records.path())];
        match kept {
            text::Kept::Whole => inbox.why_whole(arrival, &why),
            text::Kept::Records => inbox.quarantine(arrival, Some(&records), &why),
            text::Kept::Nothing => inbox.quarantine(arrival, None, &why),
        }
    }
}

/// Why a file was refused before it was taken: Romanian, then English.
pub(super) fn why_whole(name: &str, fault: &WholeFault) -> String {
    let of = |lang| {
        let hint = fault.hint(lang).map(|hint| format!("\n   → {hint}")).unwrap_or_default();
        format!("{}\n{}{hint}\n", text::whole_head(name, lang), fault.say(lang))
    };
    format!("{}{}{}", of(Lang::Ro), text::RULE, of(Lang::En))
}
