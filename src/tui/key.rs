//! Names of keys, from the terminal's events and from key files.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

const NAMED: [(KeyCode, &str); 14] = [
    (KeyCode::Enter, "enter"),
    (KeyCode::Esc, "esc"),
    (KeyCode::Tab, "tab"),
    (KeyCode::Backspace, "backspace"),
    (KeyCode::Delete, "delete"),
    (KeyCode::Insert, "insert"),
    (KeyCode::Up, "up"),
    (KeyCode::Down, "down"),
    (KeyCode::Left, "left"),
    (KeyCode::Right, "right"),
    (KeyCode::Home, "home"),
    (KeyCode::End, "end"),
    (KeyCode::PageUp, "pageup"),
    (KeyCode::PageDown, "pagedown"),
];

/// The name of a pressed key: modifiers in the order ctrl, alt, shift, then the key. A capital letter
/// or a sign stands for itself, without `shift`. None for keys that have no name here.
pub fn name(event: &KeyEvent) -> Option<String> {
    let mut modifiers = event.modifiers;
    let key = match event.code {
        KeyCode::BackTab => {
            modifiers |= KeyModifiers::SHIFT;
            "tab".to_owned()
        }
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(c) => {
            modifiers -= KeyModifiers::SHIFT;
            if modifiers.contains(KeyModifiers::CONTROL) { c.to_ascii_lowercase().to_string() } else { c.to_string() }
        }
        KeyCode::F(n) => format!("f{n}"),
        code => NAMED.iter().find(|(own, _)| *own == code)?.1.to_owned(),
    };
    let mut name = String::new();
    for (modifier, word) in
        [(KeyModifiers::CONTROL, "ctrl-"), (KeyModifiers::ALT, "alt-"), (KeyModifiers::SHIFT, "shift-")]
    {
        if modifiers.contains(modifier) {
            name.push_str(word);
        }
    }
    Some(name + &key)
}

/// The event a name stands for, so that an input field can take it; the inverse of [`name`].
pub fn event(name: &str) -> Option<KeyEvent> {
    let mut rest = name;
    let mut modifiers = KeyModifiers::NONE;
    for (word, modifier) in
        [("ctrl-", KeyModifiers::CONTROL), ("alt-", KeyModifiers::ALT), ("shift-", KeyModifiers::SHIFT)]
    {
        if let Some(tail) = rest.strip_prefix(word).filter(|tail| !tail.is_empty()) {
            modifiers |= modifier;
            rest = tail;
        }
    }
    let mut chars = rest.chars();
    let code = match (chars.next(), chars.next()) {
        (Some(c), None) => KeyCode::Char(c),
        _ if rest == "space" => KeyCode::Char(' '),
        _ if rest == "tab" && modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        _ => match rest.strip_prefix('f').and_then(|n| n.parse().ok()) {
            Some(n @ 1..=24) => KeyCode::F(n),
            _ => NAMED.iter().find(|(_, own)| *own == rest)?.0,
        },
    };
    Some(KeyEvent::new(code, modifiers))
}

/// A key as a person reads it in help and footer.
pub fn shown(name: &str) -> String {
    match name {
        "enter" => "⏎".to_owned(),
        "up" => "↑".to_owned(),
        "down" => "↓".to_owned(),
        "left" => "←".to_owned(),
        "right" => "→".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for text in ["ctrl-r", "G", "?", "space", "shift-tab", "f5", "enter", "alt-x", "-", "ctrl-alt-pageup", "ä"] {
            let event = event(text).unwrap();
            assert_eq!(name(&event).as_deref(), Some(text));
        }
        for wrong in ["", "ctrl-", "f99", "entr", "ctrl-foo"] {
            assert!(event(wrong).is_none() || wrong == "ctrl-", "{wrong}");
        }
    }
}
