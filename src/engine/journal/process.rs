//! Whether the process that wrote a line still runs. It must not know the line.

use rustix::process::{Pid, test_kill_process};
use std::fs;

/// This process: the machine's name and the moment of the start. None where the system does not tell.
pub(super) fn own() -> Option<String> {
    mark(std::process::id())
}

/// True where the process is known to be gone. One on another machine, which shares the directory, is not judged.
pub(super) fn is_gone(pid: u32, process: Option<&str>) -> bool {
    let Some(process) = process else {
        return !exists(pid);
    };
    match (machine(), mark(pid)) {
        (Some(machine), _) if process.split_once(' ').map(|(other, _)| other) != Some(machine.as_str()) => false,
        (_, Some(running)) => running != process,
        (_, None) => !exists(pid),
    }
}

fn mark(pid: u32) -> Option<String> {
    Some(format!("{} {}", machine()?, started(pid)?))
}

fn machine() -> Option<String> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().replace(' ', "_"))
}

/// The clock ticks between the boot and the start of the process: the 22nd word of its state, the 20th after the name in brackets,
/// which may hold spaces and brackets itself.
fn started(pid: u32) -> Option<String> {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    state.rsplit_once(')')?.1.split_whitespace().nth(19).map(str::to_owned)
}

fn exists(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    // Not being allowed to signal it means that it is there.
    pid.is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_process_is_gone_when_it_ended_or_its_number_is_anothers() {
        let own = std::process::id();
        assert!(!is_gone(own, super::own().as_deref()));
        assert!(!is_gone(own, None));
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let seen = mark(child.id());
        assert!(!is_gone(child.id(), seen.as_deref()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_gone(child.id(), seen.as_deref()));
        assert!(is_gone(child.id(), None));
        if let Some(machine) = machine() {
            assert!(is_gone(own, Some(&format!("{machine} 1"))));
            assert!(!is_gone(child.id(), Some("another-machine 1")));
        }
    }
}
