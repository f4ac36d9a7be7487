//! The password file: `host:port:database:user:password` lines, first match wins.
//! It must not know where else a password can come from.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// A password; its debug form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A pattern of one field: anything, or exactly this.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Any,
    Is(String),
}

impl Pattern {
    fn of(raw: &str) -> Self {
        if raw == "*" { Self::Any } else { Self::Is(unescape(raw)) }
    }

    fn fits(&self, value: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Is(text) => text == value,
        }
    }
}

/// One line: host, port, database, user, and the password.
#[derive(Clone, Debug)]
pub(super) struct Line {
    patterns: [Pattern; 4],
    password: Password,
}

/// Whom a password is sought for. A socket is known by its directory and as `localhost`.
pub(super) struct Login<'a> {
    pub hosts: &'a [&'a str],
    pub port: u16,
    pub database: &'a str,
    pub user: &'a str,
}

/// The password of the first line that fits.
pub(super) fn find<'l>(lines: &'l [Line], login: &Login<'_>) -> Option<&'l Password> {
    let port = login.port.to_string();
    let fits = |line: &&Line| {
        let [host, ports, database, user] = &line.patterns;
        login.hosts.iter().any(|name| host.fits(name))
            && ports.fits(&port)
            && database.fits(login.database)
            && user.fits(login.user)
    };
    lines.iter().find(fits).map(|line| &line.password)
}

/// The lines of the file, and why it was ignored if it was. A missing file is silence, as in libpq.
pub(super) fn read(path: &Path) -> (Vec<Line>, Option<String>) {
    let ignored = |why: String| (Vec::new(), Some(format!("password file {} is ignored: {why}", path.display())));
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return (Vec::new(), None),
        Err(error) => return ignored(error.to_string()),
        Ok(meta) if !meta.is_file() => return ignored("it is not a plain file".into()),
        Ok(meta) if meta.permissions().mode() & 0o077 != 0 => {
            return ignored("group or others may open it; its mode must be 0600 or less".into());
        }
        Ok(_) => {}
    }
    match fs::read(path) {
        Ok(bytes) => (parse(&String::from_utf8_lossy(&bytes)), None),
        Err(error) => ignored(error.to_string()),
    }
}

fn parse(text: &str) -> Vec<Line> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<Line> {
    let mut rest = line;
    let mut patterns = [Pattern::Any, Pattern::Any, Pattern::Any, Pattern::Any];
    for pattern in &mut patterns {
        let end = field_end(rest)?;
        *pattern = Pattern::of(&rest[..end]);
        rest = &rest[end + 1..];
    }
    let password = &rest[..field_end(rest).unwrap_or(rest.len())];
    (!password.is_empty()).then(|| Line { patterns, password: Password(unescape(password)) })
}

/// Where the first colon stands that no backslash escapes.
fn field_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == ':' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# a comment\n\nshort:line\ndb:5432:app:me:first\ndb:*:*:me:second\n*:*:a\\:b:me:co\\:l\\\\on\nlocalhost:*:*:*:socket\n";

    fn find_in(hosts: &[&str], port: u16, database: &str) -> Option<String> {
        let lines = parse(FILE);
        find(&lines, &Login { hosts, port, database, user: "me" }).map(|p| p.0.clone())
    }

    #[test]
    fn the_first_line_that_fits_wins() {
        assert_eq!(find_in(&["db"], 5432, "app").as_deref(), Some("first"));
        assert_eq!(find_in(&["db"], 5433, "app").as_deref(), Some("second"));
        assert_eq!(find_in(&["other"], 5432, "app"), None);
    }

    #[test]
    fn escapes_and_sockets() {
        assert_eq!(find_in(&["other"], 1, "a:b").as_deref(), Some(r"co:l\on"));
        assert_eq!(find_in(&["/tmp", "localhost"], 1, "x").as_deref(), Some("socket"));
    }

    #[test]
    fn a_file_others_can_read_is_ignored_with_a_warning() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("pgpass");
        fs::write(&path, "*:*:*:*:hush").expect("written");
        for (mode, lines, warned) in [(0o644, 0, true), (0o640, 0, true), (0o600, 1, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("mode");
            let (read, note) = read(&path);
            assert_eq!((read.len(), note.is_some()), (lines, warned), "{mode:o} {note:?}");
            assert!(!format!("{read:?}{note:?}").contains("hush"));
        }
        assert!(read(&dir.path().join("none")).1.is_none());
    }
}
