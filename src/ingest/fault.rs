//! What is wrong with a record, and what is wrong with a whole file.

use crate::diag::{Explain, Lang};
use crate::model::Fault;
use crate::xml::XmlFault;
use jiff::civil::Date;
use std::fmt;
use std::io;

/// What is wrong with one institution's day, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The day itself, in whatever form.
    Day(Fault),
    /// The XML.
    Xml(XmlFault),
    /// More bytes than a record may have.
    TooLarge {
        /// The limit, bytes.
        max: usize,
    },
    /// A byte that is no UTF-8.
    NotUtf8,
    /// XML in an encoding that is not read, or bytes that are not in the one it declares.
    Encoding {
        /// The declared encoding.
        found: Box<str>,
    },
    /// Not JSON.
    JsonSyntax {
        /// The byte of the line at which reading stopped, from 1.
        column: usize,
    },
    /// JSON, but a value of another kind than the schema has there.
    JsonShape {
        /// The byte of the line at which reading stopped, from 1.
        column: usize,
    },
    /// A field that the schema does not have.
    UnknownField {
        /// Its name.
        name: Box<str>,
    },
    /// A field that stands twice in one object.
    RepeatedField {
        /// Its name.
        name: &'static str,
    },
    /// A field that must be there.
    MissingField {
        /// Its name.
        name: &'static str,
    },
    /// A field with a list, an object or a truth value instead of text or a number.
    WrongKind {
        /// Its name.
        name: &'static str,
    },
    /// A CSV row that cannot be cut into fields: a quote that is not closed on its line, or that
    /// stands inside a field.
    Quote,
    /// A CSV row with more or fewer fields than the header.
    FieldCount {
        /// Fields of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// A value that must be the same on all rows of an account or of a day, and is not.
    Disagrees {
        /// The column.
        column: &'static str,
        /// The line with the other value.
        line: u64,
    },
    /// Not a correction mark.
    CorrectionMark {
        /// What stood there.
        found: Box<str>,
    },
    /// An unreadable row stands between two institutions, and may belong to either.
    Neighbour {
        /// Its line.
        line: u64,
    },
    /// The rows of an institution's day are not contiguous.
    Reappears {
        /// The line at which the day stood first.
        first: u64,
        /// The line at which it stands again.
        again: u64,
    },
    /// Neither the file name nor the IBANs say which treasury.
    UnknownTreasury,
    /// Neither the file name nor the accounts say which institution.
    UnknownHolder,
    /// The accounts share more than one ending that could be the holder's CUI.
    SeveralHolders,
    /// The file name says another CUI than the accounts.
    OtherHolder {
        /// In the name.
        in_name: Box<str>,
    },
    /// The file name says another date than the XML.
    OtherDate {
        /// In the name.
        in_name: Date,
        /// In the XML.
        found: Box<str>,
    },
    /// Edited before the day that the statement is for.
    EditedBefore {
        /// The day of editing, in Romania.
        edited: Date,
        /// The day of the statement.
        date: Date,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Problem {}

impl Explain for Problem {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Day(fault), lang) => fault.say(lang),
            (Self::Xml(fault), lang) => fault.say(lang),
            (_, Lang::En) => self.english(),
            (_, Lang::Ro) => self.romanian(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (self, lang) {
            (Self::Day(fault), lang) => return fault.hint(lang),
            (Self::Xml(fault), lang) => return fault.hint(lang),
            (Self::NotUtf8, Lang::En) => {
                "save the file as UTF-8; an XML in another code page must declare it in its first line"
            }
            (Self::NotUtf8, Lang::Ro) => {
                "salvați fișierul ca UTF-8; un XML în altă pagină de cod trebuie să o declare în prima linie"
            }
            (Self::Encoding { .. }, Lang::En) => "read are UTF-8, windows-1250 and ISO-8859-2",
            (Self::Encoding { .. }, Lang::Ro) => "se citesc UTF-8, windows-1250 și ISO-8859-2",
            (Self::UnknownTreasury | Self::UnknownHolder | Self::SeveralHolders, Lang::En) => {
                "rename the file to `TREZ<treasury code>_<CUI>.xml` and drop it again"
            }
            (Self::UnknownTreasury | Self::UnknownHolder | Self::SeveralHolders, Lang::Ro) => {
                "redenumiți fișierul `TREZ<cod trezorerie>_<CUI>.xml` și puneți-l din nou"
            }
            (Self::Reappears { .. } | Self::Disagrees { .. }, Lang::En) => {
                "sort the rows by treasury, date, holder_cui and account before they are written"
            }
            (Self::Reappears { .. } | Self::Disagrees { .. }, Lang::Ro) => {
                "sortați rândurile după treasury, date, holder_cui și account înainte de scriere"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl Problem {
    fn english(&self) -> String {
        match self {
            Self::Day(_) | Self::Xml(_) => String::new(),
            Self::TooLarge { max } => format!("expected a record of at most {max} bytes, found more"),
            Self::NotUtf8 => "expected UTF-8, found other bytes".into(),
            Self::Encoding { found } => {
                format!("expected text in an encoding that is read, found `{}`", cut(found))
            }
            Self::JsonSyntax { column } => format!("expected JSON, found something else at byte {column}"),
            Self::JsonShape { column } => {
                format!(
                    "expected an object or a list as the schema has it, found another value at byte {column}"
                )
            }
            Self::UnknownField { name } => {
                format!("expected the fields of the schema alone, found `{}`", cut(name))
            }
            Self::RepeatedField { name } => format!("expected the field `{name}` once, found it again"),
            Self::MissingField { name } => format!("expected the field `{name}`, found none"),
            Self::WrongKind { name } => {
                format!("{name}: expected text or a number, found another kind of value")
            }
            Self::Quote => {
                "expected quotes around whole fields and closed on the same line, found other quotes".into()
            }
            Self::FieldCount { expected, found } => {
                format!("expected {expected} fields as in the header, found {found}")
            }
            Self::Disagrees { column, line } => {
                format!("{column}: expected the same value as on line {line}, found another")
            }
            Self::CorrectionMark { found } => {
                format!("correction: expected `1`, `0` or nothing, found `{}`", cut(found))
            }
            Self::Neighbour { line } => {
                format!("the row before it, line {line}, cannot be read and may belong to this day")
            }
            Self::Reappears { first, again } => {
                format!(
                    "expected the rows of a day together, found it on line {first} and again on line {again}"
                )
            }
            Self::UnknownTreasury => {
                "expected the treasury in the file name or in the IBANs, found it nowhere".into()
            }
            Self::UnknownHolder => {
                "expected the CUI in the file name or at the end of all accounts, found it nowhere".into()
            }
            Self::SeveralHolders => {
                "expected one CUI that all accounts end with, found several that are possible".into()
            }
            Self::OtherHolder { in_name } => {
                format!("expected accounts that end with the CUI of the file name, `{in_name}`, found others")
            }
            Self::OtherDate { in_name, found } => {
                format!("expected the date of the file name, {in_name}, found `{}`", cut(found))
            }
            Self::EditedBefore { edited, date } => {
                format!("edited: expected {date} or later, found {edited}")
            }
        }
    }

    fn romanian(&self) -> String {
        match self {
            Self::Day(_) | Self::Xml(_) => String::new(),
            Self::TooLarge { max } => {
                format!("înregistrarea trebuia să aibă cel mult {max} octeți, are mai mulți")
            }
            Self::NotUtf8 => "trebuia UTF-8, s-au găsit alți octeți".into(),
            Self::Encoding { found } => {
                format!("textul trebuia să fie într-o codificare care se citește, s-a găsit `{}`", cut(found))
            }
            Self::JsonSyntax { column } => format!("trebuia JSON, la octetul {column} este altceva"),
            Self::JsonShape { column } => format!(
                "trebuia un obiect sau o listă, ca în schemă, la octetul {column} este altă valoare"
            ),
            Self::UnknownField { name } => {
                format!("trebuiau doar câmpurile din schemă, s-a găsit `{}`", cut(name))
            }
            Self::RepeatedField { name } => format!("câmpul `{name}` trebuia o singură dată, apare din nou"),
            Self::MissingField { name } => format!("trebuia câmpul `{name}`, lipsește"),
            Self::WrongKind { name } => {
                format!("{name}: trebuia text sau un număr, este o valoare de alt fel")
            }
            Self::Quote => {
                "ghilimelele trebuiau să cuprindă câmpul întreg și să se închidă pe aceeași linie, sunt altfel"
                    .into()
            }
            Self::FieldCount { expected, found } => {
                format!("trebuiau {expected} câmpuri, ca în antet, sunt {found}")
            }
            Self::Disagrees { column, line } => {
                format!("{column}: trebuia aceeași valoare ca pe linia {line}, este alta")
            }
            Self::CorrectionMark { found } => {
                format!("correction: trebuia `1`, `0` sau nimic, s-a găsit `{}`", cut(found))
            }
            Self::Neighbour { line } => {
                format!("rândul dinainte, linia {line}, nu se poate citi și poate fi al acestei zile")
            }
            Self::Reappears { first, again } => format!(
                "rândurile unei zile trebuiau să fie împreună, apare pe linia {first} și din nou pe linia {again}"
            ),
            Self::UnknownTreasury => {
                "trezoreria trebuia să fie în numele fișierului sau în IBAN-uri, nu este nicăieri".into()
            }
            Self::UnknownHolder => {
                "CUI-ul trebuia să fie în numele fișierului sau la sfârșitul tuturor conturilor, nu este nicăieri"
                    .into()
            }
            Self::SeveralHolders => {
                "conturile trebuiau să se termine cu un singur CUI, sunt posibile mai multe".into()
            }
            Self::OtherHolder { in_name } => {
                format!("conturile trebuiau să se termine cu CUI-ul din numele fișierului, `{in_name}`, au altul")
            }
            Self::OtherDate { in_name, found } => {
                format!("trebuia data din numele fișierului, {in_name}, s-a găsit `{}`", cut(found))
            }
            Self::EditedBefore { edited, date } => {
                format!("edited: trebuia {date} sau mai târziu, s-a găsit {edited}")
            }
        }
    }
}

/// What is wrong with a file as a whole: it cannot be read on.
#[derive(Debug)]
pub enum FileFault {
    /// The system could not read it.
    Read {
        /// The line at which it stopped.
        line: u64,
        /// What the system said.
        error: io::Error,
    },
    /// A CSV file without a header row, or with one that is no text.
    NoHeader,
    /// A CSV header that is not the one of `schemas/csv.md`.
    Header {
        /// Columns that must be there and are not.
        missing: Vec<&'static str>,
        /// Columns that are not known.
        unknown: Vec<Box<str>>,
        /// Columns that stand twice.
        twice: Vec<&'static str>,
    },
}

impl FileFault {
    /// The line of the fault.
    pub const fn line(&self) -> u64 {
        match self {
            Self::Read { line, .. } => *line,
            Self::NoHeader | Self::Header { .. } => 1,
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for FileFault {}

impl Explain for FileFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Read { line, error }, Lang::En) => format!("cannot be read from line {line} on: {error}"),
            (Self::Read { line, error }, Lang::Ro) => {
                format!("nu se poate citi de la linia {line}: {error}")
            }
            (Self::NoHeader, Lang::En) => "expected a header row in UTF-8, found none".into(),
            (Self::NoHeader, Lang::Ro) => "trebuia un rând de antet în UTF-8, nu este".into(),
            (Self::Header { missing, unknown, twice }, lang) => {
                let words = match lang {
                    Lang::En => ["header: expected the columns of the table", "missing", "unknown", "twice"],
                    Lang::Ro => {
                        ["antet: trebuiau coloanele din tabel", "lipsesc", "necunoscute", "de două ori"]
                    }
                };
                let [head, missing_word, unknown_word, twice_word] = words;
                let unknown: Vec<String> = unknown.iter().map(|name| cut(name)).collect();
                let lists = [
                    (missing_word, listed(missing)),
                    (unknown_word, listed(&unknown)),
                    (twice_word, listed(twice)),
                ];
                let lists = lists.iter().filter(|(_, list)| !list.is_empty());
                lists.fold(head.to_owned(), |text, (word, list)| format!("{text}; {word}: {list}"))
            }
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (self, lang) {
            (Self::NoHeader | Self::Header { .. }, Lang::En) => {
                "the columns are described in `schemas/csv.md`; mend the header and drop the file again"
            }
            (Self::NoHeader | Self::Header { .. }, Lang::Ro) => {
                "coloanele sunt descrise în `schemas/csv.md`; corectați antetul și puneți fișierul din nou"
            }
            (Self::Read { .. }, Lang::En) => "check the disk, then drop the file again",
            (Self::Read { .. }, Lang::Ro) => "verificați discul, apoi puneți fișierul din nou",
        };
        Some(hint.to_owned())
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::Read { .. })
    }
}

fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    names.join(", ")
}

/// A literal as it may stand in a message.
fn cut(found: &str) -> String {
    const MOST: usize = 40;
    found.chars().take(MOST).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}
