//! What to open in a demo office, and which tools that are not ours to try on it.

use super::{Surroundings, Terminal, typed};
use crate::demo::{Office, ThreeDays, days::DAYS};
use crate::diag::Lang;
use crate::fs;
use crate::service::Pass;
use std::path::{Path, PathBuf};

/// Prints the guide, to standard output.
pub(super) fn show(
    office: &Office,
    days: &ThreeDays,
    pass: &Pass,
    surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) {
    // As this program was called: a stranger has it in `target/release`, and not among the system's.
    let program =
        surroundings.words.first().map_or_else(|| "pecete".to_owned(), |word| typed(Path::new(word)));
    let lines =
        Guide::of(program, office, days, pass).map_or_else(Vec::new, |guide| guide.lines(terminal.lang));
    lines.iter().for_each(|line| terminal.data(line));
}

/// The paths, ready to be typed.
struct Guide {
    program: String,
    small: String,
    large: String,
    stick: Option<String>,
    why: Option<String>,
    folder: String,
    out: String,
    trust: String,
    root: String,
}

impl Guide {
    fn of(program: String, office: &Office, days: &ThreeDays, pass: &Pass) -> Option<Self> {
        let month = format!("{:04}/{:02}", DAYS[0].year(), DAYS[0].month());
        let published = |cui: &str| first_pdf(&office.out().join(cui).join(&month));
        let sticks = fs::folders_in(&office.sticks()).unwrap_or_default();
        let stick = sticks.iter().find_map(|folder| first_pdf(folder));
        let why = pass.files.iter().find_map(|file| file.why.as_deref());
        Some(Self {
            program,
            small: typed(&published(&days.small)?),
            large: typed(&published(&days.large)?),
            stick: stick.as_deref().map(typed),
            why: why.map(typed),
            folder: typed(fs::parent(&office.config())),
            out: typed(&office.out()),
            trust: typed(&office.trust()),
            root: typed(&office.root()),
        })
    }

    fn lines(&self, lang: Lang) -> Vec<String> {
        let pick = |en: &'static str, ro: &'static str| if lang == Lang::Ro { ro } else { en };
        let mut lines = vec![String::new(), pick("To open:", "De deschis:").to_owned()];
        let mut open = |what: &str, path: &str| lines.push(format!("  {what:<28}{path}"));
        open(pick("a statement", "un extras"), &self.small);
        open(pick("one of 5,000 operations", "unul cu 5.000 operațiuni"), &self.large);
        self.stick.iter().for_each(|path| open(pick("one for a stick", "unul pentru stick"), path));
        self.why
            .iter()
            .for_each(|path| open(pick("a refusal, wrong on purpose", "un refuz, greșit anume"), path));
        lines.push(String::new());
        let head = pick(
            "To try, as an auditor would; only the first of these tools is ours:",
            "De încercat, ca un auditor; numai primul dintre aceste instrumente este al nostru:",
        );
        lines.push(head.to_owned());
        for (why, command) in self.commands(lang) {
            lines.push(format!("  # {why}"));
            lines.push(format!("  {command}"));
        }
        lines
    }

    /// Each command with what it shows.
    fn commands(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let Self { program, small, large, folder, out, trust, root, .. } = self;
        let pick = |en: &'static str, ro: &'static str| if lang == Lang::Ro { ro } else { en };
        vec![
            (
                pick(
                    "all documents, for whoever trusts this demo's own root",
                    "toate documentele, pentru cine se încrede în rădăcina acestui demo",
                ),
                format!("{program} verify --trust {trust} {out}"),
            ),
            (
                pick(
                    "poppler: \"Signature is Valid\" twice; without the next two lines it cannot know the issuer",
                    "poppler: „Signature is Valid” de două ori; fără următoarele două linii nu poate cunoaște emitentul",
                ),
                format!("pdfsig -no-ocsp {small}"),
            ),
            (
                pick(
                    "libnss3-tools: a list of trusted roots with ours in it, for pdfsig",
                    "libnss3-tools: o listă de rădăcini de încredere cu a noastră, pentru pdfsig",
                ),
                format!(
                    "mkdir -p {folder}/nss && certutil -N -d sql:{folder}/nss --empty-password && \
                     certutil -A -d sql:{folder}/nss -n demo -t C,C,C -i {root}"
                ),
            ),
            (
                pick(
                    "poppler, now also: \"Certificate is Trusted\" (with -no-ocsp poppler 22.12 would not say so)",
                    "poppler, acum și: „Certificate is Trusted” (cu -no-ocsp, poppler 22.12 nu ar spune-o)",
                ),
                format!("pdfsig -nssdir sql:{folder}/nss {small}"),
            ),
            (
                pick(
                    "pyHanko: both signatures, what they cover, what came after them",
                    "pyHanko: ambele semnături, ce acoperă, ce a urmat după ele",
                ),
                format!("pyhanko sign validate --pretty-print --trust {root} {small}"),
            ),
            (
                pick("qpdf: the structure of the file", "qpdf: structura fișierului"),
                format!("qpdf --check {large}"),
            ),
            (
                pick("poppler: the statement's XML, taken out", "poppler: XML-ul extrasului, scos afară"),
                format!("mkdir -p {folder}/xml && pdfdetach -saveall -o {folder}/xml {small}"),
            ),
            (
                pick(
                    "libxml2: that XML against its schema (from Pecete's source folder)",
                    "libxml2: acel XML față de schema lui (din dosarul cu sursele Pecete)",
                ),
                format!("xmllint --noout --schema schemas/extras.xsd {folder}/xml/*.xml"),
            ),
            (
                pick(
                    "openssl: who the verifier is, and that the path holds",
                    "openssl: cine este verificatorul și că lanțul ține",
                ),
                format!(
                    "openssl x509 -noout -subject -issuer -dates -nameopt utf8 -in {folder}/keys/verifier-521.chain.pem && \
                     openssl verify -x509_strict -CAfile {root} -untrusted {folder}/keys/verifier-521.chain.pem \
                     {folder}/keys/verifier-521.chain.pem"
                ),
            ),
        ]
    }
}

/// The first statement of a folder, by name.
fn first_pdf(folder: &Path) -> Option<PathBuf> {
    fs::files_in(folder).ok()?.into_iter().find(|path| path.extension().is_some_and(|end| end == "pdf"))
}
