//! The first stage: records become days, and days are taken.

use super::line::Line;
use super::making::Item;
use super::refusal::{Quarantine, Reason, Refused};
use super::report::MOST_NOTES;
use super::report::{FileReport, Left, Progress, ServiceFault, Stage};
use super::waiting::{self, Why};
use super::{BATCH, BATCH_BYTES, Corrections, PassOptions};
use crate::clock::Stopwatch;
use crate::config::{Approval, CarryOver, ClientChannel};
use crate::diag::Explain;
use crate::fs;
use crate::ingest::inbox::Claimed;
use crate::ingest::{self, Entry};
use crate::ledger::{Channel, Correction, Refusal, StatementId, Take, TakeRequest, Taken};
use crate::model::{Cui, StatementDay, TreasuryCode, canonical_digest};
use crate::world::World;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::io::BufReader;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

/// A day that asks to be taken, for one channel.
#[derive(Clone)]
struct Asking {
    day: Arc<StatementDay>,
    entry: Arc<Entry>,
    channel: Channel,
}

/// The stage over one file.
struct Intake<'a> {
    world: &'a World,
    claimed: &'a Claimed,
    options: PassOptions,
    to_making: SyncSender<Vec<Item>>,
    quarantine: &'a mut Quarantine,
    line: &'a Line<'a>,
    progress: &'a Progress,
    report: FileReport,
    asking: Vec<Asking>,
    asking_bytes: usize,
    refusals: Vec<Refusal>,
    /// Days of this file that wait although the office asks nobody: what follows from them waits too.
    waiting: BTreeSet<(TreasuryCode, Cui, Date)>,
}

/// Runs until the file ends, the next stage is gone, or the end is asked for.
pub(super) fn stage(
    world: &World,
    claimed: &Claimed,
    options: PassOptions,
    to_making: SyncSender<Vec<Item>>,
    quarantine: &mut Quarantine,
    line: &Line<'_>,
    progress: &Progress,
) -> Result<FileReport, ServiceFault> {
    let report = FileReport { name: claimed.arrival.shown(), ..FileReport::default() };
    let mut intake = Intake {
        world,
        claimed,
        options,
        to_making,
        quarantine,
        line,
        progress,
        report,
        asking: Vec::with_capacity(BATCH),
        asking_bytes: 0,
        refusals: Vec::new(),
        waiting: BTreeSet::new(),
    };
    intake.file()?;
    Ok(intake.report)
}

impl Intake<'_> {
    fn file(&mut self) -> Result<(), ServiceFault> {
        let Some(format) = self.claimed.arrival.format else { return Err(ServiceFault::Stage) };
        let source = BufReader::with_capacity(1 << 18, fs::open_regular(&self.claimed.copy)?);
        let correction = self.claimed.correction.is_some();
        let records = ingest::open(&self.claimed.arrival.name, format, source, correction);
        for record in records {
            if self.progress.is_stopped() {
                self.report.interrupted = true;
                break;
            }
            match record {
                Ok(record) => self.entry(ingest::parse(record))?,
                Err(fault) => return self.file_fault(fault),
            }
            if self.report.left.is_some() {
                break;
            }
        }
        self.flush()
    }

    /// The file cannot be read on: what was good of it is finished, and the fault is what is refused.
    fn file_fault(&mut self, fault: ingest::FileFault) -> Result<(), ServiceFault> {
        self.flush()?;
        if fault.retryable() {
            return Err(ServiceFault::File(fault)); // the disk's fault: the file stays where it is
        }
        self.refuse(Refused::of_file(&self.claimed.arrival.name, fault))
    }

    fn entry(&mut self, mut entry: Entry) -> Result<(), ServiceFault> {
        match entry.take_day() {
            Err(problems) => self.refuse(Refused::of(&entry, Reason::Day(problems))),
            Ok(day) if self.world.treasury(day.treasury()).is_none() => {
                let reason = Reason::NoTreasury { code: day.treasury() };
                self.refuse(Refused::of(&entry, reason))
            }
            Ok(day) if self.claimed.arrival.unit.is_some_and(|unit| unit != day.treasury()) => {
                let reason = Reason::OtherUnit { code: day.treasury() };
                self.refuse(Refused::of(&entry, reason))
            }
            Ok(day) => self.ask(Arc::new(day), Arc::new(entry)),
        }
    }

    fn ask(&mut self, day: Arc<StatementDay>, entry: Arc<Entry>) -> Result<(), ServiceFault> {
        let office = self.world.treasury(day.treasury()).ok_or(ServiceFault::Stage)?;
        if let Some(signer) = office.ended(self.world.clock().now()) {
            // The office's fault and not the day's: the file waits.
            self.report.left = Some(Left::Ended(signer.name().to_owned()));
            return Ok(());
        }
        let channels: &[Channel] = match self.world.config().client(day.holder().cui()).channel {
            ClientChannel::Folder => &[Channel::Folder],
            ClientChannel::Stick => &[Channel::Stick],
            ClientChannel::Both => &[Channel::Folder, Channel::Stick],
        };
        self.asking_bytes += entry.record().len();
        for channel in channels {
            self.asking.push(Asking { day: Arc::clone(&day), entry: Arc::clone(&entry), channel: *channel });
        }
        if self.asking.len() >= BATCH || self.asking_bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Takes the days that ask, and hands on those that are ours to make. A correction of a day that
    /// is still on the line waits until the line is empty.
    fn flush(&mut self) -> Result<(), ServiceFault> {
        self.asking_bytes = 0;
        let mut asking = std::mem::take(&mut self.asking);
        while !asking.is_empty() {
            let (batch, busy) = self.take(asking)?;
            if !batch.is_empty() && self.to_making.send(batch).is_err() {
                return Ok(()); // a later stage has failed and says why
            }
            if busy.is_empty() {
                break;
            }
            if self.line.is_empty() {
                // What it corrects was taken by another file, which is not finished: that one goes first.
                self.report.left = Some(Left::Postponed);
                return self.record_refusals();
            }
            if !self.line.wait_until_empty() {
                return Ok(());
            }
            asking = busy;
        }
        self.record_refusals()
    }

    fn take(&mut self, asking: Vec<Asking>) -> Result<(Vec<Item>, Vec<Asking>), ServiceFault> {
        let now = self.world.clock().now();
        let requests: Vec<TakeRequest> = asking.iter().map(|asking| self.request(asking, now)).collect();
        let since = Stopwatch::start();
        let taken = self.world.ledger().take(&requests, now)?;
        self.progress.spent(Stage::Intake, since.elapsed());
        let (mut batch, mut busy) = (Vec::with_capacity(asking.len()), Vec::new());
        for (asking, take) in asking.into_iter().zip(taken) {
            match take {
                Take::New(taken) | Take::Resumed(taken) => {
                    if self.line.enter(taken.id) {
                        batch.extend(self.item(asking, taken)?);
                    } else {
                        self.report.known += 1;
                    }
                }
                Take::Known { .. } => self.report.known += 1,
                Take::Held { .. } => self.report.waiting += 1,
                Take::Busy => busy.push(asking),
                Take::Conflict { name } => self.refuse_asking(&asking, Reason::Conflict { name })?,
                Take::Unapproved { name } => self.refuse_asking(&asking, Reason::Unapproved { name })?,
                Take::Waits { name } => self.refuse_asking(&asking, Reason::Waits { name })?,
                Take::Replaced { name } => self.refuse_asking(&asking, Reason::Replaced { name })?,
            }
        }
        Ok((batch, busy))
    }

    /// A statement that is ours to make, or to draft for a person; none where it is refused for what it does not follow from.
    fn item(&mut self, asking: Asking, taken: Taken) -> Result<Option<Item>, ServiceFault> {
        let Asking { day, entry, channel } = asking;
        let config = self.world.config();
        let mut waits = Vec::new();
        waits.extend((config.approval == Approval::Manual).then_some(Why::Manual));
        let corrects = taken.replaces.as_ref().map(|(name, _)| name.clone());
        let accepted = corrects.is_some() && self.options.corrections == Corrections::Accept;
        waits.extend(corrects.filter(|_| !accepted).map(|name| Why::Correction { name }));
        let of = |date: Date| (day.treasury(), day.holder().cui().clone(), date);
        let carried = waiting::carried(&day, &taken, &|date| self.waiting.contains(&of(date)));
        match config.carry_over {
            CarryOver::Refuse if !carried.is_empty() && !accepted => {
                self.line.leave([taken.id]);
                let refused = Refused::of(&entry, Reason::CarryOver(carried));
                self.refuse_taken(refused, taken)?;
                return Ok(None);
            }
            CarryOver::Hold | CarryOver::Refuse if !accepted => waits.extend(carried),
            CarryOver::Hold | CarryOver::Refuse | CarryOver::Warn => self.note(&entry, carried),
        }
        if !waits.is_empty() && config.approval == Approval::Auto {
            self.waiting.insert(of(day.date()));
        }
        let submitter = self.claimed.owner;
        Ok(Some(Item { day, entry, channel, taken, waits, submitter }))
    }

    /// Tells what was signed although it does not follow.
    fn note(&mut self, entry: &Entry, carried: Vec<Why>) {
        let room = MOST_NOTES.saturating_sub(self.report.notes.len());
        let notes = carried.into_iter().take(room).map(|why| (entry.label().to_owned(), why));
        self.report.notes.extend(notes);
    }

    fn request(&self, asking: &Asking, now: jiff::Timestamp) -> TakeRequest {
        let day = &asking.day;
        TakeRequest {
            treasury: day.treasury(),
            cui: day.holder().cui().clone(),
            date: day.date(),
            canonical: canonical_digest(day),
            channel: asking.channel,
            edited: asking.entry.edited.unwrap_or(now),
            correction: match (asking.entry.correction, self.options.corrections) {
                (false, _) => Correction::None,
                (true, Corrections::Refuse) => Correction::Unapproved,
                (true, Corrections::Accept | Corrections::Hold) => Correction::Accepted,
            },
            input: self.claimed.digest,
            source: format!("{}:{}", self.claimed.arrival.shown(), asking.entry.place),
            accounts: waiting::accounts(day),
        }
    }

    fn record_refusals(&mut self) -> Result<(), ServiceFault> {
        if self.refusals.is_empty() {
            return Ok(());
        }
        Ok(self.world.ledger().refused(&std::mem::take(&mut self.refusals))?)
    }

    fn refuse_asking(&mut self, asking: &Asking, reason: Reason) -> Result<(), ServiceFault> {
        self.refuse(Refused::of(&asking.entry, reason))
    }

    fn refuse(&mut self, refused: Refused) -> Result<(), ServiceFault> {
        self.refuse_as(refused, None)
    }

    /// Refuses what was taken: the same day may come again.
    fn refuse_taken(&mut self, refused: Refused, taken: Taken) -> Result<(), ServiceFault> {
        self.refuse_as(refused, Some(taken.id))
    }

    fn refuse_as(&mut self, refused: Refused, id: Option<StatementId>) -> Result<(), ServiceFault> {
        self.report.refused += 1;
        self.progress.refused();
        let refusal = refused.for_the_ledger(&self.claimed.arrival.shown(), id, self.world.clock().now());
        self.refusals.push(refusal);
        self.quarantine.add(refused)?;
        if self.refusals.len() >= BATCH { self.record_refusals() } else { Ok(()) }
    }
}
