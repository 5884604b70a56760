//! The report as one HTML page that needs nothing else: no script, no picture, no font from elsewhere.
//!
//! **Contract.** Everything that comes from a document is escaped ([`escape`]); a content security
//! policy forbids the page to load or run anything, should that ever fail.

use super::report::{Basis, Entry, Tally};
use super::story::{self, Part, Story, pick};
use super::verdict::Word;
use crate::diag::Lang;
use std::fmt::Write as _;

const STYLE: &str = "body{font:16px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#1a1a1a;background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin:0;overflow-wrap:anywhere}\
h3{font-size:1rem;margin:1rem 0 .2rem}section{border:1px solid #bbb;border-left:.5rem solid #777;padding:1rem;\
margin:1rem 0}section.accepted{border-left-color:#17693a}section.refused{border-left-color:#a11616}\
.word{font-weight:700;font-size:1.2rem}.accepted .word{color:#17693a}.refused .word{color:#a11616}\
.demo{background:#fff3c4;border:1px solid #8a6d00;padding:.4rem;font-weight:700}ul{margin:.2rem 0;\
padding-left:1.2rem}li{overflow-wrap:anywhere}code{font-size:.9em}\
@media print{section{break-inside:avoid}}";

/// The page: the summary, then each document ([`section`]), then what it rests on.
pub fn page(basis: &Basis, tally: Tally, sections: &[String]) -> String {
    let lang = basis.lang;
    let title = pick(lang, "Verification of signed statements", "Verificarea extraselor semnate");
    let code = pick(lang, "en", "ro");
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{}</p>\n",
        escape(&story::tally(tally, lang))
    );
    html.extend(sections.iter().map(String::as_str));
    let heading = pick(lang, "How it was checked", "Cum s-a verificat");
    let tool = concat!("pecete ", env!("CARGO_PKG_VERSION"));
    let _ = write!(html, "<h2>{heading}</h2>\n<ul>\n<li>{tool}</li>\n");
    items(&story::basis(basis), &mut html);
    html.push_str("</ul>\n</main>\n</body>\n</html>\n");
    html
}

/// One document of the page.
pub fn section(entry: &Entry, basis: &Basis) -> String {
    let lang = basis.lang;
    let story = story::tell(entry, lang);
    let class = match story.word {
        Word::Accepted => "accepted",
        Word::Refused => "refused",
        Word::Unreadable => "unreadable",
    };
    let mut html = format!("<section class=\"{class}\">\n<h2>{}</h2>\n", escape(&story.file));
    let _ = writeln!(html, "<p class=\"word\">{}</p>", escape(&story.headline));
    if let Some(demo) = story.demo {
        let _ = writeln!(html, "<p class=\"demo\">{}</p>", escape(demo));
    }
    body(&story, lang, &mut html);
    html.push_str("</section>\n");
    html
}

fn body(story: &Story, lang: Lang, html: &mut String) {
    list(pick(lang, "Why", "De ce"), &story.why, html);
    if let Some(hint) = &story.hint {
        let _ = writeln!(html, "<p>{}</p>", escape(hint));
    }
    list(pick(lang, "Statement", "Extras"), &story.statement, html);
    parts(&story.signatures, html);
    list(pick(lang, "Notes", "Note"), &story.notes, html);
    if !story.certificates.is_empty() {
        let _ = writeln!(html, "<details>\n<summary>{}</summary>", pick(lang, "Certificates", "Certificate"));
        parts(&story.certificates, html);
        html.push_str("</details>\n");
    }
    list(pick(lang, "File", "Fișier"), &story.document, html);
}

fn parts(parts: &[Part], html: &mut String) {
    for part in parts {
        list(&part.title, &part.lines, html);
    }
}

fn list(title: &str, lines: &[String], html: &mut String) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(html, "<h3>{}</h3>\n<ul>\n", escape(title));
    items(lines, html);
    html.push_str("</ul>\n");
}

fn items(lines: &[String], html: &mut String) {
    for line in lines {
        let _ = writeln!(html, "<li>{}</li>", escape(line));
    }
}

/// Text as it may stand in an element or an attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character => escaped.push(character),
        }
    }
    escaped
}
