//! The real program in a real pseudo-terminal: keys in, screen and bytes out. Waiting is looking again until a deadline.

#![allow(dead_code)]

use crate::support::TestDb;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use std::fs;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use vt100::{Callbacks, Parser, Screen};

/// The longest anything may take.
const PATIENCE: Duration = Duration::from_secs(10);
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// What the program asked of the terminal besides the picture.
#[derive(Default)]
pub struct Asked {
    pub titles: Vec<String>,
    pub copied: Vec<String>,
    /// Everything no picture needs: bells, requests, unknown sequences.
    pub odd: Vec<String>,
}

impl Callbacks for Asked {
    fn audible_bell(&mut self, _: &mut Screen) {
        self.odd.push("bell".into());
    }

    fn visual_bell(&mut self, _: &mut Screen) {
        self.odd.push("visual bell".into());
    }

    fn resize(&mut self, _: &mut Screen, size: (u16, u16)) {
        self.odd.push(format!("resize {size:?}"));
    }

    fn set_window_title(&mut self, _: &mut Screen, title: &[u8]) {
        self.titles.push(String::from_utf8_lossy(title).into_owned());
    }

    fn copy_to_clipboard(&mut self, _: &mut Screen, _: &[u8], text: &[u8]) {
        self.copied.push(String::from_utf8_lossy(text).into_owned());
    }

    fn paste_from_clipboard(&mut self, _: &mut Screen, _: &[u8]) {
        self.odd.push("paste".into());
    }

    fn unhandled_osc(&mut self, _: &mut Screen, words: &[&[u8]]) {
        self.odd.push(format!("OSC {:?}", words.iter().map(|word| String::from_utf8_lossy(word)).collect::<Vec<_>>()));
    }
}

/// Everything that came out.
pub struct Seen {
    pub raw: Vec<u8>,
    pub parser: Parser<Asked>,
}

pub struct Console {
    master: Option<Box<dyn MasterPty + Send>>,
    slave: Option<Box<dyn SlavePty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    reader: Option<JoinHandle<()>>,
    /// Told to the reader, so that it lets go of the terminal.
    leave: Arc<AtomicBool>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Mutex<Seen>>,
    /// How the terminal stood before the program came.
    before: String,
    home: TempDir,
}

/// What a console is started with.
pub struct Start<'a> {
    pub db: Option<&'a TestDb>,
    pub size: (u16, u16),
    pub args: &'a [&'a str],
    /// A command line for a shell instead, with the program on its path.
    pub line: Option<&'a str>,
    pub env: &'a [(&'a str, &'a str)],
    /// Files of the configuration directory.
    pub files: &'a [(&'a str, &'a str)],
}

impl<'a> Start<'a> {
    pub fn on(db: &'a TestDb, size: (u16, u16)) -> Self {
        Self { db: Some(db), size, args: &[], line: None, env: &[], files: &[] }
    }

    pub fn console(self) -> Console {
        let home = tempfile::tempdir().expect("a folder");
        for (name, text) in self.files {
            let path = home.path().join("config").join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        let pair = native_pty_system().openpty(pty_size(self.size)).expect("a pseudo-terminal");
        let program = env!("CARGO_BIN_EXE_pgdeck");
        let mut command = CommandBuilder::new(if self.line.is_some() { "sh" } else { program });
        if let Some(line) = self.line {
            let folder = std::path::Path::new(program).parent().expect("a folder").display().to_string();
            let path = std::env::var("PATH").unwrap_or_default();
            command.env("PATH", format!("{folder}:{path}"));
            command.args(["-c", &format!("exec {line}")]);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        for name in ["NO_COLOR", "TMUX", "COLORTERM"] {
            command.env_remove(name);
        }
        for (name, value) in self.db.map(TestDb::env).unwrap_or_default() {
            command.env(name, value);
        }
        command.env("PGDECK_CONFIG_DIR", home.path().join("config"));
        command.env("PGDECK_STATE_DIR", home.path().join("state"));
        command.env("PGDECK_TIME_ZONE", "UTC");
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.env("RUST_BACKTRACE", "0");
        for (name, value) in self.env {
            command.env(name, value);
        }
        command.args(self.args);
        command.cwd(home.path());
        let before = termios(&*pair.master);
        let reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let (rows, columns) = (self.size.1.try_into().expect("rows"), self.size.0.try_into().expect("columns"));
        let parser = Parser::new_with_callbacks(rows, columns, 0, Asked::default());
        let seen = Arc::new(Mutex::new(Seen { raw: Vec::new(), parser }));
        let leave = Arc::new(AtomicBool::new(false));
        let reader = std::thread::spawn({
            let (seen, leave) = (seen.clone(), leave.clone());
            move || read(reader, &seen, &leave)
        });
        let child = pair.slave.spawn_command(command).expect("pgdeck runs");
        Console {
            master: Some(pair.master),
            slave: Some(pair.slave),
            writer: Some(writer),
            reader: Some(reader),
            leave,
            child,
            seen,
            before,
            home,
        }
    }
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn termios(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios().expect("the terminal's modes"))
}

fn read(mut reader: Box<dyn Read + Send>, seen: &Mutex<Seen>, leave: &AtomicBool) {
    let mut bytes = [0; 1 << 16];
    while let Ok(count @ 1..) = reader.read(&mut bytes) {
        let mut seen = seen.lock().expect("what was seen");
        seen.raw.extend_from_slice(&bytes[..count]);
        seen.parser.process(&bytes[..count]);
        if leave.load(Ordering::SeqCst) {
            return;
        }
    }
}

/// Looks again until it is so. False when it never was.
pub fn soon(mut so: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + PATIENCE;
    loop {
        if so() {
            return true;
        }
        if Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The bytes a terminal sends for a key.
pub fn bytes(key: &str) -> Vec<u8> {
    let fixed: &[u8] = match key {
        "enter" => b"\r",
        "esc" => b"\x1b",
        "tab" => b"\t",
        "shift-tab" => b"\x1b[Z",
        "space" => b" ",
        "backspace" => b"\x7f",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "home" => b"\x1b[H",
        "end" => b"\x1b[F",
        "pageup" => b"\x1b[5~",
        "pagedown" => b"\x1b[6~",
        "f1" => b"\x1bOP",
        "f5" => b"\x1b[15~",
        "f12" => b"\x1b[24~",
        _ => match key.strip_prefix("ctrl-").map(str::as_bytes) {
            Some([letter]) => return vec![letter & 0x1f],
            Some(_) => panic!("no key {key}"),
            None => {
                assert_eq!(key.chars().count(), 1, "no key {key}");
                key.as_bytes()
            }
        },
    };
    fixed.to_vec()
}

impl Console {
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("what was seen")
    }

    /// What stands on the terminal now.
    pub fn screen(&self) -> String {
        self.seen().parser.screen().contents()
    }

    /// One line of it, counted from the top, or from the bottom where negative.
    pub fn line(&self, at: i32) -> String {
        let seen = self.seen();
        let (rows, columns) = seen.parser.screen().size();
        let at = if at < 0 { i32::from(rows.get()) + at } else { at } as usize;
        seen.parser.screen().rows(0, columns.get()).nth(at).unwrap_or_default()
    }

    /// The bytes written so far.
    pub fn raw(&self) -> Vec<u8> {
        self.seen().raw.clone()
    }

    /// A file of the state directory.
    pub fn state(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.home.path().join("state").join(name)).ok()
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("a process")
    }

    pub fn wait_until(&self, what: &str, so: impl Fn(&str) -> bool) {
        assert!(soon(|| so(&self.screen())), "never {what}:\n{}", self.screen());
    }

    pub fn wait_for(&self, text: &str) {
        self.wait_until(text, |screen| screen.contains(text));
    }

    pub fn wait_gone(&self, text: &str) {
        self.wait_until(&format!("without {text}"), |screen| !screen.contains(text));
    }

    /// Waits until nothing has been written for a while: every answer is there.
    pub fn settle(&self) {
        let (mut length, mut since) = (0, Instant::now());
        let quiet = soon(|| {
            let now = self.seen().raw.len();
            if now != length {
                (length, since) = (now, Instant::now());
            }
            since.elapsed() > Duration::from_millis(250)
        });
        assert!(quiet, "it never rests:\n{}", self.screen());
    }

    pub fn send(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().expect("a terminal");
        writer.write_all(bytes).and_then(|()| writer.flush()).expect("the terminal takes keys");
    }

    /// Presses keys, one after another; each is answered by a frame before the next one.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            let before = self.seen().raw.len();
            self.send(&bytes(key));
            let answered = soon(|| {
                let seen = self.seen();
                seen.raw.len() > before && seen.raw.ends_with(FRAME_END)
            });
            assert!(answered, "no answer to {key}:\n{}", self.screen());
        }
    }

    /// Types a text, a key for each character.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(if c == ' ' { "space".to_owned() } else { c.to_string() }.as_str());
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.send(format!("\x1b[200~{text}\x1b[201~").as_bytes());
    }

    pub fn resize(&mut self, (columns, rows): (u16, u16)) {
        self.seen().parser.set_size(rows.try_into().expect("rows"), columns.try_into().expect("columns"));
        self.master.as_ref().expect("a terminal").resize(pty_size((columns, rows))).expect("a new size");
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(sent.is_ok_and(|done| done.success()));
    }

    /// The state letter of the process, as ps shows it.
    pub fn process_state(&self) -> String {
        let done = Command::new("ps").args(["-o", "state=", "-p", &self.pid().to_string()]).output().expect("ps");
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a process").is_none()
    }

    /// True while the terminal has the modes it had before.
    pub fn has_its_modes(&self) -> bool {
        termios(&**self.master.as_ref().expect("a terminal")) == self.before
    }

    /// Checks that the program left the terminal as it was, and that the screen shows what the shell would go on with.
    pub fn is_given_back(&self) {
        let seen = self.seen();
        let screen = seen.parser.screen();
        let left = [screen.alternate_screen(), screen.bracketed_paste(), screen.hide_cursor()];
        drop(seen);
        assert_eq!(left, [false; 3], "alternate screen, bracketed paste, hidden cursor");
        assert!(self.has_its_modes(), "raw mode is left on");
        let raw = self.raw();
        let at = |bytes: &[u8]| raw.windows(bytes.len()).rposition(|part| part == bytes);
        for (taken, back) in [(b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?2004h", b"\x1b[?2004l")] {
            assert!(at(taken) < at(back), "{}", String::from_utf8_lossy(back));
        }
    }

    /// The exit code, once it has ended and everything it wrote has come.
    pub fn ended(&mut self) -> u32 {
        let mut code = None;
        let child = &mut self.child;
        let ended = soon(|| {
            code = child.try_wait().expect("a process");
            code.is_some()
        });
        assert!(ended, "it never ended:\n{}", self.screen());
        self.settle();
        let code = code.expect("a code");
        assert_eq!(code.signal(), None, "{}", self.screen());
        code.exit_code()
    }

    /// Takes the terminal away, as a lost line does.
    pub fn hang_up(&mut self) {
        self.leave.store(true, Ordering::SeqCst);
        // Sends a line break on its way, which is answered by a frame, which wakes the reader.
        self.writer = None;
        self.reader.take().expect("a reader").join().expect("the reader ends");
        self.slave = None;
        self.master = None;
    }

    pub fn exit_code_after_hang_up(&mut self) -> u32 {
        let child = &mut self.child;
        let mut code = None;
        assert!(soon(|| {
            code = child.try_wait().expect("a process");
            code.is_some()
        }));
        let code = code.expect("a code");
        assert_eq!(code.signal(), None);
        code.exit_code()
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.writer = None;
        self.slave = None;
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
