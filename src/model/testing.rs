//! For tests: days that add up, made from operations and nothing else; and any operation at all.

use super::{AccountDraft, Bani, DayDraft, OperationDraft, StatementDay, Sums, SumsDraft};
use proptest::prelude::*;

/// The day of holder 9999008 at treasury 131, 12 May 2026: one account for each list of operations,
/// in ascending order. TZ numbers are given out here, before what stands in `explanation`; opening
/// balances, turnover, totals and closing balances are what the operations make them.
pub(crate) fn day(holder: &str, accounts: Vec<Vec<OperationDraft>>) -> StatementDay {
    draft(holder, accounts).check().expect("a day that adds up")
}

/// The same, before it is checked: to be spoilt.
pub(crate) fn draft(holder: &str, accounts: Vec<Vec<OperationDraft>>) -> DayDraft {
    let mut running = 0_u32;
    let accounts = accounts.into_iter().enumerate().map(|(index, mut operations)| {
        for operation in &mut operations {
            running += 1;
            operation.explanation = format!("TZ131{running:08}-{}", operation.explanation);
        }
        account(index, operations)
    });
    DayDraft {
        treasury: "131".into(),
        date: "2026-05-12".into(),
        holder_name: holder.into(),
        holder_cui: "9999008".into(),
        accounts: accounts.collect(),
        ..DayDraft::default()
    }
}

/// An opening balance of 1,000 lei credit and what follows from it.
fn account(index: usize, operations: Vec<OperationDraft>) -> AccountDraft {
    let bani = |text: &str| Bani::parse(text).unwrap_or_default().get();
    let debit: i64 = operations.iter().map(|operation| bani(&operation.sums.debit)).sum();
    let credit: i64 = operations.iter().map(|operation| bani(&operation.sums.credit)).sum();
    let closing = balance(100_000 + credit - debit);
    AccountDraft {
        account: format!("21A{index:06}9999008"),
        iban: "RO12TREZ1312107020201XXX".into(),
        opening: written(balance(100_000)),
        operations,
        turnover: written(Sums { debit: Bani::new(debit), credit: Bani::new(credit) }),
        totals: written(closing),
        closing: written(closing),
        ..AccountDraft::default()
    }
}

fn balance(net: i64) -> Sums {
    if net < 0 {
        Sums { debit: Bani::new(-net), credit: Bani::ZERO }
    } else {
        Sums { debit: Bani::ZERO, credit: Bani::new(net) }
    }
}

fn written(sums: Sums) -> SumsDraft {
    SumsDraft { debit: sums.debit.oracle(), credit: sums.credit.oracle() }
}

/// Any operation that the model accepts; [`draft`] gives it its number.
pub(crate) fn operation() -> impl Strategy<Value = OperationDraft> {
    let free = "[ -~ăâîșțĂÂÎȘȚ&<>\"']{0,20}";
    (1_i64..1_000_000_000, any::<bool>(), any::<bool>(), "[!-~]{1,16}", free, free, any::<bool>()).prop_map(
        |(bani, debit, storno, document, name, explanation, coded)| {
            let amount = Bani::new(if storno { -bani } else { bani }).oracle();
            let nothing = "0".to_owned();
            let code = |code: &str| if coded { code.to_owned() } else { String::new() };
            OperationDraft {
                document: document.clone(),
                document_date: "20260511".into(),
                payment_date: "2026-05-12".into(),
                reference: format!("{document:x>8}"),
                counterparty_iban: code("DE89370400440532013000"),
                counterparty_code: if coded { "1900101410011" } else { "12345674" }.into(),
                counterparty_name: name,
                sums: if debit {
                    SumsDraft { debit: amount, credit: nothing }
                } else {
                    SumsDraft { debit: nothing, credit: amount }
                },
                commitment: code("AAB0EXEMPL1"),
                indicator: code("AAB"),
                program: code("0000000000"),
                explanation,
                ..OperationDraft::default()
            }
        },
    )
}
