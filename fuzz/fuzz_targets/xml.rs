//! Any bytes as a statement's XML; what is accepted is written and read again to the same day.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(mut draft) = pecete::xml::read(bytes) else { return };
    draft.treasury = "521".into();
    draft.holder_cui = "9999008".into();
    let Ok(day) = draft.check() else { return };
    let mut again = pecete::xml::read(&pecete::xml::write(&day)).expect("our own XML is read");
    again.treasury = draft.treasury;
    again.holder_cui = draft.holder_cui;
    assert_eq!(again.check().expect("our own XML adds up").accounts(), day.accounts());
});
