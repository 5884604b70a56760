//! Samples on disk, to be looked at and to be judged by outside tools.

use super::{Sample, certification, seal_look};
use crate::model::OperationDraft;
use crate::pdf::{Channel, Statement, append_seal, draw, draw_unsigned};
use std::path::Path;

fn awkward(number: usize, operation: &mut OperationDraft) {
    match number {
        1 => operation.counterparty_name = "FUNDAȚIAPENTRUTOATECELEBUNEALELUMII".into(),
        2 => {
            operation.explanation =
                format!("TZ52100000002-{}", "Plată în tranșe, ordonanțare nr. 17/2026; ".repeat(23))
        }
        3 => operation.sums.credit.clone_from(&"-98765.4".to_owned()),
        4 => operation.counterparty_iban = "MT84MALT011000012345MTLCAST001S".into(),
        5 => operation.counterparty_iban = String::new(),
        6 => operation.sums.credit = "123456789012.34".into(),
        7 => operation.explanation = format!("TZ52100000007-{}", "W".repeat(986)),
        8 => operation.document = "F.1234/2026_A 99".into(),
        _ => {}
    }
    if (3..7).contains(&number) && number != 4 && number != 5 {
        operation.sums.debit = "0".into();
    }
}

#[test]
#[ignore = "writes the samples that outside tools judge into target/draw"]
#[expect(clippy::disallowed_methods, reason = "samples are thrown away")]
fn write_samples() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/draw");
    std::fs::create_dir_all(&folder).expect("a folder");
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a file");
    let rare = |number: usize, operation: &mut OperationDraft| {
        if number == 2 {
            operation.counterparty_name = "Живко Γεώργιος Łukasz".into();
        }
    };
    let samples = [
        ("one", Sample::of(&[1])),
        ("none", Sample::of(&[0])),
        ("ten", Sample::of(&[4, 0, 6])),
        ("awkward", Sample::with(&[10, 30], awkward)),
        ("rare", Sample::with(&[3], rare)),
        ("large", Sample::of(&[5000])),
        ("many", Sample::of(&[3, 11, 0, 7, 25, 1, 2, 40, 5])),
    ];
    for (name, sample) in &samples {
        let published = sample.statement(Channel::Published);
        put(&format!("{name}-unsigned.pdf"), &draw_unsigned(&published, &sample.attachment).expect("drawn"));
        let prepared = draw(&published, &sample.attachment, &certification()).expect("drawn");
        let filled = prepared.fill(&[]).expect("fits");
        put(&format!("{name}-certified.pdf"), filled.bytes());
        let sealed = append_seal(&filled, &seal_look()).expect("sealed").fill(&[]).expect("fits");
        put(&format!("{name}-sealed.pdf"), sealed.bytes());
        let stick = sample.statement(Channel::Stick);
        put(&format!("{name}-stick.pdf"), &draw_unsigned(&stick, &sample.attachment).expect("drawn"));
        let corrected = Statement { replaces: Some(&sample.replaced), ..published };
        put(&format!("{name}-corrected.pdf"), &draw_unsigned(&corrected, &sample.attachment).expect("drawn"));
    }
}

#[test]
#[ignore = "measures; of use in a release build only"]
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn measure() {
    let time = |what: &str, times: u32, work: &mut dyn FnMut()| {
        work();
        let start = std::time::Instant::now();
        (0..times).for_each(|_| work());
        println!("{what}: {:?}", start.elapsed() / times);
    };
    for (operations, times, name) in [(10, 2_000, "ION"), (5_000, 10, "ION"), (10, 50, "ЖИВКО")] {
        let sample = Sample::with(&[operations], |_, operation| operation.counterparty_name = name.into());
        let statement = sample.statement(Channel::Published);
        let drawn = || draw(&statement, &sample.attachment, &certification()).expect("drawn");
        let filled = drawn().fill(&[]).expect("fits");
        println!("{operations} operations: {} bytes", filled.bytes().len());
        time("draw", times, &mut || drop(drawn()));
        time("append_seal", times, &mut || drop(append_seal(&filled, &seal_look()).expect("sealed")));
    }
}
