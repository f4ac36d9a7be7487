//! pgdeck: a keyboard-driven console for PostgreSQL. The rooms, and who may know whom (DESIGN §3):
//!
//! ```text
//! model    ← nothing
//! config   ← model
//! catalog  ← model
//! report   ← model
//! db       ← model, catalog
//! engine   ← model, catalog, db
//! demo     ← model, db, catalog, engine
//! tui      ← model, catalog, config, report, engine     (inside tui only `runtime` names `Engine`)
//! cli      ← all
//! main     ← cli
//! ```
//!
//! Drivers are named only in `db`, ratatui and crossterm only in `tui`, clap only in `cli`.
//! `tests/layers.rs` reads the sources and keeps it so.

#![forbid(unsafe_code)]

pub mod catalog;
pub mod cli;
pub mod config;
pub mod db;
#[cfg(feature = "demo")]
pub mod demo;
pub mod engine;
pub mod model;
pub mod report;
pub mod tui;
