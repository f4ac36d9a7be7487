//! A colour as a person writes it in a theme or a profile.

/// A colour that a terminal may have to approximate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    Rgb(u8, u8, u8),
    /// One of the terminal's own sixteen.
    Ansi(u8),
    /// The terminal's own foreground or background.
    Terminal,
}

/// The sixteen, in the terminal's order.
const ANSI: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// Reads `#rrggbb`, the name of one of the sixteen colours, or `terminal`.
pub fn parse(text: &str) -> Option<Shade> {
    if text == "terminal" {
        return Some(Shade::Terminal);
    }
    if let Some(digits) = text.strip_prefix('#') {
        let fits = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let rgb = u32::from_str_radix(digits, 16).ok().filter(|_| fits)?;
        let [_, red, green, blue] = rgb.to_be_bytes();
        return Some(Shade::Rgb(red, green, blue));
    }
    let place = ANSI.iter().position(|name| *name == text)?;
    u8::try_from(place).ok().map(Shade::Ansi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_colour() {
        assert_eq!(parse("#1b1E28"), Some(Shade::Rgb(27, 30, 40)));
        assert_eq!(parse("bright-red"), Some(Shade::Ansi(9)));
        assert_eq!(parse("terminal"), Some(Shade::Terminal));
        for wrong in ["", "#12345", "#+12345", "#12345é", "reddish"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
