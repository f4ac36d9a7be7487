//! stub
pub mod migrate;
pub mod quote { pub fn identifier(name: &str) -> String { format!("\"{}\"", name.replace('"', "\"\"")) } }
pub mod target {
    use crate::model::Fault;
    #[derive(Clone, Debug, Default)]
    pub struct Flags {
        pub conninfo: Option<String>,
        pub host: Option<String>,
        pub port: Option<String>,
        pub user: Option<String>,
        pub dbname: Option<String>,
        pub service: Option<String>,
    }
    pub struct Env;
    impl Env { pub fn of_process() -> Self { Self } }
    #[derive(Clone, Debug)]
    pub struct Target;
    impl Target {
        pub fn resolve(_flags: &Flags, _env: &Env) -> Result<Target, Fault> { Ok(Target) }
        pub fn label(&self) -> String { String::new() }
    }
}
pub mod session {
    use crate::model::Fault; use super::target::Target;
    #[derive(Clone, Debug)] pub struct Envelope { pub search_path: Vec<String>, pub statement_timeout_ms: u32, pub lock_timeout_ms: u32, pub time_zone: String }
    pub struct Rows { pub taken_at: String, pub rows: Vec<Vec<Option<String>>> }
    pub struct Session; #[derive(Clone)] pub struct Canceller;
    impl Canceller { pub async fn cancel(&self) -> Result<(), Fault> { Ok(()) } }
    impl Session { pub async fn open(_t: &Target) -> Result<Session, Fault> { Ok(Session) }
        pub async fn read(&self, _e: &Envelope, _s: &str, _p: &[Option<String>]) -> Result<Rows, Fault> { Ok(Rows { taken_at: String::new(), rows: vec![] }) }
        pub fn canceller(&self) -> Canceller { Canceller } pub fn is_closed(&self) -> bool { false } pub fn is_pooled(&self) -> bool { false } }
}
