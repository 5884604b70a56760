//! Each step of the story alone, and the story whole, for small, usual and very large statements.

#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]

use divan::{Bencher, counter::ItemsCount};
use jiff::Timestamp;
use pecete::clock::FixedClock;
use pecete::config::Config;
use pecete::demo::institution::Institution;
use pecete::demo::{Office, crowd, material};
use pecete::fs;
use pecete::ledger::{StatementId, Taken};
use pecete::model::{StatementDay, StatementName, TreasuryCode};
use pecete::pdf::{self, Certification, SealLook, Statement};
use pecete::pipeline::{self, Channel, Order};
use pecete::pki::Kind;
use pecete::service::{self, Corrections, PassOptions, Progress};
use pecete::sign;
use pecete::verify;
use pecete::world::World;
use pecete::xml::{self, Attachment};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// 12 May 2026, 19:00 in Romania.
const NOW: Timestamp = Timestamp::constant(1_778_601_600, 0);
/// Operations of a statement.
const SIZES: [u32; 3] = [1, 10, 3_000];

fn main() {
    divan::main();
}

/// An office with RSA-2048 keys, made once.
fn world() -> &'static World {
    static WORLD: OnceLock<(tempfile::TempDir, World)> = OnceLock::new();
    let (_, world) = WORLD.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let world = office(folder.path(), Kind::Rsa2048);
        (folder, world)
    });
    world
}

fn office(folder: &Path, kind: Kind) -> World {
    let office = Office::claim(folder).expect("claimed");
    office.equip(kind, NOW).expect("equipped");
    office.configure(&[]).expect("configured");
    let text = fs::read_bounded(&office.config(), 1 << 20).expect("read");
    let config =
        Config::read(&String::from_utf8(text).expect("text"), &office.config()).expect("a configuration");
    World::open(config, Arc::new(FixedClock(NOW)), None).expect("an office")
}

/// A statement to be made.
struct Work {
    day: StatementDay,
    taken: Taken,
    attachment: Attachment,
}

impl Work {
    fn new(operations: u32) -> Self {
        let day = Institution::invent(1, 1, "521").day(crowd::DAY, operations).check().expect("a day");
        let name = StatementName {
            treasury: day.treasury(),
            cui: day.holder().cui().clone(),
            date: day.date(),
            hour: 19,
            minute: 0,
        };
        let attachment = Attachment { name: name.xml(), bytes: xml::write(&day), modified: NOW };
        Self {
            day,
            taken: Taken { id: StatementId(1), edited: NOW, name, replaces: None, carried: Vec::new() },
            attachment,
        }
    }

    fn statement(&self) -> Statement<'_> {
        Statement {
            day: &self.day,
            name: &self.taken.name,
            edited: NOW,
            treasury_name: "Trezoreria Municipiului Exemplu",
            replaces: None,
            channel: Channel::Published,
        }
    }

    fn draw(&self) -> pdf::Prepared {
        let signer = &unit().verifier;
        let look = Certification { signer: signer.name(), at: NOW, contents: sign::contents_size(signer) };
        pdf::draw(&self.statement(), &self.attachment, &look).expect("a page")
    }

    fn append_seal(&self, certified: &sign::Certified) -> pdf::Prepared {
        let signer = &unit().seal;
        let contents = sign::contents_size(signer);
        let look = SealLook { title: "Trezoreria", signer: signer.name(), at: NOW, contents };
        pdf::append_seal(certified.filled(), &look).expect("an update")
    }

    fn order(&self) -> Order<'_> {
        let unit = unit();
        Order {
            day: &self.day,
            taken: &self.taken,
            channel: Channel::Published,
            treasury_name: &unit.name,
            verifier: &unit.verifier,
            seal: &unit.seal,
            policy: world().policy(),
            at: NOW,
        }
    }
}

fn unit() -> &'static pecete::world::Office {
    world().treasury(TreasuryCode::parse("521").expect("a code")).expect("a unit")
}

#[divan::bench(args = SIZES)]
fn draw(bencher: Bencher<'_, '_>, operations: u32) {
    let work = Work::new(operations);
    bencher.bench(|| work.draw());
}

#[divan::bench]
fn certify(bencher: Bencher<'_, '_>) {
    let work = Work::new(10);
    bencher.with_inputs(|| work.draw()).bench_values(|page| sign::certify(page, &unit().verifier).is_ok());
}

#[divan::bench]
fn seal(bencher: Bencher<'_, '_>) {
    let work = Work::new(10);
    let certified = || sign::certify(work.draw(), &unit().verifier).expect("certified");
    bencher
        .with_inputs(certified)
        .bench_values(|certified| sign::seal(work.append_seal(&certified), &unit().seal).is_ok());
}

#[divan::bench(args = SIZES)]
fn prove(bencher: Bencher<'_, '_>, operations: u32) {
    let work = Work::new(operations);
    let document = pipeline::make(&work.order()).expect("a document");
    let policy = world().policy();
    bencher
        .with_inputs(|| document.bytes().to_vec())
        .bench_values(|bytes| verify::prove(bytes, &work.taken.name, policy, NOW).is_ok());
}

#[divan::bench(args = SIZES)]
fn whole_story(bencher: Bencher<'_, '_>, operations: u32) {
    let work = Work::new(operations);
    bencher.bench(|| pipeline::make(&work.order()).is_ok());
}

/// From a day file to durable names, on all cores: statements a second.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn day_file_to_published(bencher: Bencher<'_, '_>) {
    const STATEMENTS: u64 = 500;
    let prepared = || {
        let folder = tempfile::tempdir().expect("a folder");
        let world = office(folder.path(), Kind::Rsa2048);
        material::crowd(world.inbox().watch(), STATEMENTS, 10).expect("a day file");
        (folder, world)
    };
    bencher.counter(ItemsCount::new(STATEMENTS)).with_inputs(prepared).bench_local_refs(|(_, world)| {
        let options = PassOptions { corrections: Corrections::Refuse, settle: Duration::ZERO, again: false };
        service::pass(world, options, &Progress::default()).expect("a pass")
    });
}
