//! Any bytes as a signed document: facts, never a panic, never without end.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = pecete::verify::examine(bytes);
});
