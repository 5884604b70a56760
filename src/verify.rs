//! (being written)
pub mod facts;
