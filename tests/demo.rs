mod support;
use pgdeck::demo::{self, DemoOptions, Fetch};
use support::wait;

fn start(options: DemoOptions) -> demo::Cluster {
    wait(Box::pin(demo::start(options, &|line| eprintln!("{line}"))))
        .unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn an_empty_cluster_starts_and_goes() {
    let cluster = start(DemoOptions {
        empty: true,
        fetch: Fetch::No,
        ..DemoOptions::default()
    });
    let (data, socket) = (cluster.data(), cluster.socket_dir().to_owned());
    assert!(data.join("PG_VERSION").exists() && socket.exists());
    cluster.stop();
    assert!(!data.exists() && !socket.exists());
}
