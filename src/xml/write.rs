//! A day becomes the XML, byte for byte in the real shape.

use crate::model::{Account, Operation, StatementDay, Sums};
use jiff::civil::Date;

/// The months as Oracle's `DD-Mon-YYYY` abbreviates them, whatever the language of the session.
pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Bytes that an operation takes, for one allocation instead of many.
const OPERATION_BYTES: usize = 900;
/// Bytes that an account takes beside its operations.
const ACCOUNT_BYTES: usize = 800;

/// The statement's XML: UTF-8, CRLF, nothing after the last line end.
pub fn write(day: &StatementDay) -> Vec<u8> {
    let size = day.operations() * OPERATION_BYTES + day.accounts().len() * ACCOUNT_BYTES + ACCOUNT_BYTES;
    let mut xml = Writer(String::with_capacity(size));
    xml.line(0, r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>"#);
    xml.head(
        0,
        "extras",
        &[
            ("Data_extras", &statement_date(day.date())),
            ("Denumire_EP", day.holder().name().as_str()),
            ("Nr_ext", &day.accounts().len().to_string()),
        ],
    );
    xml.0.push_str(EOL);
    day.accounts().iter().for_each(|account| xml.account(account));
    xml.line(0, "</extras>");
    xml.0.into_bytes()
}

/// `12-May-2026`.
fn statement_date(date: Date) -> String {
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    format!("{:02}-{}-{:04}", date.day(), month.copied().unwrap_or_default(), date.year())
}

const EOL: &str = "\r\n";
const INDENT: &str = "    ";

struct Writer(String);

impl Writer {
    fn account(&mut self, account: &Account) {
        self.line(1, "<cont_ext>");
        self.head(
            2,
            "cont",
            &[
                ("Cod_IBAN", account.iban().map_or("", |iban| iban.as_str())),
                ("Nr_op", &account.operations().len().to_string()),
            ],
        );
        self.text(account.account().as_str());
        self.0.push_str("</cont>");
        self.0.push_str(EOL);
        self.sums("Sold_precedent", account.opening());
        account.operations().iter().for_each(|operation| self.operation(operation));
        self.sums("Rulaj_zi", account.turnover());
        self.sums("Total_sume", account.totals());
        self.sums("Sold_final", account.closing());
        self.line(1, "</cont_ext>");
    }

    fn operation(&mut self, operation: &Operation) {
        self.line(2, "<cont_misc>");
        self.leaf("nrdoc", operation.document().as_str());
        self.leaf("datadoc", &compact(operation.document_date()));
        self.leaf("databan", &compact(operation.payment_date()));
        self.leaf("nrrefdest", operation.reference().as_str());
        self.leaf("ibanbfpl", operation.counterparty_iban().map_or("", |iban| iban.as_str()));
        self.leaf("platitor", operation.counterparty_code().as_str());
        self.leaf("numepb", operation.counterparty_name().as_str());
        self.leaf("sumad", &operation.sums().debit.oracle());
        self.leaf("sumac", &operation.sums().credit.oracle());
        self.leaf("codcontract", operation.commitment().map_or("", |code| code.as_str()));
        self.leaf("randcontract", operation.indicator().map_or("", |code| code.as_str()));
        self.leaf("codprogram", operation.program().map_or("", |code| code.as_str()));
        self.leaf("explicatii", operation.explanation().as_str());
        self.line(2, "</cont_misc>");
    }

    fn sums(&mut self, element: &str, sums: Sums) {
        self.line(2, &format!("<{element}>"));
        self.leaf("Sumad", &sums.debit.oracle());
        self.leaf("Sumac", &sums.credit.oracle());
        self.line(2, &format!("</{element}>"));
    }

    /// An element of the innermost depth.
    fn leaf(&mut self, element: &str, text: &str) {
        self.indent(3);
        self.0.push('<');
        self.0.push_str(element);
        if text.is_empty() {
            self.0.push_str("/>");
        } else {
            self.0.push('>');
            self.text(text);
            self.0.push_str("</");
            self.0.push_str(element);
            self.0.push('>');
        }
        self.0.push_str(EOL);
    }

    /// An opening tag with attributes, without a line end.
    fn head(&mut self, depth: usize, element: &str, attributes: &[(&str, &str)]) {
        self.indent(depth);
        self.0.push('<');
        self.0.push_str(element);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.text(value);
            self.0.push('"');
        }
        self.0.push('>');
    }

    fn line(&mut self, depth: usize, markup: &str) {
        self.indent(depth);
        self.0.push_str(markup);
        self.0.push_str(EOL);
    }

    fn indent(&mut self, depth: usize) {
        (0..depth).for_each(|_| self.0.push_str(INDENT));
    }

    /// Text and attribute values alike. The model lets no control character through, so that no white
    /// space is lost to the normalisation of attributes (XML 1.0, 3.3.3) or of line ends (2.11).
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                other => self.0.push(other),
            }
        }
    }
}

/// `20260512`.
fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}
