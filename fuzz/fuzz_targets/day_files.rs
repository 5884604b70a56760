//! Any bytes as a day file, in each of its three forms (the first byte chooses).
#![no_main]
use pecete::ingest::{Format, open, parse};
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((form, rest)) = bytes.split_first() else { return };
    let (format, name) = match form % 3 {
        0 => (Format::JsonLines, "day.jsonl"),
        1 => (Format::Csv, "day.csv"),
        _ => (Format::Extras, "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.xml"),
    };
    let source = std::io::Cursor::new(rest.to_vec());
    for record in open(name, format, source, false).map_while(Result::ok) {
        let _ = parse(record).take_day();
    }
});
