//! Any bytes as a CMS.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = pecete::cms::read(bytes);
});
