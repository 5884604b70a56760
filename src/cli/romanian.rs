//! The Romanian half of `--help`. The English half stands beside each argument, in `args`.

use crate::diag::Lang;
use clap::Command;

/// Descriptions of verbs.
const VERBS: &[(&str, &str)] = &[
    ("demo", "Face un birou întreg cu date inventate, îl rulează o dată și verifică ce a publicat"),
    ("run", "Face din fișierele zilei extrase semnate: serviciul, sau o singură trecere cu --once"),
    ("check", "Deschide tot ce numește configurația și încearcă fiecare cheie; nu schimbă nimic"),
    ("status", "Arată ce s-a preluat, semnat, publicat și refuzat"),
    ("review", "Privește, aprobă sau respinge ce așteaptă o persoană"),
    ("review list", "Ce vă așteaptă și de ce"),
    ("review show", "Aduce paginile, ca să le priviți; le afișează amprentele SHA-256"),
    ("review approve", "Semnează cu cheia dumneavoastră ce v-a fost arătat"),
    ("review reject", "Respinge, cu un motiv"),
    ("stick", "Pune documentele unui client pe stick-ul pe care l-a adus și afișează procesul-verbal"),
    ("audit", "Compară registrul cu el însuși, cu fișierele publicate și cu capetele lui sigilate"),
    ("pages", "Pentru cine face un pachet: pagini de manual, completări, configurația unui birou instalat"),
    ("backup", "Copiază registrul și ce are numai dosarul `state`, în timp ce serviciul rulează"),
    (
        "restore",
        "Pune înapoi o copie de siguranță într-un dosar `state` gol și reia ce s-a publicat de atunci",
    ),
    ("archive", "Mută în arhivă extrasele publicate mai vechi decât anii de păstrare"),
    ("verify", "Dovedește că extrasele sunt autentice, fără să se încreadă în nimeni"),
    ("extract", "Scoate XML-ul din extrase, după ce le verifică"),
];

// What `verify` and `extract` share.
const TRUST: &str = "Dosarul cu ancore și liste de semnatari, pe roluri (implicit: certs/trust)";
const AT: &str = "Judecă la acest moment (RFC 3339 sau o dată: sfârșitul ei în România; implicit: acum); raportul spune că este cuvântul dumneavoastră";
const INTEGRITY_ONLY: &str = "Numai octeții: cine a semnat nu se judecă; pentru orice PDF semnat";
const REVOCATION: &str =
    "Dosar cu liste de revocare (CRL) și răspunsuri OCSP, pe lângă cele din documente; nu se descarcă nimic";
const ONLINE: &str = "Descarcă prin HTTP ce lipsește pentru a ști cine a fost revocat, de unde spun certificatele unui lanț de încredere";
const INTERMEDIATES: &str = "Dosar cu certificate intermediare, PEM sau DER";

/// Descriptions of arguments, by verb (`` for all) and name.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("", "config", "Configurația (implicit: `pecete.toml` de aici, apoi /etc/pecete/pecete.toml)"),
    ("", "lang", "Limba mesajelor, `ro` sau `en` (implicit: a sistemului)"),
    ("", "json", "Rapoarte în JSON, câte un obiect pe linie"),
    ("", "quiet", "Numai erori și date"),
    ("", "verbose", "Spune mai mult"),
    ("demo", "folder", "Dosarul biroului"),
    ("demo", "institutions", "Pentru măsurat: atâtea instituții într-o zi, în locul celor trei zile"),
    ("demo", "operations", "Pentru măsurat: operațiuni la fiecare"),
    ("demo", "keys", "Pentru măsurat: felul cheilor"),
    ("demo", "no_run", "Pentru măsurat: face biroul și fișierele zilei și se oprește"),
    ("demo", "pages", "Pentru măsurat: desenează și fiecare extras, nesemnat, în acest dosar"),
    ("run", "once", "Ia ce este în dosarul `watch`, termină și se oprește"),
    ("run", "accept_corrections", "Publică rectificările fără aprobarea cuiva"),
    (
        "run",
        "log",
        "Pentru cine spune serviciul ce face: oameni (text) sau mașini (json, journal: o linie un extras, fără alte date decât CUI)",
    ),
    ("check", "template", "Afișează o configurație cu explicații și se oprește"),
    ("check", "show", "Afișează fiecare setare în vigoare și de unde vine"),
    ("pages", "folder", "Unde"),
    ("backup", "to", "Dosarul în care copia devine un dosar al ei"),
    ("restore", "from", "Copia: pecete-<data>"),
    (
        "archive",
        "before",
        "Zile dinainte de aceasta (AAAA-LL-ZZ; implicit: acum atâția ani cât spune configurația)",
    ),
    ("status", "client", "Numai această instituție"),
    ("status", "date", "Numai această zi (AAAA-LL-ZZ)"),
    ("status", "follow", "Rămâne și spune ce se întâmplă, pe măsură ce se întâmplă"),
    ("review list", "treasury", "Numai această unitate"),
    ("review show", "ids", "Aceste numere"),
    ("review show", "treasury", "Toate cele ale acestei unități care vă așteaptă"),
    ("review show", "all", "Toate cele care vă așteaptă"),
    (
        "review show",
        "output",
        "Unde se scriu: pentru una fișierul, pentru mai multe dosarul (implicit: review-ID.pdf aici)",
    ),
    ("review approve", "ids", "Aceste numere"),
    ("review approve", "treasury", "Toate cele ale acestei unități care vă așteaptă"),
    ("review approve", "all", "Toate cele care vă așteaptă"),
    (
        "review approve",
        "page",
        "Amprenta SHA-256 a paginii pe care ați privit-o: se semnează aceea sau nimic",
    ),
    ("review reject", "ids", "Aceste numere"),
    ("review reject", "treasury", "Toate cele ale acestei unități care vă așteaptă"),
    ("review reject", "all", "Toate cele care vă așteaptă"),
    ("review reject", "reason", "De ce"),
    ("audit", "head", "Un cap sigilat păstrat în altă parte (cu .p7s lângă el); se poate repeta"),
    ("stick", "mountpoint", "Unde este montat stick-ul"),
    ("stick", "client", "Clientul, când stick-ul nu îl poate spune"),
    ("stick", "again", "Încă o dată ce s-a predat deja, pentru un stick pierdut"),
    ("stick", "date", "Cu --again: pentru care zi (AAAA-LL-ZZ)"),
    ("stick", "watch", "Așteaptă stick-uri înregistrate și întreabă la fiecare"),
    ("stick", "yes", "Funcționarul a confirmat deja"),
    ("verify", "paths", "Fișiere sau dosare, cu tot ce este în ele"),
    ("verify", "trust", TRUST),
    ("verify", "at", AT),
    (
        "verify",
        "require",
        "Ce semnături trebuie să aibă: `verifier,treasury`, `verifier` sau `any` (implicit: ce cere felul documentului)",
    ),
    ("verify", "integrity_only", INTEGRITY_ONLY),
    ("verify", "intermediates", INTERMEDIATES),
    ("verify", "revocation", REVOCATION),
    ("verify", "online", ONLINE),
    ("verify", "report", "Scrie și un raport HTML de sine stătător"),
    ("extract", "paths", "Extrase PDF"),
    ("extract", "output", "Dosarul în care se scrie (implicit: lângă PDF)"),
    ("extract", "trust", TRUST),
    ("extract", "at", AT),
    ("extract", "integrity_only", INTEGRITY_ONLY),
    ("extract", "intermediates", INTERMEDIATES),
    ("extract", "revocation", REVOCATION),
    ("extract", "online", ONLINE),
];

const EXITS: &str = "Coduri de ieșire: 0 făcut sau acceptat, 1 refuzat, 2 nu s-a putut.\n\
                     Primul minut: `pecete demo`, apoi priviți în demo-office/out.";

/// What stands under the options of a verb.
const AFTER: &[(&str, &str)] = &[
    (
        "review",
        "Serviciul (`pecete run`) trebuie să ruleze. El vă cunoaște ca utilizatorul care sunteți; [[reviewer]] din configurație spune\n\
         pentru ce unități puteți aproba și cu ce cheie semnați. Nimeni nu aprobă un fișier depus de el însuși.",
    ),
    (
        "audit",
        "Nu schimbă nimic. Cod de ieșire 0: totul este cum s-a înregistrat; 1: ceva a fost șters, schimbat, adăugat sau dat înapoi.",
    ),
    (
        "backup",
        "Cheile, parolele, configurația și extrasele publicate nu sunt în nicio copie: păstrați-le separat. Cel mai bine în fiecare seară,\n\
         pe alt disc. `sha256sum -c SHA256SUMS` în copie dovedește că este întreagă.",
    ),
    (
        "restore",
        "Nimic nu se suprascrie: opriți serviciul și mutați întâi ce a rămas din dosarul `state`. Fiecare document publicat de atunci\n\
         este verificat și reluat în registru înainte de a se semna ceva; unul care nu se explică oprește pornirea. Documentele pentru\n\
         stick făcute după copie se fac din nou când vin din nou fișierele zilei.",
    ),
    (
        "archive",
        "Mutat, niciodată șters: fiecare copie este comparată înainte să dispară prima, iar `pecete audit` o găsește în arhivă.",
    ),
    (
        "stick",
        "Pe stick nu se suprascrie nimic. Fiecare document este citit înapoi de pe stick înainte să-și primească numele;\n\
         un stick scos prea devreme se repară când este introdus din nou.",
    ),
    (
        "verify",
        "Coduri de ieșire: 0 toate acceptate, 1 cel puțin unul refuzat, 2 cel puțin unul necitibil și niciunul refuzat.\n\
         Raportul spune cum s-a verificat, la ce moment și după ce ancore.",
    ),
    (
        "extract",
        "Fiecare XML are numele pe care i-l dă documentul. Nimic nu se suprascrie; ce există deja,\n\
         octet cu octet, rămâne cum este.",
    ),
];

/// The command line in the reader's language.
pub(super) fn localise(command: Command, lang: Lang) -> Command {
    if lang == Lang::En {
        return command;
    }
    let command = headings(command)
        .about("Extrase de cont semnate ale Trezoreriei Statului: făcute, sigilate, publicate și dovedite peste ani")
        .subcommand_help_heading("Comenzi")
        .after_help(EXITS)
        .disable_help_subcommand(true);
    arguments(command, "").mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        verb(command, &name).mut_subcommands(|inner| {
            let name = format!("{name} {}", inner.get_name());
            verb(inner, &name)
        })
    })
}

fn verb(command: Command, name: &str) -> Command {
    let about = VERBS.iter().find(|(known, _)| *known == name).map_or("", |(_, about)| about);
    let after = AFTER.iter().find(|(known, _)| *known == name).map_or("", |(_, after)| after);
    let command = headings(command).about(about).after_help(after).subcommand_help_heading("Comenzi");
    arguments(command.disable_help_subcommand(true), name)
}

fn headings(command: Command) -> Command {
    command.help_template("{about-with-newline}\nFolosire: {usage}\n\n{all-args}\n\n{after-help}")
}

fn arguments(command: Command, verb: &str) -> Command {
    command.mut_args(|argument| {
        let name = argument.get_id().as_str().to_owned();
        let known = |(of, id, _): &&(&str, &str, &str)| *id == name && (of.is_empty() || *of == verb);
        let heading = if argument.is_positional() { "Argumente" } else { "Opțiuni" };
        let argument = argument.help_heading(heading);
        match ARGUMENTS.iter().find(known) {
            Some((_, _, help)) => argument.help(*help).long_help(None),
            None => argument,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::args::Arguments;
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_verb_and_argument_has_its_romanian_words() {
        let command = Arguments::command();
        let verbs = command.get_subcommands().flat_map(|verb| {
            let inner = verb
                .get_subcommands()
                .map(|inner| (format!("{} {}", verb.get_name(), inner.get_name()), inner));
            std::iter::once((verb.get_name().to_owned(), verb)).chain(inner)
        });
        for (verb, command) in verbs {
            assert!(VERBS.iter().any(|(name, _)| *name == verb), "{verb}");
            let own = command.get_arguments().map(|argument| argument.get_id().as_str());
            for id in own.filter(|id| !["help", "version"].contains(id)) {
                let found =
                    ARGUMENTS.iter().any(|(of, name, _)| *name == id && (*of == verb || of.is_empty()));
                assert!(found, "{verb} {id}");
            }
        }
        localise(Arguments::command(), Lang::Ro).debug_assert();
    }
}
