//! Ready-made data to copy, keyed by what went into it: the second start only renames or copies. It must not know SQL.

use super::account::Account;
use super::cluster::Cluster;
use super::find::Programs;
use super::place::{Place, older_than, own_name};
use super::{DATABASE, fill, io};
use crate::catalog::files::Files;
use crate::catalog::script::SHARED;
use crate::catalog::system::System;
use crate::model::Fault;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime};

/// Counts what else changes a template: how it is built.
const FORM: &str = "2";
/// How many templates of this many bytes or more stay, and how many smaller ones.
const LARGE: (u64, usize) = (400 << 20, 3);
const SMALL_ONES: usize = 9;
/// A larger template gets no second copy in advance: the disk is worth more than the wait.
const SPARE_LIMIT: u64 = 4 << 30;
/// A file in the data that tells one template from the next of the same key.
const STAMP: &str = "pgdeck.stamp";
/// From so many leads on nothing is kept: a copy would take minutes and as much disk again.
const UNKEPT_ROWS: u64 = 200_000;
/// How many files are copied at once.
const HANDS: usize = 2;

/// What goes into a template.
#[derive(Clone, Copy)]
pub struct Recipe<'r> {
    pub programs: &'r Programs,
    pub account: &'r Account,
    pub files: &'r Files,
    pub systems: &'r [System],
    pub rows: u64,
}

impl Recipe<'_> {
    /// The folder name: the same ingredients give the same key.
    fn key(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        };
        add(FORM);
        add(&self.programs.version);
        add(&self.programs.folder.to_string_lossy());
        for system in self.systems {
            add(&system.name);
            add(&self.rows.to_string());
            // Panes and checks are read at run time: a template does not hold them.
            let goes_in = |path: &str| path.contains("/schema/") || path.contains("/sample");
            let own = format!("systems/{}", system.name);
            let texts = self.files.under(&own).filter(|(path, _)| goes_in(path)).chain(self.files.under(SHARED));
            for (path, text) in texts {
                add(path);
                add(text);
            }
        }
        let digest = hash.finalize();
        let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{hex}", self.programs.major)
    }
}

/// Starts a cluster on a copy of the recipe's template, building that first where it is missing or broken.
pub async fn start(
    place: &Place,
    recipe: &Recipe<'_>,
    keep: bool,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Cluster, Fault> {
    if recipe.rows >= UNKEPT_ROWS && !recipe.systems.is_empty() {
        return start_unkept(place, recipe, keep, say).await;
    }
    let template = place.templates().join(recipe.key());
    let built = ensure(place, recipe, &template, say).await?;
    let mut outcome = start_on(place, recipe, &template, keep);
    if outcome.is_err() && !built {
        say("the template does not start; building it again");
        let _ = fs::remove_file(template.join("finished"));
        ensure(place, recipe, &template, say).await?;
        outcome = start_on(place, recipe, &template, keep);
    }
    let cluster = outcome?;
    prune(place);
    Ok(cluster)
}

/// Builds the template unless it is there; true where it was built. One builds, others wait for it.
async fn ensure(
    place: &Place,
    recipe: &Recipe<'_>,
    template: &Path,
    say: &(dyn Fn(&str) + Sync),
) -> Result<bool, Fault> {
    if sound(template, "data") {
        return Ok(false);
    }
    let lock = lock_of(template)?;
    if lock.try_lock().is_err() {
        say("another pgdeck builds the sample database; waiting for it");
        lock.lock().map_err(|error| io("lock", template, &error))?;
    }
    if sound(template, "data") {
        return Ok(false);
    }
    build(place, recipe, template, say).await.map(|()| true)
}

/// Starts a cluster on a copy of a template that is there.
fn start_on(place: &Place, recipe: &Recipe<'_>, template: &Path, keep: bool) -> Result<Cluster, Fault> {
    let lock = lock_of(template)?;
    lock.lock_shared().map_err(|error| io("lock", template, &error))?;
    let used = File::open(template.join("finished")).and_then(|mark| mark.set_modified(SystemTime::now()));
    used.map_err(|error| io("open", template, &error))?;
    let folder = if keep { place.kept() } else { place.runs() }.join(own_name());
    let mut cluster = Cluster::prepare(recipe.programs, recipe.account, folder.clone(), keep, Some(template))?;
    let launched = take(template, &cluster.data(), recipe.account).and_then(|()| {
        drop(lock);
        cluster.launch(&[])
    });
    if let Err(fault) = launched {
        drop(cluster);
        let _ = fs::remove_dir_all(folder);
        return Err(fault);
    }
    if finished(template.to_owned()).is_some_and(|(_, bytes, _)| bytes <= SPARE_LIMIT) {
        cluster.make_spare()?;
    }
    Ok(cluster.on_database(DATABASE))
}

/// Starts a cluster that is filled where it runs.
async fn start_unkept(
    place: &Place,
    recipe: &Recipe<'_>,
    keep: bool,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Cluster, Fault> {
    let folder = if keep { place.kept() } else { place.runs() }.join(own_name());
    let mut cluster = Cluster::prepare(recipe.programs, recipe.account, folder.clone(), keep, None)?;
    let made = make(&mut cluster, recipe, "building the sample database", say).await;
    if let Err(fault) = made.and_then(|()| cluster.launch(&[])) {
        drop(cluster);
        let _ = fs::remove_dir_all(folder);
        return Err(fault);
    }
    Ok(cluster.on_database(DATABASE))
}

/// Fills a prepared cluster and brings it to rest.
async fn make(
    cluster: &mut Cluster,
    recipe: &Recipe<'_>,
    what: &str,
    say: &(dyn Fn(&str) + Sync),
) -> Result<(), Fault> {
    let started = Instant::now();
    let tell = |step: &str| say(&format!("{what}: {step}, {} s", started.elapsed().as_secs()));
    tell("initdb");
    fill::initdb(recipe, &cluster.data())?;
    cluster.launch(fill::WHILE_BUILDING)?;
    fill::fill(cluster, recipe, &tell).await?;
    tell("closing");
    cluster.rest()
}

/// Builds the template under another name and renames it when it is whole.
async fn build(place: &Place, recipe: &Recipe<'_>, template: &Path, say: &(dyn Fn(&str) + Sync)) -> Result<(), Fault> {
    discard(place, template);
    let folder = place.templates().join(format!(".building-{}", own_name()));
    let mut cluster = Cluster::prepare(recipe.programs, recipe.account, folder.clone(), false, None)?;
    make(&mut cluster, recipe, "building the sample database (once)", say).await?;
    let stamp = cluster.data().join(STAMP);
    fs::write(&stamp, own_name()).map_err(|error| io("write", &stamp, &error))?;
    recipe.account.owns(&stamp)?;
    let mark = folder.join("finished");
    fs::write(&mark, signature(&cluster.data())?).map_err(|error| io("write", &mark, &error))?;
    fs::rename(&folder, template).map_err(|error| io("rename", &folder, &error))
}

/// Moves the spare into place, else copies the template.
fn take(template: &Path, data: &Path, account: &Account) -> Result<(), Fault> {
    if sound(template, "spare") && fs::rename(template.join("spare"), data).is_ok() {
        return Ok(());
    }
    let _ = fs::remove_dir_all(template.join("spare"));
    copy(&template.join("data"), data, account)
}

/// True where the template is finished and this is a copy of it, not of one before, with all files in full length.
fn sound(template: &Path, copy: &str) -> bool {
    let marked = fs::read_to_string(template.join("finished")).unwrap_or_default();
    signature(&template.join(copy)).is_ok_and(|own| own == marked)
}

/// How many files stand below a data folder, their bytes, and the stamp of the template it came from.
fn signature(data: &Path) -> Result<String, Fault> {
    let (_, files) = contents(data)?;
    let bytes: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    let stamp = data.join(STAMP);
    let stamp = fs::read_to_string(&stamp).map_err(|error| io("read", &stamp, &error))?;
    Ok(format!("{} {bytes} {stamp}\n", files.len()))
}

/// The folders and files below a folder, itself included, outer ones first.
#[allow(clippy::type_complexity)]
fn contents(folder: &Path) -> Result<(Vec<PathBuf>, Vec<(PathBuf, u64)>), Fault> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        let entries = fs::read_dir(&folder).map_err(|error| io("read", &folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| io("read", &folder, &error))?;
            let found = entry.metadata().map_err(|error| io("read", &entry.path(), &error))?;
            if found.is_dir() { folders.push(entry.path()) } else { files.push((entry.path(), found.len())) }
        }
    }
    Ok((folders, files))
}

/// Copies a data folder with several hands, the largest files first; shares blocks where the file system can.
fn copy(from: &Path, to: &Path, account: &Account) -> Result<(), Fault> {
    let (folders, mut files) = contents(from)?;
    let there = |path: &Path| to.join(path.strip_prefix(from).unwrap_or(path));
    for folder in &folders {
        super::place::private(&there(folder), account)?;
    }
    files.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let next = AtomicUsize::new(0);
    let hand = || -> Result<(), Fault> {
        while let Some((file, _)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            fs::copy(file, there(file)).map_err(|error| io("copy", file, &error))?;
            account.owns(&there(file))?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS).map(|_| scope.spawn(hand)).collect();
        hands.into_iter().try_for_each(|hand| hand.join().unwrap_or_else(|_| Err(Fault::connection("copying stopped"))))
    })
}

/// Removes all but the newest templates, and what a stopped copy left in those.
fn prune(place: &Place) {
    let entries = fs::read_dir(place.templates()).into_iter().flatten().flatten();
    let mut templates: Vec<(SystemTime, u64, PathBuf)> = entries.filter_map(|entry| finished(entry.path())).collect();
    templates.sort_by_key(|(used, ..)| std::cmp::Reverse(*used));
    let mut room = [SMALL_ONES, LARGE.1];
    for (_, bytes, template) in templates {
        let room = &mut room[usize::from(bytes >= LARGE.0)];
        if *room > 0 {
            *room -= 1;
            tidy(&template);
        } else if let Ok(lock) = lock_of(&template)
            && lock.try_lock().is_ok()
        {
            discard(place, &template);
        }
    }
}

/// Removes a template. It is moved away first: a copy that is being made below it would keep its folder from going.
fn discard(place: &Place, template: &Path) {
    let doomed = place.templates().join(format!(".building-{}", own_name()));
    let _ = fs::rename(template, &doomed).and_then(|()| fs::remove_dir_all(&doomed));
}

/// When a finished template was last used, and its bytes.
fn finished(template: PathBuf) -> Option<(SystemTime, u64, PathBuf)> {
    let mark = template.join("finished");
    let used = fs::metadata(&mark).ok()?.modified().ok()?;
    let bytes = fs::read_to_string(&mark).ok()?.split_whitespace().nth(1)?.parse().ok()?;
    Some((used, bytes, template))
}

/// Removes the remains of a copy that was cut off: none takes ten minutes.
fn tidy(template: &Path) {
    if older_than(&template.join("making"), 600) {
        for entry in fs::read_dir(template).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("spare.") {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let _ = fs::remove_dir(template.join("making"));
    }
}

fn lock_of(template: &Path) -> Result<File, Fault> {
    let path = template.with_extension("lock");
    File::options().create(true).write(true).truncate(false).open(&path).map_err(|error| io("open", &path, &error))
}
