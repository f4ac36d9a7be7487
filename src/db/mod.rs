//! db

pub mod migrate;
