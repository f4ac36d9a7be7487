//! A fault for a person and for a program, on stderr.

use super::json::optional;
use super::value::string;
use crate::model::{Fault, sanitise};
use std::io::{self, Write};

/// Writes a fault; `json` for a caller that asked for JSON.
pub fn write_fault(fault: &Fault, json: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = if json { as_json(fault) } else { as_text(fault) };
    super::closed_is_fine(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

fn as_text(fault: &Fault) -> String {
    let mut text = format!("pgdeck: {}", sanitise::block(&fault.message));
    if let Some(code) = &fault.sqlstate {
        text.push_str(&format!(" ({})", sanitise::line(code)));
    }
    for (name, part) in [("detail", &fault.detail), ("hint", &fault.hint)] {
        if let Some(part) = part {
            // Lines that follow stand under the first one, where a mark points at a word of it.
            let under = format!("\n{}", " ".repeat(name.len() + 2));
            text.push_str(&format!("\n{name}: {}", sanitise::block(part).replace('\n', &under)));
        }
    }
    text.push('\n');
    text
}

fn as_json(fault: &Fault) -> String {
    let [sqlstate, detail, hint] = [&fault.sqlstate, &fault.detail, &fault.hint].map(|part| optional(part.as_deref()));
    let (kind, message) = (string(fault.kind.name()), string(&fault.message));
    let error = format!(
        "{{\"kind\":{kind},\"message\":{message},\"sqlstate\":{sqlstate},\"detail\":{detail},\"hint\":{hint}}}"
    );
    format!("{{\"schema\":1,\"error\":{error}}}\n")
}
