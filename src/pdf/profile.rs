//! The sRGB output intent: an ICC profile of version 4.2 (ISO 15076-1), made here from the numbers of
//! IEC 61966-2-1, so that no foreign file and no foreign licence is needed (ISO 19005-3, 6.2.3).
//!
//! A display profile of the matrix/TRC kind: three colorants adapted to D50 and one parametric curve that the
//! three channels share.

use super::objects::deflate_once;
use std::sync::LazyLock;

/// The profile, deflated.
pub(super) static SRGB: LazyLock<Vec<u8>> = LazyLock::new(|| deflate_once(&srgb()));

/// s15Fixed16 numbers: white point D50 and the colorants of sRGB adapted to it (Bradford).
const WHITE: [u32; 3] = [0xF6D6, 0x1_0000, 0xD32D];
const RED: [u32; 3] = [0x6FA2, 0x38F5, 0x0390];
const GREEN: [u32; 3] = [0x6299, 0xB785, 0x18DA];
const BLUE: [u32; 3] = [0x24A0, 0x0F84, 0xB6CF];
/// The Bradford matrix from D65 to D50.
const ADAPTATION: [u32; 9] = [
    0x0001_0C42,
    0x0000_05DE,
    0xFFFF_F325,
    0x0000_0793,
    0x0000_FD90,
    0xFFFF_FBA1,
    0xFFFF_FDA2,
    0x0000_03DC,
    0x0000_C06E,
];
/// `Y = (aX + b)^g` from `d` on, `Y = cX` below: g = 2.4, a = 1/1.055, b = 0.055/1.055, c = 1/12.92, d = 0.04045.
const CURVE: [u32; 5] = [0x2_6666, 0xF2A7, 0x0D59, 0x13D0, 0x0A5B];

fn srgb() -> Vec<u8> {
    let curve = parametric();
    let tags: [(&[u8; 4], Vec<u8>); 7] = [
        (b"desc", unicode("sRGB")),
        (b"cprt", unicode("No copyright, use freely")),
        (b"wtpt", numbers(b"XYZ ", &WHITE)),
        (b"chad", numbers(b"sf32", &ADAPTATION)),
        (b"rXYZ", numbers(b"XYZ ", &RED)),
        (b"gXYZ", numbers(b"XYZ ", &GREEN)),
        (b"bXYZ", numbers(b"XYZ ", &BLUE)),
    ];
    let count = tags.len() + 3;
    let mut offset = 128 + 4 + 12 * count;
    let (mut table, mut data) = (word(count), Vec::new());
    for (name, value) in tags {
        table.extend([name.to_vec(), word(offset), word(value.len())].concat());
        data.extend_from_slice(&value);
        data.resize(data.len().next_multiple_of(4), 0);
        offset = 128 + 4 + 12 * count + data.len();
    }
    for name in [b"rTRC", b"gTRC", b"bTRC"] {
        table.extend([name.to_vec(), word(offset), word(curve.len())].concat());
    }
    data.extend_from_slice(&curve);
    [header(128 + table.len() + data.len()), table, data].concat()
}

/// ISO 15076-1, 7.2. The date is that of the standard's first version; the profile identifier is left 0.
fn header(size: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(128);
    header.extend(word(size));
    header.extend_from_slice(&[0; 4]);
    header.extend_from_slice(&[0x04, 0x20, 0, 0]);
    header.extend_from_slice(b"mntrRGB XYZ ");
    header.extend_from_slice(&[0x07, 0xCF, 0, 10, 0, 1, 0, 0, 0, 0, 0, 0]);
    header.extend_from_slice(b"acsp");
    header.resize(68, 0);
    WHITE.iter().for_each(|number| header.extend_from_slice(&number.to_be_bytes()));
    header.resize(128, 0);
    header
}

fn parametric() -> Vec<u8> {
    let mut tag = b"para\0\0\0\0\0\x03\0\0".to_vec();
    // Function type 3 takes g, a, b, c, d.
    CURVE.iter().for_each(|number| tag.extend_from_slice(&number.to_be_bytes()));
    tag
}

fn numbers(kind: &[u8; 4], values: &[u32]) -> Vec<u8> {
    let mut tag = kind.to_vec();
    tag.extend_from_slice(&[0; 4]);
    values.iter().for_each(|number| tag.extend_from_slice(&number.to_be_bytes()));
    tag
}

fn unicode(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    [b"mluc\0\0\0\0".to_vec(), word(1), word(12), b"enUS".to_vec(), word(units.len()), word(28), units]
        .concat()
}

fn word(value: usize) -> Vec<u8> {
    u32::try_from(value).unwrap_or_default().to_be_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_an_rgb_display_profile_of_version_4_and_says_its_own_length() {
        let profile = srgb();
        assert_eq!(profile[..4], u32::try_from(profile.len()).expect("small").to_be_bytes());
        assert_eq!((profile[8], &profile[12..20], &profile[36..40]), (4, &b"mntrRGB "[..], &b"acsp"[..]));
    }

    #[test]
    fn every_tag_lies_inside_the_profile_on_a_multiple_of_four() {
        let profile = srgb();
        let word = |at: usize| {
            usize::try_from(u32::from_be_bytes(profile[at..at + 4].try_into().expect("four"))).expect("small")
        };
        for tag in 0..word(128) {
            let (offset, size) = (word(132 + 12 * tag + 4), word(132 + 12 * tag + 8));
            assert!(offset.is_multiple_of(4) && offset + size <= profile.len(), "tag {tag}");
        }
    }

    #[test]
    fn the_colorants_add_up_to_white() {
        for axis in 0..3 {
            let sum = RED[axis] + GREEN[axis] + BLUE[axis];
            assert!(sum.abs_diff(WHITE[axis]) <= 16, "axis {axis}: {sum:#x}");
        }
    }
}
