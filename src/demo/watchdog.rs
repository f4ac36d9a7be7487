//! A tiny shell that outlives us: it waits on a pipe only we hold, and at its end, however we ended, stops the server and
//! removes the folders. It must not know what the server holds.

use super::io;
use crate::model::Fault;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Arguments: the socket's folder, the server's data, the folder to remove (empty: keep it), the template to make a spare of.
/// Words on its input: `server PID`, `gone`, `spare`. A server whose data stays is asked to end cleanly.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM TSTP TTIN TTOU
socket=$1 data=$2 remove=$3 template=$4 pid=
spare() {
  sleep 1
  mkdir "$template/making" || return
  copy=$template/spare.$$
  nice -n 19 cp -Rp --reflink=auto "$template/data" "$copy" ||
    { rm -rf "$copy"; nice -n 19 cp -Rp "$template/data" "$copy"; } &&
    [ ! -e "$template/spare" ] && mv "$copy" "$template/spare" || rm -rf "$copy"
  rmdir "$template/making"
}
while read -r word rest; do
  case $word in
    server) pid=$rest data=$2 ;;
    gone) pid= data=/nonexistent ;;
    spare) [ -e "$template/spare" ] || spare </dev/null & ;;
  esac
done
[ -n "$pid" ] || pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  if [ -n "$remove" ]; then kill -QUIT "$pid"; else kill -INT "$pid"; fi
  tries=0
  while kill -0 "$pid" && [ -e "$data/postmaster.pid" ] && [ $tries -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  [ -e "$data/postmaster.pid" ] && kill -KILL "$pid"
fi
rm -rf "$socket"
[ -z "$remove" ] || rm -rf "$remove" || { sleep 1; rm -rf "$remove"; }
"#;

/// The running shell.
#[derive(Debug)]
pub struct Watchdog {
    shell: Child,
}

impl Watchdog {
    /// Starts it, before anything it is to remove is made. Without `remove` the data stays.
    pub fn start(socket: &Path, data: &Path, remove: Option<&Path>, template: Option<&Path>) -> Result<Self, Fault> {
        let nothing = Path::new("");
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "pgdeck-watchdog"])
            .args([socket, data, remove.unwrap_or(nothing), template.unwrap_or(nothing)])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| io("start", Path::new("/bin/sh"), &error))?;
        Ok(Self { shell })
    }

    /// Tells it which process to stop.
    pub fn server(&mut self, pid: u32) -> Result<(), Fault> {
        self.say(&format!("server {pid}\n"))
    }

    /// Tells it that the server has ended and been waited for.
    pub fn gone(&mut self) -> Result<(), Fault> {
        self.say("gone\n")
    }

    /// Has the next start's copy made in the background; it is finished even when we end first.
    pub fn spare(&mut self) -> Result<(), Fault> {
        self.say("spare\n")
    }

    /// Lets it do its work, and waits for it.
    pub fn finish(&mut self) {
        drop(self.shell.stdin.take());
        ended(&mut self.shell, Duration::from_secs(30));
    }

    fn say(&mut self, word: &str) -> Result<(), Fault> {
        match self.shell.stdin.as_mut() {
            Some(pipe) => pipe.write_all(word.as_bytes()).map_err(|error| io("speak to", Path::new("/bin/sh"), &error)),
            None => Ok(()),
        }
    }
}

/// Waits for a process to end; false where it does not in time.
pub fn ended(process: &mut Child, patience: Duration) -> bool {
    let until = Instant::now() + patience;
    loop {
        match process.try_wait() {
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) => return false,
            Ok(Some(_)) | Err(_) => return true,
        }
    }
}
