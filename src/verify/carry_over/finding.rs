//! What is found between statements, with its code and its words in two languages.

use crate::diag::{Explain, Lang};
use crate::model::Sums;
use jiff::civil::Date;

/// What the other statements say of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The opening balance is not the last closing one: a statement between them is missing, or one of the two is wrong.
    Gap {
        /// The account.
        account: String,
        /// The day of its last statement before.
        since: Date,
        /// How that one closed.
        closing: Sums,
        /// How this one opened.
        opening: Sums,
    },
    /// The balance follows, and the totals since 1 January do not: statements that cancel one another out are missing.
    TotalsGap {
        /// The account.
        account: String,
        /// The day of its last statement before.
        since: Date,
        /// The totals of that one.
        before: Sums,
        /// The totals of this one.
        totals: Sums,
    },
    /// The balance does not follow across 1 January, where accounts may start again: a person looks.
    Restart {
        /// The account.
        account: String,
        /// The day of its last statement before.
        since: Date,
        /// How that one closed.
        closing: Sums,
        /// How this one opened.
        opening: Sums,
    },
    /// Another document of this day says something else, and neither replaces the other.
    TwoVersions {
        /// The other.
        other: String,
    },
    /// The same document once more.
    Copy {
        /// The one that was counted.
        of: String,
    },
    /// Another document with the same XML: a stick beside the published one.
    SameData {
        /// The one that was counted.
        as_in: String,
    },
    /// A correction of a document that is here too.
    Replaces {
        /// That document.
        file: String,
    },
    /// It was corrected: the other one counts.
    ReplacedBy {
        /// The correction.
        file: String,
    },
    /// A correction of a document that is not here.
    ReplacesAbsent {
        /// The name of that document.
        file: String,
    },
}

impl Finding {
    /// Stable kebab-case code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "carry-over-broken",
            Self::TotalsGap { .. } => "totals-broken",
            Self::Restart { .. } => "restarted-in-january",
            Self::TwoVersions { .. } => "two-versions",
            Self::Copy { .. } => "copy",
            Self::SameData { .. } => "same-data",
            Self::Replaces { .. } => "replaces",
            Self::ReplacedBy { .. } => "replaced",
            Self::ReplacesAbsent { .. } => "replaces-absent",
        }
    }

    /// Whether something is missing or contradicts itself, rather than being worth a person's look.
    pub const fn is_broken(&self) -> bool {
        matches!(self, Self::Gap { .. } | Self::TotalsGap { .. } | Self::TwoVersions { .. })
    }
}

impl Explain for Finding {
    fn say(&self, lang: Lang) -> String {
        let en = lang == Lang::En;
        let pick = |english: String, romanian: String| if en { english } else { romanian };
        match self {
            Self::Gap { account, since, closing, opening } => {
                let (since, closing, opening) = (day(*since), sums(*closing, lang), sums(*opening, lang));
                pick(
                    format!(
                        "account {account} opens with {opening}, its last statement ({since}) closed with {closing}: a statement between them is missing, or one of the two is wrong"
                    ),
                    format!(
                        "contul {account} se deschide cu {opening}, ultimul său extras ({since}) s-a închis cu {closing}: lipsește un extras între ele sau unul din ele este greșit"
                    ),
                )
            }
            Self::TotalsGap { account, since, before, totals } => {
                let (since, before, totals) = (day(*since), sides(*before, lang), sides(*totals, lang));
                pick(
                    format!(
                        "account {account}: the totals since 1 January are {totals}, they do not follow from those of its last statement ({since}: {before}): statements between them are missing"
                    ),
                    format!(
                        "contul {account}: totalurile de la 1 ianuarie sunt {totals}, nu decurg din cele ale ultimului său extras ({since}: {before}): lipsesc extrase între ele"
                    ),
                )
            }
            Self::Restart { account, since, closing, opening } => {
                let (since, closing, opening) = (day(*since), sums(*closing, lang), sums(*opening, lang));
                pick(
                    format!(
                        "account {account} opens the year with {opening}, its last statement ({since}) closed with {closing}: it started again, or a statement is missing; a person has to look"
                    ),
                    format!(
                        "contul {account} deschide anul cu {opening}, ultimul său extras ({since}) s-a închis cu {closing}: a fost reluat sau lipsește un extras; trebuie văzut de un om"
                    ),
                )
            }
            Self::TwoVersions { other } => pick(
                format!("the same day says something else in {other}, and neither replaces the other"),
                format!("aceeași zi spune altceva în {other} și niciunul nu îl rectifică pe celălalt"),
            ),
            Self::Copy { of } => pick(format!("a copy of {of}"), format!("o copie a documentului {of}")),
            Self::SameData { as_in } => {
                pick(format!("the same data as in {as_in}"), format!("aceleași date ca în {as_in}"))
            }
            Self::Replaces { file } => pick(format!("corrects {file}"), format!("rectifică {file}")),
            Self::ReplacedBy { file } => pick(
                format!("was corrected: {file} counts"),
                format!("a fost rectificat: este valabil {file}"),
            ),
            Self::ReplacesAbsent { file } => pick(
                format!("corrects {file}, which is not among these documents"),
                format!("rectifică {file}, care nu este între aceste documente"),
            ),
        }
    }
}

fn day(date: Date) -> String {
    date.strftime("%d.%m.%Y").to_string()
}

/// Both sides.
fn sides(sums: Sums, lang: Lang) -> String {
    let and = if lang == Lang::En { "and" } else { "și" };
    format!("debit {} {and} credit {}", sums.debit.page(), sums.credit.page())
}

/// A balance: `debit 1,234.56`, `credit 0.00`.
fn sums(sums: Sums, lang: Lang) -> String {
    match (sums.debit.is_zero(), sums.credit.is_zero()) {
        (true, _) => format!("credit {}", sums.credit.page()),
        (false, true) => format!("debit {}", sums.debit.page()),
        (false, false) => sides(sums, lang),
    }
}
