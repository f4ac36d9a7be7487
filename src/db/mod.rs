//! Everything that speaks to PostgreSQL: connection settings as libpq reads them, TLS, sessions, the read envelope, quoting.
//! It must not know a pane, a screen or a request; drivers are named here and nowhere else.

pub mod cancel;
mod change;
mod connector;
mod conninfo;
mod decode;
mod dial;
mod env;
pub mod envelope;
mod fault;
mod hosts;
mod mailbox;
pub mod migrate;
mod open;
mod options;
mod params;
mod pgpass;
pub mod quote;
pub mod session;
mod settings;
pub mod target;
mod tls;
mod uri;
mod verifier;

pub use cancel::Canceller;
pub use change::{Change, Unended};
pub use conninfo::without_secrets;
pub use env::Env;
pub use envelope::{Envelope, Rows};
pub use session::Session;
pub use target::{Flags, Target};
