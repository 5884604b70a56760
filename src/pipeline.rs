//! The story, in one function: a day becomes a document that an auditor would accept.
//!
//! Every arrow consumes what stands before it, so that the compiler keeps the order: what is not
//! certified cannot be sealed, what is not verified cannot be published. The verifier at the end is
//! the one that auditors run; it shares neither the digest nor the signature mathematics nor the
//! certificate parser with the signer, so that two implementations agree before anyone sees a page.

mod fault;

pub use fault::MakeFault;

use crate::model::StatementDay;
use crate::pdf::{self, Certification, Replaced, SealLook, Statement};
use crate::sign::{self, Signer};
use crate::verify::{self, Policy, Verified};
use crate::xml::{self, Attachment};
use crate::{ledger::Taken, model::StatementName};
use jiff::Timestamp;

pub use crate::pdf::Channel;

/// What it takes to make one document.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The day.
    pub day: &'a StatementDay,
    /// Its name, its time of editing, and what it replaces.
    pub taken: &'a Taken,
    /// Sealed, or for the stick.
    pub channel: Channel,
    /// Name of the treasury unit, as the page shows it.
    pub treasury_name: &'a str,
    /// The person who verified.
    pub verifier: &'a Signer,
    /// The treasury's seal.
    pub seal: &'a Signer,
    /// What the verifier at the end trusts.
    pub policy: &'a Policy,
    /// The hour of signing, on the page and in `/M`.
    pub at: Timestamp,
}

/// Makes the document.
///
/// # Errors
/// [`MakeFault`] says at which step and why; nothing of a failed attempt is left anywhere.
pub fn make(order: &Order<'_>) -> Result<Verified, MakeFault> {
    let replaces = replaced(order.taken);
    let attachment = attachment(order.day, &order.taken.name, order.taken.edited)?;
    let page = pdf::draw(&statement(order, replaces.as_ref()), &attachment, &certification(order))?;
    let certified = sign::certify(page, order.verifier)?;
    let document = match order.channel {
        Channel::Stick => certified.into_bytes(),
        Channel::Published => {
            let update = pdf::append_seal(certified.filled(), &seal_look(order))?;
            sign::seal(update, order.seal)?.into_bytes()
        }
    };
    Ok(verify::prove(document, &order.taken.name, order.policy, order.at)?)
}

/// The same page, signed by nobody: for whoever wants to look before.
///
/// # Errors
/// As [`make`], up to the page.
pub fn draft(order: &Order<'_>) -> Result<Vec<u8>, MakeFault> {
    let replaces = replaced(order.taken);
    let attachment = attachment(order.day, &order.taken.name, order.taken.edited)?;
    Ok(pdf::draw_unsigned(&statement(order, replaces.as_ref()), &attachment)?)
}

fn statement<'a>(order: &Order<'a>, replaces: Option<&'a Replaced>) -> Statement<'a> {
    Statement {
        day: order.day,
        name: &order.taken.name,
        edited: order.taken.edited,
        treasury_name: order.treasury_name,
        replaces,
        channel: order.channel,
    }
}

fn replaced(taken: &Taken) -> Option<Replaced> {
    taken.replaces.as_ref().map(|(file, sha256)| Replaced { file: file.clone(), sha256: *sha256 })
}

/// The XML, read back strictly and found to say the same before it goes into a page.
fn attachment(day: &StatementDay, name: &StatementName, edited: Timestamp) -> Result<Attachment, MakeFault> {
    let bytes = xml::write(day);
    let mut draft = xml::read(&bytes).map_err(|_| MakeFault::XmlDiffers)?;
    draft.treasury = day.treasury().to_string();
    draft.holder_cui = day.holder().cui().as_str().to_owned();
    match draft.check() {
        Ok(again)
            if again.accounts() == day.accounts()
                && again.holder() == day.holder()
                && again.date() == day.date() =>
        {
            Ok(Attachment { name: name.xml(), bytes, modified: edited })
        }
        _ => Err(MakeFault::XmlDiffers),
    }
}

fn certification<'a>(order: &Order<'a>) -> Certification<'a> {
    Certification {
        signer: order.verifier.name(),
        at: order.at,
        contents: sign::contents_size(order.verifier),
    }
}

fn seal_look<'a>(order: &Order<'a>) -> SealLook<'a> {
    SealLook {
        title: order.treasury_name,
        signer: order.seal.name(),
        at: order.at,
        contents: sign::contents_size(order.seal),
    }
}
