//! catalog
pub mod files;
pub mod script;
pub mod system;
