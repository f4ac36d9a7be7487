//! Everything a key can do.
