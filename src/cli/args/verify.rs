//! The flags of `pgdeck verify` (DESIGN §5).

use crate::model::finding::{About, Severity};
use crate::report::ReportFormat;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

/// Run the checks and report what is wrong
///
/// Exits 1 where a finding at --fail-on or above is not in the baseline, 5 where a check failed or a required one was
/// skipped.
#[derive(Debug, Args)]
pub struct Verify {
    /// Only checks of this name, whole (crm/cnt-drift) or bare; * stands for any text (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub check: Vec<String>,
    /// Only checks of the catalogue, of the tables' rows, or of what the server does now (repeatable)
    #[arg(long, value_name = "WHAT", value_parser = about())]
    pub only: Vec<About>,
    /// Only the checks of this system
    #[arg(long, value_name = "NAME")]
    pub system: Option<String>,
    /// The least severity that makes the run fail
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = severity())]
    pub fail_on: Severity,
    /// Fail where a check of this name was skipped (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub require: Vec<String>,
    /// Findings in this file are known and do not count
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found into the baseline; the run then fails for failed checks only
    #[arg(long, requires = "baseline")]
    pub write_baseline: bool,
    /// Also write a report into a file (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    pub report: Vec<(ReportFormat, PathBuf)>,
    /// How to print: text on a terminal, by the ending of --output, else json
    #[arg(long, value_name = "FORMAT", value_parser = report_format())]
    pub format: Option<ReportFormat>,
    /// Print into this file, whole or not at all
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

fn about() -> impl TypedValueParser<Value = About> {
    PossibleValuesParser::new(["schema", "data", "state"]).map(|name| match name.as_str() {
        "data" => About::Data,
        "state" => About::State,
        _ => About::Schema,
    })
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(["error", "warning", "info"]).map(|name| match name.as_str() {
        "info" => Severity::Info,
        "warning" => Severity::Warning,
        _ => Severity::Error,
    })
}

fn report_format() -> impl TypedValueParser<Value = ReportFormat> {
    let names = ReportFormat::ALL.map(|(name, _)| name);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<ReportFormat>())
}

fn report_file(text: &str) -> Result<(ReportFormat, PathBuf), String> {
    let names = ReportFormat::ALL.map(|(name, _)| name).join(", ");
    match text.split_once('=') {
        Some((format, file)) if !file.is_empty() => {
            let format =
                format.parse().map_err(|_| format!("no report format is called {format} (formats: {names})"))?;
            Ok((format, PathBuf::from(file)))
        }
        _ => Err(format!("write FORMAT=FILE (formats: {names})")),
    }
}
