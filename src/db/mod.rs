//! stub
pub mod migrate;
pub mod quote { pub fn identifier(name: &str) -> String { format!("\"{}\"", name.replace('"', "\"\"")) } }
pub mod target {
    use crate::model::Fault;
    #[derive(Clone, Debug, Default)] pub struct Flags { pub conninfo: Option<String>, pub host: Option<String>, pub port: Option<String>, pub user: Option<String>, pub dbname: Option<String>, pub service: Option<String> }
    pub struct Env; impl Env { pub fn of_process() -> Self { Env } }
    #[derive(Clone, Debug)] pub struct Target(pub tokio_postgres::Config);
    impl Target { pub fn label(&self) -> String { format!("{}@local/{}", self.0.get_user().unwrap_or(""), self.0.get_dbname().unwrap_or("")) }
      pub fn resolve(f: &Flags, _e: &Env) -> Result<Target, Fault> {
        let mut c = tokio_postgres::Config::new();
        let text = f.conninfo.clone().or(f.dbname.clone().filter(|d| d.contains('=')));
        if let Some(t) = text { c = t.parse().map_err(|e| Fault::usage(format!("{e}")))?; }
        let env = |n: &str| std::env::var(n).ok();
        if let Some(h) = f.host.clone().or(env("PGHOST")) { c.host(&h); }
        if let Some(h) = f.port.clone().or(env("PGPORT")) { c.port(h.parse().unwrap_or(5432)); }
        if let Some(h) = f.user.clone().or(env("PGUSER")) { c.user(&h); }
        if let Some(h) = f.dbname.clone().filter(|d| !d.contains('=')).or(env("PGDATABASE")) { c.dbname(&h); }
        Ok(Target(c)) }
      pub fn sqlx_options(&self) -> Result<sqlx::postgres::PgConnectOptions, Fault> { Err(Fault::usage("stub")) } }
}
pub mod session {
    use crate::model::{Fault, Kind}; use super::target::Target; use tokio_postgres::{types::{Type, FromSql, ToSql}, NoTls, Client, CancelToken};
    use futures::TryStreamExt;
    #[derive(Clone, Debug)] pub struct Envelope { pub search_path: Vec<String>, pub statement_timeout_ms: u32, pub lock_timeout_ms: u32, pub time_zone: String }
    pub struct Rows { pub taken_at: String, pub rows: Vec<Vec<Option<String>>> }
    pub struct Session(Client); #[derive(Clone)] pub struct Canceller(CancelToken);
    impl Canceller { pub async fn cancel(&self) -> Result<(), Fault> { self.0.cancel_query(NoTls).await.map_err(f) } }
    struct Raw(String);
    impl<'a> FromSql<'a> for Raw { fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> { Ok(Raw(String::from_utf8_lossy(raw).into_owned())) } fn accepts(_: &Type) -> bool { true } }
    fn f(e: tokio_postgres::Error) -> Fault { match e.as_db_error() { Some(d) => { let mut x = Fault::query(d.message()).sqlstate(d.code().code()); x.detail = d.detail().map(Into::into); x.hint = d.hint().map(Into::into); x } None => Fault::new(Kind::Connection, e.to_string()) } }
    impl Session { pub async fn open(t: &Target) -> Result<Session, Fault> { let (c, conn) = t.0.connect(NoTls).await.map_err(f)?; tokio::spawn(async move { let _ = conn.await; }); Ok(Session(c)) }
        pub async fn read(&self, e: &Envelope, s: &str, p: &[Option<String>]) -> Result<Rows, Fault> {
            let path: Vec<String> = e.search_path.iter().map(|x| super::quote::identifier(x)).collect();
            let open = format!("BEGIN READ ONLY; SET LOCAL statement_timeout={}; SET LOCAL search_path={}; SET LOCAL DateStyle='ISO, YMD'; SET LOCAL TimeZone='{}'; SELECT now()", e.statement_timeout_ms, path.join(","), e.time_zone);
            let params: Vec<(&(dyn ToSql + Sync), Type)> = p.iter().map(|x| (x as &(dyn ToSql + Sync), Type::TEXT)).collect();
            let q = async { let st = self.0.query_typed_raw(s, params).await?; st.try_collect::<Vec<_>>().await };
            let (a, b, _c) = futures::join!(self.0.simple_query(&open), q, self.0.batch_execute("COMMIT"));
            let a = a.map_err(f)?; let b = b.map_err(f)?;
            let taken_at = a.iter().find_map(|m| match m { tokio_postgres::SimpleQueryMessage::Row(r) => r.get(0).map(String::from), _ => None }).unwrap_or_default();
            Ok(Rows { taken_at, rows: b.iter().map(|r| (0..r.len()).map(|i| r.get::<_, Option<Raw>>(i).map(|x| x.0)).collect()).collect() }) }
        pub fn canceller(&self) -> Canceller { Canceller(self.0.cancel_token()) } pub fn is_closed(&self) -> bool { self.0.is_closed() } pub fn is_pooled(&self) -> bool { false } }
}
