//! The one place that decides which characters may reach a terminal (DESIGN §2.4).
//! It must not know where the text comes from: every text is treated as hostile.

use std::borrow::Cow;
use std::fmt::Write;

/// True for characters that act on a terminal, reorder text or cannot be seen:
/// C0, DEL, C1, line and paragraph separators, bidi controls, zero-width and tag characters.
pub fn is_hostile(c: char) -> bool {
    matches!(
        c,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// One line of text fit for a terminal: hostile characters become visible.
/// Newline, tab and escape have a picture, other C0 and C1 print as `\xNN`, the rest as `\u{NNNN}`.
/// The zero-width joiner stays inside an emoji sequence, where it is part of the picture.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = c == '\u{200d}' && is_pictograph(before) && chars.peek().copied().is_some_and(is_pictograph);
        if joins || !is_hostile(c) {
            out.push(c);
        } else {
            push_visible(&mut out, c);
        }
        before = c;
    }
    Cow::Owned(out)
}

/// Several lines fit for a terminal: as [`line`], but real line breaks are kept and tabs become spaces.
pub fn block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, part) in text.split('\n').enumerate() {
        if n > 0 {
            out.push('\n');
        }
        let part = part.strip_suffix('\r').unwrap_or(part).replace('\t', "    ");
        out.push_str(&line(&part));
    }
    out
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

fn push_visible(out: &mut String, c: char) {
    match c {
        '\n' => out.push('⏎'),
        '\t' => out.push('⇥'),
        '\u{1b}' => out.push('␛'),
        '\r' => out.push_str("\\r"),
        '\u{0}'..='\u{9f}' => {
            let _ = write!(out, "\\x{:02x}", c as u32);
        }
        _ => {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
    }
}

/// JSON text with every hostile character as `\uXXXX`. The input must be valid JSON, where such
/// characters can only stand inside strings or be insignificant white space.
pub fn json(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hostile(c) && !is_json_space(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if !is_hostile(c) || is_json_space(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

fn is_json_space(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_visible() {
        assert_eq!(line("a\u{1b}[31mred"), "a␛[31mred");
        assert_eq!(line("\u{9b}2J"), "\\x9b2J");
        assert_eq!(line("abc\u{202e}fed"), "abc\\u{202e}fed");
        assert_eq!(line("one\ntwo\tthree\r"), "one⏎two⇥three\\r");
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(line("Zoë Ångström 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_joiner_lives_only_between_pictographs() {
        assert_eq!(line("👩\u{200d}💻"), "👩\u{200d}💻");
        assert_eq!(line("a\u{200d}b"), "a\\u{200d}b");
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(block("a\r\n\tb\u{7}"), "a\n    b\\x07");
    }

    #[test]
    fn json_escapes_inside_strings() {
        assert_eq!(json("{\"a\": \"\u{202e}\u{9b}\"}"), "{\"a\": \"\\u202e\\u009b\"}");
        assert_eq!(json("\u{e0041}"), "\\udb40\\udc41");
    }
}
