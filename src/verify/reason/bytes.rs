//! Words for the codes of `integrity` and `signature`: what a person meets gets a sentence of its own,
//! what a specialist meets gets the sentence of its family. The code stands beside it either way.

/// English and Romanian.
pub(super) fn words(code: &str) -> (&'static str, &'static str) {
    match code {
        "digest-mismatch" | "imprint-mismatch" => {
            ("the signed bytes were altered", "octeții semnați au fost modificați")
        }
        "signature-invalid" => ("a signature does not verify", "o semnătură nu se verifică"),
        "unsupported-algorithm" | "unsupported-subfilter" | "unsupported-filter" => (
            "a signature is of a form that this verifier does not have",
            "o semnătură are o formă pe care acest verificator nu o are",
        ),
        "certificate-missing" => (
            "a signature does not hold its signer's certificate",
            "o semnătură nu conține certificatul semnatarului",
        ),
        "limit-exceeded" => (
            "it is larger or deeper than a document of this kind may be",
            "este mai mare sau mai adânc decât poate fi un asemenea document",
        ),
        _ => family(code),
    }
}

/// By what the code begins with, from fine to coarse.
fn family(code: &str) -> (&'static str, &'static str) {
    const FAMILIES: [(&str, &str, &str); 8] = [
        (
            "byte-range",
            "a signature does not say rightly which bytes it covers",
            "o semnătură nu spune corect ce octeți acoperă",
        ),
        (
            "contents",
            "a signature's value is not where or what it must be",
            "valoarea unei semnături nu este unde sau ce trebuie să fie",
        ),
        (
            "signing-certificate",
            "a signature is not tied to its signer's certificate",
            "o semnătură nu este legată de certificatul semnatarului",
        ),
        (
            "signature",
            "a signature's dictionary is not as it must be",
            "dicționarul unei semnături nu este cum trebuie",
        ),
        ("cms", "a signature's container cannot be read", "conținutul unei semnături nu poate fi citit"),
        ("weak", "a signature uses a weak algorithm", "o semnătură folosește un algoritm slab"),
        (
            "xref",
            "the PDF's table of objects cannot be trusted",
            "tabela de obiecte a PDF-ului nu este de încredere",
        ),
        (
            "revision",
            "the PDF's revisions do not follow one another",
            "reviziile PDF-ului nu urmează una după alta",
        ),
    ];
    let known = FAMILIES.into_iter().find(|(family, _, _)| code.starts_with(family));
    known.map_or(
        (
            "its bytes, or a signature over them, do not hold",
            "octeții sau o semnătură asupra lor nu sunt valabile",
        ),
        |(_, en, ro)| (en, ro),
    )
}
