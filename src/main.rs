use pgdeck::*;
#[tokio::main]
async fn main() {
    let target = db::target::Target::resolve(&db::target::Flags { conninfo: std::env::args().nth(1), ..Default::default() }, &db::Env::of_process()).unwrap();
    let settings = config::Settings::load(&config::Overrides::default(), &config::of_process).unwrap();
    let lib = std::sync::Arc::new(catalog::Library::load(&settings.library));
    let label = target.label();
    let engine = engine::Engine::new(target, lib, engine::Limits { statement_timeout_ms: 30000, lock_timeout_ms: 2000, time_zone: settings.time_zone.clone() });
    let r = tui::run(tui::Start { engine, settings, around: tui::app::Surroundings { label, ..Default::default() }, opening: Default::default(), reload: None }).await;
    println!("{r:?}");
}
