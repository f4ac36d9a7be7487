mod support;
use pgdeck::demo::{self, DemoOptions, Fetch};
use support::wait;
#[test]
fn timing() {
    let rows = std::env::var("ROWS").ok().and_then(|r| r.parse().ok()).unwrap_or(50_000);
    let pause = std::env::var("PAUSE").ok().and_then(|r| r.parse().ok()).unwrap_or(0);
    let t = std::time::Instant::now();
    let o = DemoOptions { rows, systems: vec!["crm".into()], fetch: Fetch::No, ..DemoOptions::default() };
    let c = wait(Box::pin(demo::start(o, &|line| eprintln!("{:.2} {line}", t.elapsed().as_secs_f64()))))
        .unwrap_or_else(|f| panic!("{f}"));
    eprintln!("START {:.2} {}", t.elapsed().as_secs_f64(), c.conninfo());
    std::thread::sleep(std::time::Duration::from_secs(pause));
    let t = std::time::Instant::now();
    c.stop();
    eprintln!("STOP {:.2}", t.elapsed().as_secs_f64());
}
