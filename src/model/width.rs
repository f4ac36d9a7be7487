//! Text cut to the cells it may take on a screen. It must not know what the text means.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text in at most so many cells, an ellipsis where something is missing.
pub fn shortened(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        short.push(c);
    }
    if room == 0 { short } else { short + "…" }
}

/// A text in exactly this many cells: shortened, or blanks behind it.
pub fn fitted(text: &str, cells: usize) -> String {
    let mut fitted = shortened(text, cells);
    fitted.push_str(&" ".repeat(cells.saturating_sub(fitted.width())));
    fitted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(fitted("ab", 4), "ab  ");
        assert_eq!(fitted("abcdef", 4), "abc…");
        assert_eq!(fitted("日本語", 4), "日… ");
        assert_eq!(fitted("a", 0), "");
    }
}
