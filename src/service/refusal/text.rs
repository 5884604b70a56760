//! The words of a refusal, in two languages.

use super::{Reason, WholeFault};
use crate::diag::{Explain, Lang, Located, Place};
use crate::ingest::Problem;
use crate::service::waiting;

/// Between the Romanian and the English half.
pub(super) const RULE: &str = "\n----------------------------------------------------------------\n\n";

/// What lies beside the reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// The whole day file: nothing of it was good.
    Whole,
    /// The refused records.
    Records,
    /// Nothing: the day file is in `.done/`.
    Nothing,
}

/// One line a problem.
pub(super) fn reason(reason: &Reason, lang: Lang) -> String {
    let text = match (reason, lang) {
        (Reason::Day(problems), _) => {
            let lines: Vec<String> = problems.iter().map(|problem| located(problem, lang)).collect();
            lines.join("\n")
        }
        (Reason::NoTreasury { code }, Lang::En) => {
            format!("expected a treasury unit of the configuration, found `{code}`")
        }
        (Reason::NoTreasury { code }, Lang::Ro) => {
            format!("trebuia o unitate de trezorerie din configurație, s-a găsit `{code}`")
        }
        (Reason::OtherUnit { code }, Lang::En) => {
            format!("expected the unit whose folder this is, found `{code}`")
        }
        (Reason::OtherUnit { code }, Lang::Ro) => {
            format!("trebuia unitatea al cărei dosar este acesta, s-a găsit `{code}`")
        }
        (Reason::Conflict { name }, Lang::En) => {
            format!("this day is published with other data, as `{name}`")
        }
        (Reason::Conflict { name }, Lang::Ro) => {
            format!("pentru această zi există un extras publicat cu alte date, `{name}`")
        }
        (Reason::Unapproved { name }, Lang::En) => {
            format!("a correction of `{name}` that nobody has approved")
        }
        (Reason::Unapproved { name }, Lang::Ro) => {
            format!("o corecție a extrasului `{name}` pe care nu a aprobat-o nimeni")
        }
        (Reason::Waits { name }, Lang::En) => {
            format!("other data of this day wait for a person, as `{name}`")
        }
        (Reason::Waits { name }, Lang::Ro) => {
            format!("alte date ale acestei zile așteaptă o persoană, ca `{name}`")
        }
        (Reason::Replaced { name }, Lang::En) => {
            format!("this data was published before, and has been replaced by `{name}`")
        }
        (Reason::Replaced { name }, Lang::Ro) => {
            format!("aceste date au mai fost publicate și au fost înlocuite prin `{name}`")
        }
        (Reason::CarryOver(all), lang) => waiting::say(all, lang),
        (Reason::Make(fault), lang) => fault.say(lang),
        (Reason::File(fault), lang) => fault.say(lang),
    };
    without_cnp(&text)
}

/// What to do now, where the general advice does not say it.
pub(super) fn hint(reason: &Reason, lang: Lang) -> Option<String> {
    let hint = match (reason, lang) {
        (Reason::Day(problems), lang) => return problems.iter().find_map(|problem| problem.what.hint(lang)),
        (Reason::Make(fault), lang) => return fault.hint(lang),
        (Reason::File(fault), lang) => return fault.hint(lang),
        (Reason::NoTreasury { .. }, Lang::En) => {
            "check the treasury code; a new unit gets its `[[treasury]]` entry from the administrator"
        }
        (Reason::NoTreasury { .. }, Lang::Ro) => {
            "verificați codul trezoreriei; o unitate nouă se trece de administrator la `[[treasury]]`"
        }
        (Reason::OtherUnit { .. }, Lang::En) => {
            "put it into that unit's folder, or into the watch folder itself"
        }
        (Reason::OtherUnit { .. }, Lang::Ro) => {
            "puneți-o în dosarul acelei unități, sau direct în dosarul `watch`"
        }
        (Reason::Conflict { .. }, Lang::En) => {
            "if these are the right data, mark the day as a correction and drop it again; else nothing is to be done"
        }
        (Reason::Conflict { .. }, Lang::Ro) => {
            "dacă acestea sunt datele corecte, marcați ziua drept corecție și puneți-o din nou; altfel nu este nimic de făcut"
        }
        (Reason::Unapproved { .. }, Lang::En) => {
            "the verifier looks at it and runs `pecete run --once --accept-corrections`"
        }
        (Reason::Unapproved { .. }, Lang::Ro) => {
            "verificatorul o privește și rulează `pecete run --once --accept-corrections`"
        }
        (Reason::Waits { .. }, Lang::En) => {
            "decide about those first (`pecete review`), then send this again"
        }
        (Reason::Waits { .. }, Lang::Ro) => {
            "decideți întâi asupra acelora (`pecete review`), apoi trimiteți din nou"
        }
        (Reason::CarryOver(_), Lang::En) => {
            "send the missing day first, or have these data looked at; `approval.carry_over` says what happens then"
        }
        (Reason::CarryOver(_), Lang::Ro) => {
            "trimiteți întâi ziua lipsă sau verificați aceste date; `approval.carry_over` spune ce se întâmplă"
        }
        (Reason::Replaced { .. }, Lang::En) => {
            "nothing is to be done, unless the correction was wrong: then mark this day as a correction"
        }
        (Reason::Replaced { .. }, Lang::Ro) => {
            "nu este nimic de făcut, decât dacă acea corecție a fost greșită: atunci marcați ziua drept corecție"
        }
    };
    Some(hint.to_owned())
}

/// One refused record in the list of reasons.
pub(super) fn entry(number: u64, label: &str, line: u64, reason: &Reason, lang: Lang) -> String {
    let word = line_word(lang);
    let problems: String = reason.say(lang).lines().map(|problem| format!("   - {problem}\n")).collect();
    let hint = reason.hint(lang).map(|hint| format!("   → {hint}\n")).unwrap_or_default();
    format!("{number}. {label} ({word} {line})\n{problems}{hint}\n")
}

/// What stands above the list.
pub(super) fn head(name: &str, count: u64, kept: Kept, cut_short: bool, lang: Lang) -> String {
    let name = on_one_line(name);
    let refused = match lang {
        Lang::En => format!("Of the day file `{name}` was refused: {count}.\n"),
        Lang::Ro => format!("Din fișierul zilei `{name}` s-au refuzat: {count}.\n"),
    };
    let others = match (kept, lang) {
        (Kept::Whole, Lang::En) => "Nothing of it was good; the file lies beside this text.\n",
        (Kept::Whole, Lang::Ro) => "Nimic din el nu a fost bun; fișierul este alături de acest text.\n",
        (Kept::Records, Lang::En) => {
            "The other days of the file went on. The refused ones, and only they, lie beside this text; the line numbers are those of the whole file, which is in `.done/`.\n"
        }
        (Kept::Records, Lang::Ro) => {
            "Celelalte zile din fișier au mers mai departe. Cele refuzate, și numai ele, sunt alături de acest text; numerele liniilor sunt cele din fișierul întreg, aflat în `.done/`.\n"
        }
        (Kept::Nothing, Lang::En) => "The other days of the file went on; the file is in `.done/`.\n",
        (Kept::Nothing, Lang::Ro) => {
            "Celelalte zile din fișier au mers mai departe; fișierul este în `.done/`.\n"
        }
    };
    let rest = match (cut_short, lang) {
        (false, _) => "",
        (true, Lang::En) => "The file could not be read to its end: mend it and drop it again, whole.\n",
        (true, Lang::Ro) => {
            "Fișierul nu s-a putut citi până la sfârșit: corectați-l și puneți-l din nou, întreg.\n"
        }
    };
    let now = match lang {
        Lang::En => {
            "What to do: mend what is listed below and put the file back into the watch folder, under any name of the same kind. What is published already is not published twice.\n\n"
        }
        Lang::Ro => {
            "Ce este de făcut: corectați cele de mai jos și puneți fișierul din nou în dosarul urmărit, sub orice nume de același fel. Ce s-a publicat deja nu se publică a doua oară.\n\n"
        }
    };
    format!("{refused}{others}{rest}{now}")
}

/// What stands above the reason of a file that was not taken.
pub(super) fn whole_head(name: &str, lang: Lang) -> String {
    let name = on_one_line(name);
    match lang {
        Lang::En => format!("The file `{name}` was not taken."),
        Lang::Ro => format!("Fișierul `{name}` nu a fost preluat."),
    }
}

/// Why it was not taken.
pub(super) fn whole(fault: &WholeFault, lang: Lang) -> String {
    match (fault, lang) {
        (WholeFault::Form, Lang::En) => {
            "expected a name that ends with `.jsonl`, `.csv` or `.xml`, found another".into()
        }
        (WholeFault::Form, Lang::Ro) => {
            "numele trebuia să se termine cu `.jsonl`, `.csv` sau `.xml`, se termină altfel".into()
        }
        (WholeFault::TooLarge { limit }, Lang::En) => {
            format!("expected a file of at most {limit} bytes, found a larger one")
        }
        (WholeFault::TooLarge { limit }, Lang::Ro) => {
            format!("fișierul trebuia să aibă cel mult {limit} octeți, este mai mare")
        }
    }
}

/// What to do with it.
pub(super) fn whole_hint(fault: &WholeFault, lang: Lang) -> Option<String> {
    let hint = match (fault, lang) {
        (WholeFault::Form, Lang::En) => "give it its right extension and drop it again",
        (WholeFault::Form, Lang::Ro) => "dați-i extensia potrivită și puneți-l din nou",
        (WholeFault::TooLarge { .. }, Lang::En) => "split it, or raise the limit in the configuration",
        (WholeFault::TooLarge { .. }, Lang::Ro) => "împărțiți-l sau măriți limita din configurație",
    };
    Some(hint.to_owned())
}

/// A file name as it may stand in a text: it comes from whoever may write into the watch folder.
fn on_one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

/// A problem behind its line and, for JSON, its path.
fn located(problem: &Located<Problem>, lang: Lang) -> String {
    let Place { line, account, .. } = problem.place;
    let path = if account.is_some() { format!(" {}", problem.place.json_path()) } else { String::new() };
    format!("{} {line}{path}: {}", line_word(lang), problem.what.say(lang))
}

const fn line_word(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "line",
        Lang::Ro => "linia",
    }
}

/// The same text with stars for whatever may be a CNP: 11 to 14 digits (13, or mistyped) that are no
/// part of an account, an IBAN, a TZ number or an amount.
fn without_cnp(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (piece, after) = rest.split_at_checked(digits.max(first.len_utf8())).unwrap_or((rest, ""));
        let beside = |c: char| c.is_alphanumeric() || c == '.';
        let part_of_more = beside(before) || after.starts_with(char::is_alphanumeric);
        if (11..=14).contains(&digits) && !part_of_more {
            out.extend(std::iter::repeat_n('*', digits));
        } else {
            out.push_str(piece);
        }
        before = piece.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Fault, Field};

    #[test]
    fn no_reason_repeats_a_cnp() {
        for (text, shown) in [
            ("found `1900101410011`", "found `*************`"),
            ("found `190010141001`, 1900101410011.", "found `************`, *************."),
            (
                "account `21A0702019999008` RO12TREZ1312107020201XXX",
                "account `21A0702019999008` RO12TREZ1312107020201XXX",
            ),
            ("TZ13100000003 12345678901.55 ștț", "TZ13100000003 ***********.55 ștț"),
            ("", ""),
        ] {
            assert_eq!(without_cnp(text), shown);
        }
        let fault = Fault::FiscalCode { found: "1900101410012".into() }.in_field(Field::CounterpartyCode);
        let problem = Located::new(Place::operation(3, 0, 1), Problem::Day(fault));
        let reason = Reason::Day(vec![problem]);
        for lang in [Lang::Ro, Lang::En] {
            let entry = entry(1, "521 9999008 2026-05-12", 3, &reason, lang);
            assert!(!entry.contains("1900101410012"), "{entry}");
            assert!(entry.contains("$.accounts[0].operations[1]: counterparty_code: "), "{entry}");
        }
    }
}
