//! PostgreSQL's array text.
