//! What goes with the documents: the manifest on the stick, and the receipt that is printed and signed
//! by hand, one copy for each side.

use crate::clock::in_bucharest;
use crate::diag::Lang;
use crate::ledger::{Delivery, StickDocument};
use crate::trust::hex;

/// Lines of digests that `sha256sum -c` reads, sizes as its comments.
pub fn manifest<'a>(documents: impl Iterator<Item = &'a StickDocument>) -> String {
    let lines = documents.map(|document| {
        let digest = hex(&document.document);
        format!("# {} {}\n{digest}  {}\n", document.name, document.length, document.name)
    });
    lines.collect()
}

/// A delivery, as it is told on paper.
#[derive(Clone, Copy, Debug)]
pub struct Receipt<'a> {
    /// Fiscal code of the client.
    pub cui: &'a str,
    /// What was handed over.
    pub documents: &'a [StickDocument],
    /// By whom, when, on which stick.
    pub delivery: &'a Delivery,
}

impl Receipt<'_> {
    /// The text to print.
    pub fn text(&self, lang: Lang) -> String {
        let at = in_bucharest(self.delivery.at).strftime("%d.%m.%Y %H:%M").to_string();
        let volume = self.delivery.volume.as_deref().unwrap_or("?");
        let (by, count) = (&self.delivery.by, self.documents.len());
        let mut text = match lang {
            Lang::Ro => format!(
                "PROCES-VERBAL DE PREDARE PE STICK\n\nClient (CUI): {}\nStick: {volume}\nPredat la: {at}\n\
                 Predat de (utilizator): {by}\nDocumente: {count}\n\n",
                self.cui
            ),
            Lang::En => format!(
                "RECEIPT FOR DOCUMENTS ON A MEMORY STICK\n\nClient (CUI): {}\nStick: {volume}\nHanded over at: {at}\n\
                 Handed over by (user): {by}\nDocuments: {count}\n\n",
                self.cui
            ),
        };
        for document in self.documents {
            let digest = hex(&document.document);
            text.push_str(&format!("{}  {}\n            SHA-256 {digest}\n", document.date, document.name));
        }
        text.push_str(match lang {
            Lang::Ro => "\nAm predat: ____________________        Am primit: ____________________\n",
            Lang::En => "\nHanded over: ____________________        Received: ____________________\n",
        });
        text
    }
}
