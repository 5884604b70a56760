//! **Pecete** turns a treasury's daily account data into signed statements, and lets anyone prove,
//! years later, that they are genuine.
//!
//! ```text
//!  day file ──ingest──▶ StatementDay ──xml──▶ Attachment ──pdf──▶ Page
//!                        (a day of one institution at one treasury)  │ certify (the verifier signs)
//!  Receipt ◀─publish── Verified ◀─verify── Sealed ◀─seal (treasury)── Certified
//!                                             └──────── stick: verifier alone
//! ```

pub mod clock;
pub mod cms;
pub mod diag;
pub mod fs;
pub mod model;
pub mod pdf;
pub mod trust;
pub mod trust_folder;
pub mod verify;
pub mod xml;

#[cfg(feature = "treasury")]
pub mod config;
#[cfg(feature = "treasury")]
pub mod demo;
#[cfg(feature = "treasury")]
pub mod ingest;
#[cfg(feature = "treasury")]
pub mod keys;
#[cfg(feature = "treasury")]
pub mod ledger;
#[cfg(feature = "treasury")]
pub mod pipeline;
#[cfg(feature = "treasury")]
pub mod pki;
#[cfg(feature = "treasury")]
pub mod publish;
#[cfg(feature = "treasury")]
pub mod service;
#[cfg(feature = "treasury")]
pub mod sign;
#[cfg(feature = "treasury")]
pub mod world;

pub mod cli;
