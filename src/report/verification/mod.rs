//! A verification as a report: text, JSON, JUnit XML, and the baseline that says what is known.
//! It knows findings and a writer. It must not know checks' SQL or a database.

mod baseline;
mod json;
mod junit;
mod text;

pub use baseline::Baseline;
pub use json::json;
pub use junit::junit;
pub use text::{summary, text};
