//! What a drawn document must be, looked at with a reader that is not ours; and invented days to draw.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "tests; clippy sees only functions with #[test] as such"
)]

mod documents;
mod pages;
mod samples;

use super::{Certification, Channel, Replaced, SealLook, Statement};
use crate::model::{AccountDraft, DayDraft, OperationDraft, StatementDay, StatementName, SumsDraft};
use crate::xml::Attachment;
use jiff::Timestamp;

/// An invented day, its name and its attachment.
pub(crate) struct Sample {
    pub(crate) day: StatementDay,
    pub(crate) name: StatementName,
    pub(crate) attachment: Attachment,
    pub(crate) replaced: Replaced,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// The verifier of all samples.
pub(crate) fn certification() -> Certification<'static> {
    Certification { signer: "Ionescu-Țăranu Ștefania", at: at("2026-05-12T15:44:09Z"), contents: 4096 }
}

/// The seal of all samples.
pub(crate) fn seal_look() -> SealLook<'static> {
    SealLook {
        title: "Trezoreria Municipiului Născocirea",
        signer: "Ministerul Finanțelor – sigiliu de probă",
        at: at("2026-05-12T15:44:10Z"),
        contents: 4096,
    }
}

impl Sample {
    /// A day with so many operations in each account.
    pub(crate) fn of(operations: &[usize]) -> Self {
        Self::with(operations, |_, _| {})
    }

    /// The same, each operation changed by `change`, which gets its number in the document.
    pub(crate) fn with(operations: &[usize], change: impl Fn(usize, &mut OperationDraft)) -> Self {
        let mut number = 0;
        let accounts = operations.iter().enumerate().map(|(index, count)| {
            account(
                index,
                (0..*count).map(|_| {
                    number += 1;
                    let mut operation = operation(number);
                    change(number, &mut operation);
                    operation
                }),
            )
        });
        let draft = DayDraft {
            treasury: "521".into(),
            date: "2026-05-12".into(),
            holder_name: "PRIMĂRIA COMUNEI NĂSCOCIȚI".into(),
            holder_cui: "9999008".into(),
            accounts: accounts.collect(),
            ..DayDraft::default()
        };
        let name = "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.pdf";
        let name = StatementName::parse(name).expect("a name");
        let bytes = "<extras>probă</extras>\r\n".repeat(40).into_bytes();
        let modified = at("2026-05-12T15:42:00Z");
        Self {
            day: draft.check().unwrap_or_else(|faults| panic!("{faults:?}")),
            attachment: Attachment { name: name.xml(), bytes, modified },
            name,
            replaced: Replaced {
                file: "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1801.pdf".into(),
                sha256: [0xA7; 32],
            },
        }
    }

    pub(crate) fn statement(&self, channel: Channel) -> Statement<'_> {
        Statement {
            day: &self.day,
            name: &self.name,
            edited: at("2026-05-12T15:42:00Z"),
            treasury_name: "Trezoreria Municipiului Născocirea",
            replaces: None,
            channel,
        }
    }
}

fn account(index: usize, operations: impl Iterator<Item = OperationDraft>) -> AccountDraft {
    let operations: Vec<OperationDraft> = operations.collect();
    let sum = |side: fn(&SumsDraft) -> &str| -> i64 {
        let bani = |o: &OperationDraft| crate::model::Bani::parse(side(&o.sums)).unwrap_or_default().get();
        operations.iter().map(bani).sum()
    };
    let (debit, credit) = (sum(|s| &s.debit), sum(|s| &s.credit));
    let sums = |debit: i64, credit: i64| SumsDraft { debit: lei(debit), credit: lei(credit) };
    let opening = 123_456_789_i64;
    let net = opening + credit - debit;
    let closing = if net < 0 { sums(-net, 0) } else { sums(0, net) };
    AccountDraft {
        account: format!("24A65030220{index:02}309999008"),
        iban: ["RO50TREZ24A650302200130X", "RO09TREZ24A510103200130X", ""][index % 3].into(),
        opening: sums(0, opening),
        turnover: sums(debit, credit),
        totals: sums(debit, opening + credit),
        closing,
        operations,
        ..AccountDraft::default()
    }
}

fn lei(bani: i64) -> String {
    crate::model::Bani::new(bani).oracle()
}

fn operation(number: usize) -> OperationDraft {
    let names = [
        "SC NĂSCOCIREA ȘI FIII SRL",
        "Popescu Țărănuș Ion",
        "COMPANIA DE APĂ \"IZVORUL\" SA",
        "ÎNTREPRINDEREA INDIVIDUALĂ OLTEANU",
    ];
    let amount = lei(i64::try_from(number * 7_919 % 4_000_000 + 150).expect("small"));
    let credit = number.is_multiple_of(5);
    OperationDraft {
        document: format!("{}", 100 + number),
        document_date: "20260511".into(),
        payment_date: "20260512".into(),
        reference: format!("{:011}", 52_100_000_000_usize + number),
        counterparty_iban: ["RO77RNCB0072049718860001", "RO12TREZ1312107020201XXX"][number % 2].into(),
        counterparty_code: ["12345674", "1900101410011"][number % 2].into(),
        counterparty_name: names[number % names.len()].into(),
        sums: if credit {
            SumsDraft { debit: "0".into(), credit: amount }
        } else {
            SumsDraft { debit: amount, credit: "0".into() }
        },
        commitment: if credit { "" } else { "AABCDEFGH12" }.into(),
        indicator: if credit { "" } else { "BBA" }.into(),
        program: if credit { "" } else { "0000000123" }.into(),
        explanation: format!(
            "TZ521{number:08}-Contravaloare factură {}/05.2026, servicii și materiale",
            4000 + number
        ),
        ..OperationDraft::default()
    }
}
