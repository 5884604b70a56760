//! Names and phrases of nobody: places that are on no map, people whom nobody knows.

use super::random::Random;

/// A treasury unit of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its code, as in reality.
    pub code: &'static str,
    /// Its name, as the page shows it: invented.
    pub name: &'static str,
    /// Given name of the person who verifies there.
    pub given_name: &'static str,
    /// Surname of that person.
    pub surname: &'static str,
}

/// The units.
pub const UNITS: [Unit; 3] = [
    Unit {
        code: "521",
        name: "Trezoreria Municipiului Exemplu",
        given_name: "Ana-Ștefania",
        surname: "Pildă",
    },
    Unit {
        code: "131", name: "Trezoreria Orașului Închipuit", given_name: "Țintilă", surname: "Născocescu"
    },
    Unit { code: "002", name: "Trezoreria Valea Scrisă", given_name: "Ioana", surname: "Închipuitu" },
];

const KINDS: [&str; 12] = [
    "COMUNA",
    "ȘCOALA GIMNAZIALĂ",
    "ORAȘUL",
    "LICEUL TEORETIC",
    "GRĂDINIȚA CU PROGRAM PRELUNGIT",
    "SPITALUL ORĂȘENESC",
    "DIRECȚIA DE ASISTENȚĂ SOCIALĂ",
    "BIBLIOTECA MUNICIPALĂ",
    "CLUBUL SPORTIV ȘCOLAR",
    "MUZEUL DE ISTORIE",
    "POLIȚIA LOCALĂ",
    "CĂMINUL PENTRU PERSOANE VÂRSTNICE",
];
const PLACES: [&str; 12] = [
    "PILDA DE SUS",
    "VALEA ÎNCHIPUITĂ",
    "IZVORU SCRIS",
    "POIANA NĂSCOCITĂ",
    "DEALU HÂRTIEI",
    "FÂNTÂNA CERNELII",
    "LUNCA PECEȚII",
    "ȚIGLA NOUĂ",
    "BÂRSA DE PROBĂ",
    "ÎNTRE FILE",
    "MĂGURA TIPARULUI",
    "SĂLCIOARA",
];
const SUPPLIERS: [&str; 10] = [
    "EXEMPLU CONTRIBUABIL SRL",
    "APA DE PROBĂ SA",
    "ENERGIE ÎNCHIPUITĂ SA",
    "PAPETĂRIA SCRISĂ SRL",
    "DRUMURI NĂSCOCITE SA",
    "LĂPTĂRIA PILDUITĂ SRL",
    "CONSTRUCȚII DIN HÂRTIE SRL",
    "TRANSPORT ȘCOLAR EXEMPLU SRL",
    "FARMACIA DE PROBĂ SRL",
    "SOCIETATEA CU NUME FOARTE LUNG ȘI S",
];
const SURNAMES: [&str; 8] =
    ["PILDĂ", "EXEMPLESCU", "ÎNCHIPUITU", "NĂSCOCESCU", "PROBEANU", "ȘTEFĂNICĂ-PILDĂ", "ȚIGLARU", "SCRISU"];
const GIVEN_NAMES: [&str; 8] = ["ANA", "ION", "ȘTEFAN", "MĂRIUCA", "ȚINTILĂ", "ILIE", "SÂNZIANA", "VASILE"];
const PAYMENTS: [&str; 10] = [
    "F.123/05.2026 energie electrică",
    "Salarii aprilie 2026",
    "Contribuție asigurări sociale 04.2026",
    "C/v factură apă și canalizare",
    "Alimente cantină, conform contract nr. 17/2026 și actului adițional nr. 2 din 04.03.2026, tranșa a \
     treia, recepție parțială cu proces-verbal",
    "Rechizite școlare",
    "Reparații acoperiș corp B",
    "Ajutor pentru încălzirea locuinței",
    "",
    "Burse elevi sem. II, listă de plată nr. 4",
];
const RECEIPTS: [&str; 8] = [
    "Impozit teren extravilan",
    "Taxă salubrizare mai 2026",
    "Impozit clădiri persoane fizice, rest de plată și majorări de întârziere",
    "Amendă conform PV seria AA nr. 1234567",
    "Deschidere credite bugetare",
    "",
    "Chirie spațiu comercial",
    "Vărsăminte din secțiunea de funcționare",
];

/// The name of an institution, decided by its number.
pub fn institution(number: u64) -> String {
    let kinds = u64::try_from(KINDS.len()).unwrap_or(1);
    let (round, kind) = (number / kinds, number % kinds);
    let place = (number * 5 + round) % u64::try_from(PLACES.len()).unwrap_or(1);
    let word = |list: &'static [&'static str], index: u64| {
        usize::try_from(index).ok().and_then(|index| list.get(index)).copied().unwrap_or_default()
    };
    let (kind, place) = (word(&KINDS, kind), word(&PLACES, place));
    if round == 0 { format!("{kind} {place}") } else { format!("{kind} NR. {} {place}", round + 1) }
}

/// The name of a supplier.
pub fn supplier(random: &mut Random) -> &'static str {
    random.pick(&SUPPLIERS)
}

/// The name of a natural person.
pub fn person(random: &mut Random) -> String {
    format!("{} {}", random.pick(&SURNAMES), random.pick(&GIVEN_NAMES))
}

/// What a payment is for.
pub fn payment(random: &mut Random) -> &'static str {
    random.pick(&PAYMENTS)
}

/// What a receipt is for.
pub fn receipt(random: &mut Random) -> &'static str {
    random.pick(&RECEIPTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_too_long_for_its_field() {
        let mut random = Random::new(3, &[]);
        assert!(SUPPLIERS.iter().all(|name| name.chars().count() <= 35));
        assert!((0..500).all(|_| person(&mut random).chars().count() <= 35));
        assert!((0..100_000).all(|number| institution(number).chars().count() <= 140));
    }
}
