//! The statement itself: the one attachment that the first signature covered, its form, its sums, and
//! whether it is the one that its name says.
//!
//! The attachment's name stands inside the signed bytes and carries treasury, institution and day;
//! the file's own name is the user's and is compared with it. **Limits.** Those of `xml` and `model`.
//! **Failure.** None: what does not hold is a [`Reason`].

use super::balance::Balance;
use super::facts::{ChangesAfter, Coverage, EmbeddedFile, Integrity};
use super::page::{self, Page};
use super::people;
use super::reason::{Mismatch, Reason};
use crate::diag::Located;
use crate::model::{DayDraft, Fault, StatementDay, StatementName, Warning};
use crate::xml;
use serde::Serialize;

/// The checks of a statement; nothing where it could not be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// The XML has the form of a statement, every code and check digit in it too.
    pub schema: Option<bool>,
    /// It adds up.
    pub arithmetic: Option<bool>,
    /// The page says what the XML says; unknown of a page that is not of our shape.
    pub page_matches_xml: Option<bool>,
    /// Each opening balance is the last closing one. Of a single document never known.
    pub carry_over: Option<bool>,
}

/// What the attachment says of itself.
#[derive(Clone, Debug, Default)]
pub struct StatementFacts {
    /// Name of the attachment, as it stands in the document.
    pub attachment: String,
    /// Treasury, institution, day and minute: by the attachment's name, else by the file's.
    pub name: Option<StatementName>,
    /// How many accounts.
    pub accounts: Option<usize>,
    /// How many operations.
    pub operations: Option<usize>,
    /// How each account was opened and closed; of a day that adds up.
    pub balances: Vec<Balance>,
    /// What holds.
    pub checks: Checks,
    /// What does not hold, most useful first.
    pub reasons: Vec<Reason>,
    /// Why the XML cannot be read.
    pub unreadable: Option<xml::XmlFault>,
    /// What is wrong with the day, with the line of the XML.
    pub faults: Vec<Located<Fault>>,
    /// What is unusual about it.
    pub warnings: Vec<Located<Warning>>,
    /// Where the page says something else.
    pub differences: Vec<page::Difference>,
    /// Why the page was not compared, or not wholly.
    pub page_note: Option<Reason>,
}

/// Looks at the attachment. `file_name`: the last part of the document's path, where it has one.
pub(super) fn inspect(integrity: &Integrity, file_name: Option<&str>) -> Result<StatementFacts, Reason> {
    let attachment = match integrity.attachments.as_slice() {
        [] => return Err(Reason::AttachmentMissing),
        [one] => one,
        _ => return Err(Reason::AttachmentNotUnique),
    };
    let mut facts = StatementFacts { attachment: attachment.name.clone(), ..StatementFacts::default() };
    if !is_covered(integrity) {
        facts.reasons.push(Reason::AttachmentNotCovered);
    }
    facts.identify(attachment, file_name);
    if let Some(day) = facts.read(attachment) {
        facts.compare(&integrity.page, &day);
    }
    Ok(facts)
}

/// The attachments are read from the revision that the first signature closes: they are covered where
/// it covers all of that revision, and nothing was done to them later.
pub(super) fn is_covered(integrity: &Integrity) -> bool {
    let first = people::first_person(integrity).and_then(|index| integrity.signatures.get(index));
    first.is_some_and(|facts| {
        facts.intact
            && matches!(facts.coverage, Coverage::File | Coverage::Revision)
            && facts.changes_after != ChangesAfter::Forbidden
    })
}

impl StatementFacts {
    fn identify(&mut self, attachment: &EmbeddedFile, file_name: Option<&str>) {
        let inner = StatementName::parse(&attachment.name);
        let outer = file_name.and_then(StatementName::parse);
        if let (Some(inner), Some(outer)) = (&inner, &outer)
            && inner != outer
        {
            self.reasons.push(Reason::NameMismatch(Mismatch::File));
        }
        self.name = inner.or(outer);
        if self.name.is_none() {
            self.reasons.push(Reason::IdentityUnknown);
        }
    }

    fn read(&mut self, attachment: &EmbeddedFile) -> Option<StatementDay> {
        let mut draft = match xml::read(&attachment.bytes) {
            Ok(draft) => draft,
            Err(fault) => {
                self.checks.schema = Some(false);
                self.reasons.push(Reason::SchemaInvalid);
                self.unreadable = Some(fault);
                return None;
            }
        };
        self.accounts = Some(draft.accounts.len());
        self.operations = Some(draft.accounts.iter().map(|account| account.operations.len()).sum());
        let name = self.name.as_ref()?;
        draft.treasury = name.treasury.to_string();
        draft.holder_cui = name.cui.as_str().to_owned();
        self.check(&draft)
    }

    fn check(&mut self, draft: &DayDraft) -> Option<StatementDay> {
        match draft.check() {
            Ok(day) => {
                self.holds(&day);
                Some(day)
            }
            Err(faults) => {
                self.fails(faults);
                None
            }
        }
    }

    /// The page against the day that its XML tells.
    fn compare(&mut self, page: &Page, day: &StatementDay) {
        let text = match page {
            Page::Foreign(_) => {
                self.page_note = Some(Reason::PageNotCompared);
                return;
            }
            Page::Text(text) => text,
        };
        let file = StatementName::parse(&self.attachment).map(|name| name.pdf());
        let (differences, proven) = page::against(text, day, file.as_deref());
        self.checks.page_matches_xml = match (differences.is_empty(), proven) {
            (false, _) => Some(false),
            (true, true) => Some(true),
            (true, false) => None,
        };
        if !differences.is_empty() {
            self.reasons.push(Reason::PageDiffers);
        } else if !proven {
            self.page_note = Some(Reason::PageLettersUnproven);
        }
        self.differences = differences;
    }

    fn holds(&mut self, day: &StatementDay) {
        self.checks.schema = Some(true);
        self.checks.arithmetic = Some(true);
        self.warnings = day.warnings().to_vec();
        self.balances = day.accounts().iter().map(Balance::of).collect();
        if self.name.as_ref().is_some_and(|name| name.date != day.date()) {
            self.reasons.push(Reason::NameMismatch(Mismatch::Date));
        }
    }

    fn fails(&mut self, faults: Vec<Located<Fault>>) {
        let count = |kind: Kind| faults.iter().filter(|fault| Kind::of(&fault.what) == kind).count();
        let (form, sums, owner) = (count(Kind::Form), count(Kind::Sums), count(Kind::Owner));
        self.checks.schema = Some(form == 0);
        // Sums that could not be read were not added up.
        self.checks.arithmetic = if sums > 0 { Some(false) } else { (form == 0).then_some(true) };
        let found = [
            (form, Reason::SchemaInvalid),
            (sums, Reason::ArithmeticWrong),
            (owner, Reason::NameMismatch(Mismatch::Cui)),
        ];
        self.reasons.extend(found.into_iter().filter(|(count, _)| *count > 0).map(|(_, reason)| reason));
        self.faults = faults;
    }
}

/// What kind of fault it is that a day has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Form,
    Sums,
    Owner,
}

impl Kind {
    const fn of(fault: &Fault) -> Self {
        match fault {
            Fault::ForeignAccount { .. } => Self::Owner,
            Fault::TurnoverDiffers { .. }
            | Fault::BalanceDiffers { .. }
            | Fault::Overflow
            | Fault::Count { .. }
            | Fault::Sides { .. }
            | Fault::TwoSidedBalance { .. } => Self::Sums,
            _ => Self::Form,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::invented::{NAME, attachment, published};
    use super::*;
    use crate::model::{AccountDraft, OperationDraft, SumsDraft};

    fn sums(debit: &str, credit: &str) -> SumsDraft {
        SumsDraft { debit: debit.to_owned(), credit: credit.to_owned() }
    }

    /// The XML of a day that adds up, invented.
    fn xml() -> String {
        let operation = OperationDraft {
            document: "1".to_owned(),
            document_date: "2026-05-12".to_owned(),
            payment_date: "2026-05-12".to_owned(),
            reference: "52100000001".to_owned(),
            counterparty_code: "12345674".to_owned(),
            counterparty_name: "FURNIZOR INVENTAT SRL".to_owned(),
            sums: sums("10.50", "0"),
            explanation: "TZ52100000001-plata".to_owned(),
            ..OperationDraft::default()
        };
        let account = AccountDraft {
            account: "01A1234569999008".to_owned(),
            opening: sums("0", "100"),
            operations: vec![operation],
            turnover: sums("10.50", "0"),
            totals: sums("10.50", "100"),
            closing: sums("0", "89.50"),
            ..AccountDraft::default()
        };
        let draft = DayDraft {
            treasury: "521".to_owned(),
            date: "2026-05-12".to_owned(),
            holder_name: "ORAȘUL INVENTAT".to_owned(),
            holder_cui: "9999008".to_owned(),
            accounts: vec![account],
            ..DayDraft::default()
        };
        String::from_utf8(xml::write(&draft.check().expect("a day that adds up"))).expect("UTF-8")
    }

    fn document(name: &str, xml: &str) -> Integrity {
        let mut integrity = published();
        integrity.attachments = vec![EmbeddedFile { bytes: xml.as_bytes().to_vec(), ..attachment(name) }];
        integrity
    }

    fn inspected(name: &str, xml: &str, file: Option<&str>) -> StatementFacts {
        inspect(&document(name, xml), file).expect("one attachment")
    }

    fn inner() -> String {
        NAME.replace(".pdf", ".xml")
    }

    #[test]
    fn a_statement_that_holds_has_nothing_against_it() {
        let facts = inspected(&inner(), &xml(), Some(NAME));
        assert_eq!(facts.reasons, [], "{:?}", facts.faults);
        assert_eq!((facts.accounts, facts.operations), (Some(1), Some(1)));
        assert_eq!((facts.checks.schema, facts.checks.arithmetic), (Some(true), Some(true)));
        assert_eq!((facts.checks.page_matches_xml, facts.checks.carry_over), (None, None));
    }

    #[test]
    fn what_differs_from_its_name_is_refused() {
        let cases = [
            (NAME.replace("12052026", "13052026"), inner(), Mismatch::File),
            (NAME.replace("TREZ521", "TREZ522"), inner(), Mismatch::File),
            (NAME.replace("h1842", "h1843"), inner(), Mismatch::File),
            ("copy (1).pdf".to_owned(), inner().replace("12052026", "13052026"), Mismatch::Date),
            ("copy (1).pdf".to_owned(), inner().replace("9999008", "12345674"), Mismatch::Cui),
        ];
        for (file, attached, expected) in cases {
            let facts = inspected(&attached, &xml(), Some(&file));
            assert_eq!(facts.reasons, [Reason::NameMismatch(expected)], "{file} {attached}");
        }
    }

    #[test]
    fn a_renamed_file_or_an_attachment_of_another_name_still_says_what_it_is() {
        for (file, attached) in
            [(Some("copy (1).pdf"), inner()), (None, inner()), (Some(NAME), "extras.xml".into())]
        {
            assert_eq!(inspected(&attached, &xml(), file).reasons, [], "{file:?} {attached}");
        }
        let nameless = inspected("extras.xml", &xml(), Some("copy (1).pdf"));
        assert_eq!(nameless.reasons, [Reason::IdentityUnknown]);
    }

    #[test]
    fn sums_and_form_are_told_apart() {
        let sums = inspected(&inner(), &xml().replace("89.5<", "89.51<"), None);
        assert_eq!(sums.reasons, [Reason::ArithmeticWrong]);
        assert_eq!((sums.checks.schema, sums.checks.arithmetic), (Some(true), Some(false)));
        let code = inspected(&inner(), &xml().replace("12345674", "12345675"), None);
        assert_eq!(code.reasons, [Reason::SchemaInvalid]);
        assert_eq!((code.checks.schema, code.checks.arithmetic), (Some(false), None));
        let other = inspected(&inner(), "<html/>", None);
        assert_eq!(other.reasons, [Reason::SchemaInvalid]);
        assert!(other.unreadable.is_some());
    }

    #[test]
    fn what_the_first_signature_does_not_cover_is_not_believed() {
        let mut integrity = document(&inner(), &xml());
        integrity.signatures[0].coverage = Coverage::Partial;
        let facts = inspect(&integrity, Some(NAME)).expect("one attachment");
        assert_eq!(facts.reasons, [Reason::AttachmentNotCovered]);
    }
}
