//! The invented office of `pecete demo`, of the black-box tests and of the benches: forty institutions
//! that do not exist, three days of theirs, and keys that are thrown away.
//!
//! | file | holds |
//! |---|---|
//! | `random`, `codes`, `names` | chance that repeats itself; codes with right check digits; names of nobody |
//! | `institution` | an institution whose accounts live on from day to day |
//! | `days`, `crowd` | the three days of the demo; any number of institutions on one day |
//! | `files`, `material` | day files, and putting them into the watch folder |
//! | `office` | the folder: keys, trust, configuration |
//! | `pages` | statements not signed, for other people's signers |
//!
//! **Terms.** A *unit* is a treasury unit. A *demo office* is a folder with a marker, a configuration,
//! keys, a trust folder marked `DEMO`, and day files in `watch/`.
//!
//! **Contract.** Everything but keys, certificates and the hour of signing is decided by constants. All
//! codes have right check digits and belong to nobody. A folder that holds anything else than a demo
//! office is refused untouched; in a demo office, keys and configuration stay as they are.
//!
//! **Failure.** [`DemoFault`]; what was made so far stays, and the next attempt goes on from there.

pub mod codes;
pub mod crowd;
pub mod days;
mod fault;
pub mod files;
pub mod institution;
pub mod material;
pub mod names;
pub mod office;
pub mod pages;
pub mod random;

pub use days::{ThreeDays, three_days};
pub use fault::DemoFault;
pub use office::Office;
