//! What hostile bytes have found once, and must not find again.

/// An indefinite length with an element in it whose length, with its header, is more than a machine counts.
#[test]
fn a_length_at_the_end_of_all_numbers_is_a_fault() {
    let bytes = [48, 128, 128, 2, 1, 1, 122, 136, 255, 255, 255, 255, 255, 255, 255, 255, 0, 134, 156, 0, 2];
    assert!(pecete::cms::read(&bytes).is_err());
}
