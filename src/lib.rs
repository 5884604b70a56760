//! **Pecete** (Romanian: *seal*) turns a treasury's daily account data into signed statements, and lets
//! anyone prove, years later, that they are genuine (order MFP 2768/2017).
//!
//! ```text
//!  day file ──ingest──▶ StatementDay ──xml──▶ Attachment ──pdf──▶ Page
//!                        (a day of one institution at one treasury)  │ certify (the verifier signs)
//!  Receipt ◀─publish── Verified ◀─verify── Sealed ◀─seal (treasury)── Certified
//!                                             └──────── stick: verifier alone
//! ```
//!
//! [`pipeline::make`] tells this story in one function. Every arrow consumes what stands before it, so the
//! compiler keeps the order; only a [`verify::Verified`] can be published, and only the verifier makes one.
//!
//! # The rooms, in reading order
//!
//! | room | what happens there |
//! |---|---|
//! | [`diag`], [`clock`], [`mod@fs`] | what went wrong, in two languages; time as an argument; the only door to the file system |
//! | [`model`] | an institution's day, in types that cannot hold a wrong value |
//! | [`ingest`] | day files in three forms, streamed; the watch folder |
//! | [`xml`] | the statement's XML, written and read |
//! | [`pdf`] | the page: PDF/A-3a and PDF/UA-1, places for two signatures; and the reader of hostile documents |
//! | [`keys`], [`mod@cms`], [`sign`] | who can sign, the codec, and what is signed in which order (PAdES) |
//! | [`trust`], [`trust_folder`] | who may sign: anchors by role, paths at a time, lists of signers |
//! | [`verify`] | independent facts, one verdict, a report; shares neither digest nor mathematics nor certificate parser with the signer |
//! | [`online`] | the one place that reaches out, where whoever verifies asks for it |
//! | [`publish`], [`ledger`] | complete or not there, never twice |
//! | [`stick`] | onto the memory stick that a client brought: read back, compared, named |
//! | [`audit`] | the ledger against itself, the published files, and heads that were sealed and kept elsewhere |
//! | [`backup`], [`mod@archive`] | the state of an office, copied and put back; what is old, moved and still found |
//! | [`pipeline`], [`service`], [`world`] | the story; the daemon around it; which implementation stands behind each trait |
//! | [`review`] | four eyes: whoever asks over the socket is who the system says that they are |
//! | [`metrics`] | figures for a monitor |
//! | [`config`], [`cli`] | what an office is; one thin file a verb |
//! | [`demo`], [`pki`] | an invented office, with keys to throw away |
//!
//! Who may import whom is a table and a test: `tests/it/layering.rs`. With `--no-default-features --features verify` only the
//! checker is built: no key, no ledger, no watcher, and none of the cryptography that signs.

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
pub mod archive;
#[cfg(feature = "treasury")]
pub mod audit;
#[cfg(feature = "treasury")]
pub mod backup;
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
pub mod metrics;
#[cfg(feature = "online")]
pub mod online;
#[cfg(feature = "treasury")]
pub mod pipeline;
#[cfg(feature = "treasury")]
pub mod pki;
#[cfg(feature = "treasury")]
pub mod publish;
#[cfg(feature = "treasury")]
pub mod review;
#[cfg(feature = "treasury")]
pub mod service;
#[cfg(feature = "treasury")]
pub mod sign;
#[cfg(feature = "treasury")]
pub mod stick;
#[cfg(feature = "treasury")]
pub mod world;

pub mod cli;
