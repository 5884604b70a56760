//! Mutants: a signed document with something small done to it, a thousand times.
//!
//! None is accepted, unless what was touched is the value of a signature itself, where the format leaves room:
//! `/Contents` is the one string that no byte range covers. There a digit's letter may be small or capital, and what the
//! container carries beside what is signed may differ: its padding, its set of digest algorithms, the issuers' certificates.

use super::PAPERS;
use super::forge::{find, rfind};
use pecete::demo::random::Random;
use pecete::verify::Word;
use std::ops::Range;

/// Mutants of an ordinary run.
const ORDINARY: u64 = 1_000;
/// Mutants of the long run.
const LONG: u64 = 100_000;

/// Where no byte range reaches: between the brackets of the last `/Contents`. What an earlier signature is, the later one
/// covers.
fn value(bytes: &[u8]) -> Range<usize> {
    let start = rfind(bytes, b"/Contents<30") + "/Contents<".len();
    start..start + find(&bytes[start..], b">")
}

/// One mutation; says which bytes of the original it touched.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) -> Range<usize> {
    let length = u64::try_from(bytes.len()).expect("a length");
    let at = usize::try_from(random.below(length - 64)).expect("an offset");
    let count = usize::try_from(random.between(1, 16)).expect("a count");
    match random.below(5) {
        0 => {
            bytes[at] ^= 1 << random.below(8);
            at..at + 1
        }
        1 => {
            bytes[at] = bytes[at].wrapping_add(u8::try_from(random.between(1, 255)).expect("a byte"));
            at..at + 1
        }
        2 => {
            bytes.drain(at..at + count);
            at..at + count
        }
        3 => {
            let more: Vec<u8> =
                (0..count).map(|_| u8::try_from(random.below(256)).expect("a byte")).collect();
            bytes.splice(at..at, more);
            at..at + 1
        }
        _ => {
            let (one, other) = bytes[at..at + 2 * count].split_at(count);
            let swapped = [other, one].concat();
            bytes[at..at + 2 * count].copy_from_slice(&swapped);
            at..at + 2 * count
        }
    }
}

fn run(count: u64) {
    let mut accepted = Vec::new();
    for (which, original) in [&PAPERS.published, &PAPERS.stick].into_iter().enumerate() {
        let value = value(original);
        let mut random = Random::new(2_768, &[u64::try_from(which).expect("a number")]);
        for number in 0..count / 2 {
            let mut mutant = original.clone();
            let touched = mutate(&mut mutant, &mut random);
            if mutant == *original || value.start <= touched.start && touched.end <= value.end {
                continue;
            }
            let verdict = if which == 0 { PAPERS.judged(&mutant) } else { PAPERS.judged_stick(&mutant) };
            if verdict.word == Word::Accepted {
                accepted.push(format!("document {which}, mutant {number}, bytes {touched:?}"));
            }
        }
    }
    assert!(accepted.is_empty(), "accepted:\n{}", accepted.join("\n"));
}

/// What of a value nobody signs: the letters of its digits, its padding, and in the container the parts that
/// RFC 5652, 5.4 leaves out of the signed attributes.
#[test]
fn a_changed_signature_value_is_not_accepted_but_for_what_nobody_signs() {
    let original = &PAPERS.published;
    let value = value(original);
    let mut spelled = original.clone();
    spelled[value.clone()].make_ascii_lowercase();
    assert_eq!(PAPERS.judged(&spelled).word, Word::Accepted, "the same digits in small letters");
    let accepted = |at: usize| {
        let mut mutant = original.clone();
        mutant[at] = if mutant[at] == b'0' { b'1' } else { b'0' };
        PAPERS.judged(&mutant).word == Word::Accepted
    };
    let used =
        original[value.clone()].iter().rposition(|digit| *digit != b'0').expect("digits") + value.start;
    // the signature itself ends the container: 64 bytes and more, each of them counts
    let free: Vec<usize> = (used - 130..used).step_by(3).filter(|at| accepted(*at)).collect();
    assert!(free.is_empty(), "digits of the signature at {free:?}");
    // the head of the container says of what it is
    let free: Vec<usize> = (value.start..value.start + 30).filter(|at| accepted(*at)).collect();
    assert!(free.is_empty(), "digits of the head at {free:?}");
}

#[test]
fn none_of_a_thousand_mutants_is_accepted() {
    run(ORDINARY);
}

#[test]
#[ignore = "takes minutes: .ci/long"]
fn none_of_a_hundred_thousand_mutants_is_accepted() {
    run(LONG);
}
