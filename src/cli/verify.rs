//! `pgdeck verify`: runs checks, reports what is wrong, and ends with the code that CI goes by (DESIGN §5).

use super::args::Verify;
use super::session::{Session, note, unexpected};
use crate::model::finding::{Selection, Status, Verification};
use crate::model::glob::fits_name;
use crate::model::{Fault, Kind, Outcome, Request};
use crate::report::{self, Baseline, ReportFormat};
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

/// Findings that count.
const FOUND: u8 = 1;
/// A check that failed, or a required one that was skipped.
const UNJUDGED: u8 = 5;

/// Runs the checks, writes the reports, and returns the exit code.
pub async fn run(args: &Verify, session: &mut Session) -> Result<u8, Fault> {
    let baseline = baseline(args)?;
    let selection =
        Selection { checks: args.check.clone(), only: args.only.clone(), system: args.system.clone(), urgent: false };
    let mut verified = match session.ask(Request::Verify(selection)).await? {
        Outcome::Verification(verified) => Arc::unwrap_or_clone(verified),
        other => return Err(unexpected(&other)),
    };
    let demanded = required(args, session, &mut verified)?;
    if args.write_baseline {
        let after = baseline.after(&verified);
        if let Some(path) = &args.baseline {
            write(Some(path), |out| after.write(out))?;
        }
        after.mark(&mut verified);
    } else {
        baseline.mark(&mut verified);
    }
    let format = args.format.unwrap_or_else(|| natural(args.output.as_deref()));
    write(args.output.as_deref(), |out| report::write_verification(&verified, format, out))?;
    for (format, path) in &args.report {
        write(Some(path), |out| report::write_verification(&verified, *format, out))?;
    }
    // Where the report goes into a file, a person still learns how it went.
    if args.output.is_some() {
        note(&report::summary(&verified));
    }
    Ok(code(args, &verified, demanded))
}

/// What is known already. A baseline that is to be written need not be there.
fn baseline(args: &Verify) -> Result<Baseline, Fault> {
    let Some(path) = &args.baseline else {
        return Ok(Baseline::default());
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Baseline::parse(&text, &path.display().to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound && args.write_baseline => Ok(Baseline::default()),
        Err(error) => Err(Fault::config(format!("cannot read the baseline {}: {error}", path.display()))
            .hint("--write-baseline writes one")),
    }
}

/// True where a check that had to be judged was not; each is noted with its reason. A pattern that fits no check of the
/// library is a mistake.
fn required(args: &Verify, session: &Session, verified: &mut Verification) -> Result<bool, Fault> {
    let library = session.engine.library();
    let known: Vec<String> = library.checks().map(|(id, _)| super::library::written(id)).collect();
    let mut notes = Vec::new();
    for pattern in &args.require {
        let fitting: Vec<_> = verified.checks.iter().filter(|check| fits_name(pattern, &check.id)).collect();
        if fitting.is_empty() && !known.iter().any(|name| fits_name(pattern, name)) {
            return Err(Fault::usage(format!("--require {pattern:?} fits no check"))
                .hint("pgdeck library list names every check"));
        }
        if fitting.is_empty() {
            notes.push(format!("required, and not run here: {pattern}"));
        }
        let skipped = fitting.into_iter().filter(|check| check.status == Status::Skipped);
        notes.extend(skipped.map(|check| {
            format!("required, and skipped: {}: {}", check.id, check.reason.as_deref().unwrap_or_default())
        }));
    }
    notes.iter().for_each(|text| note(text));
    let demanded = !notes.is_empty();
    verified.notes.extend(notes);
    Ok(demanded)
}

/// By the ending of the file, else text on a terminal and JSON off it.
fn natural(output: Option<&Path>) -> ReportFormat {
    let ending = output.and_then(|path| path.extension()?.to_str());
    let on_terminal = output.is_none() && io::stdout().is_terminal();
    ending.and_then(ReportFormat::of_ending).unwrap_or(if on_terminal {
        ReportFormat::Text
    } else {
        ReportFormat::Json
    })
}

fn write(path: Option<&Path>, put: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fault> {
    let (written, place) = match path {
        Some(path) => (report::to_file(path, put), path.display().to_string()),
        None => (put(&mut BufWriter::new(io::stdout().lock())), "stdout".to_owned()),
    };
    written.map_err(|error| Fault::new(Kind::Usage, format!("cannot write to {place}: {error}")))
}

fn code(args: &Verify, verified: &Verification, demanded: bool) -> u8 {
    if demanded || verified.ended(Status::Failed) > 0 {
        UNJUDGED
    } else if verified.counting(args.fail_on).next().is_some() {
        FOUND
    } else {
        0
    }
}
