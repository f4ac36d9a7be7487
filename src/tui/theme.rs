//! Roles and their styles, for the colours a terminal has. A theme names colours; this decides what they become.

use crate::config::theme::{RoleStyle, ThemeFile};
use crate::model::Fault;
use ratatui::style::{Color, Modifier, Style};
use std::str::FromStr;

/// Defines [`Role`] and its names in theme files from one list.
macro_rules! roles {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// What a piece of the screen is, so that a theme can give it a style.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Role { $(#[doc = $doc] $variant,)* }
        const NAMES: &[&str] = &[$($name),*];
    };
}

roles! {
    Text "text" "Ordinary text.";
    Dim "dim" "Text that matters less: old rows, notes.";
    Border "border" "Frames.";
    BorderFocus "border_focus" "The frame that has the keys.";
    Title "title" "The title of a frame.";
    Header "header" "The first line.";
    Tab "tab" "A tab.";
    TabActive "tab_active" "The tab on the screen.";
    Key "key" "A key in footer and help.";
    CursorRow "cursor_row" "The row under the cursor.";
    CursorCell "cursor_cell" "The cell under the cursor.";
    Null "null" "The sign of NULL.";
    Number "number" "Figures.";
    Time "time" "Times.";
    Warn "warn" "A value at its warning mark.";
    Bad "bad" "A value at its bad mark.";
    Good "good" "A value that is well.";
    Production "production" "The environment of a production profile.";
    ReadOnly "read_only" "The sign that nothing can be changed.";
    Write "write" "The sign that things can be changed.";
    Scope "scope" "The tenant in scope.";
    Notice "notice" "A word to the person.";
    Error "error" "What went wrong.";
    Match "match" "What matches a text.";
    Mark "mark" "A marked row.";
    Overlay "overlay" "The ground of what lies over a place.";
    Input "input" "Text being typed.";
    Placeholder "placeholder" "What an empty input asks for.";
    Loading "loading" "What is on its way.";
}

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    True,
    Indexed,
    Ansi,
    None,
}

impl Depth {
    /// What the environment says: NO_COLOR, COLORTERM, TERM. `variable` looks one up.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = value("TERM").unwrap_or_default();
        if value("NO_COLOR").is_some() || term == "dumb" {
            return Depth::None;
        }
        match value("COLORTERM").as_deref() {
            Some("truecolor" | "24bit") => Depth::True,
            _ if term.ends_with("-direct") => Depth::True,
            _ if term.contains("256color") => Depth::Indexed,
            _ => Depth::Ansi,
        }
    }
}

/// Every role's style on this terminal.
#[derive(Clone, Debug)]
pub struct Theme(Vec<Style>);

impl Theme {
    /// The theme for a terminal of this depth. Fails on a role or colour that does not exist, naming it.
    pub fn of(file: &ThemeFile, depth: Depth) -> Result<Self, Fault> {
        if let Some(unknown) = file.roles.keys().find(|name| !NAMES.contains(&name.as_str())) {
            return Err(Fault::config(format!("theme {}: unknown role {unknown:?}", file.name))
                .hint(format!("roles: {}", NAMES.join(", "))));
        }
        let style = |name: &&str| match file.roles.get(*name) {
            Some(role) => style(file, role, depth),
            None => Ok(Style::new()),
        };
        NAMES.iter().map(style).collect::<Result<_, _>>().map(Self)
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.0.get(role as usize).copied().unwrap_or_default()
    }
}

fn style(file: &ThemeFile, role: &RoleStyle, depth: Depth) -> Result<Style, Fault> {
    let mut style = Style::new();
    if let Some(fg) = &role.fg
        && let Some(colour) = lowered(colour(file, fg)?, depth)
    {
        style = style.fg(colour);
    }
    if let Some(bg) = &role.bg {
        match lowered(colour(file, bg)?, depth) {
            Some(colour) => style = style.bg(colour),
            // Without colours a ground is still a ground.
            None if role.fg.is_some() => style = style.add_modifier(Modifier::REVERSED),
            None => {}
        }
    }
    let flags = [
        (role.bold, Modifier::BOLD),
        (role.dim, Modifier::DIM),
        (role.italic, Modifier::ITALIC),
        (role.underline, Modifier::UNDERLINED),
        (role.reverse, Modifier::REVERSED),
    ];
    for (is_set, modifier) in flags {
        if is_set {
            style = style.add_modifier(modifier);
        }
    }
    Ok(style)
}

fn colour(file: &ThemeFile, name: &str) -> Result<Color, Fault> {
    let text = file.palette.get(name).map_or(name, String::as_str);
    Color::from_str(text).map_err(|_| {
        Fault::config(format!("theme {}: no such colour {text:?}", file.name)).hint("write #rrggbb, an ANSI name, or a name of its palette")
    })
}

/// The nearest colour a terminal of this depth has.
fn lowered(colour: Color, depth: Depth) -> Option<Color> {
    match (colour, depth) {
        (_, Depth::None) => None,
        (Color::Rgb(r, g, b), Depth::Indexed) => Some(Color::Indexed(indexed(r, g, b))),
        (Color::Rgb(r, g, b), Depth::Ansi) => Some(ansi(r, g, b)),
        (other, _) => Some(other),
    }
}

/// The entry of the 256-colour cube or grey ramp that is nearest.
fn indexed(r: u8, g: u8, b: u8) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |value: u8| (0..6).min_by_key(|n| LEVELS[*n].abs_diff(value)).unwrap_or(0);
    let (lr, lg, lb) = (level(r), level(g), level(b));
    let cube = distance((r, g, b), (LEVELS[lr], LEVELS[lg], LEVELS[lb]));
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let step = (mean.saturating_sub(3) / 10).min(23) as u8;
    let grey = 8 + step * 10;
    if distance((r, g, b), (grey, grey, grey)) < cube {
        232 + step
    } else {
        (16 + 36 * lr + 6 * lg + lb) as u8
    }
}

fn ansi(r: u8, g: u8, b: u8) -> Color {
    const BASIC: [(Color, (u8, u8, u8)); 16] = [
        (Color::Black, (0, 0, 0)),
        (Color::Red, (170, 0, 0)),
        (Color::Green, (0, 170, 0)),
        (Color::Yellow, (170, 120, 0)),
        (Color::Blue, (0, 0, 170)),
        (Color::Magenta, (170, 0, 170)),
        (Color::Cyan, (0, 170, 170)),
        (Color::Gray, (170, 170, 170)),
        (Color::DarkGray, (85, 85, 85)),
        (Color::LightRed, (255, 85, 85)),
        (Color::LightGreen, (85, 255, 85)),
        (Color::LightYellow, (255, 255, 85)),
        (Color::LightBlue, (85, 85, 255)),
        (Color::LightMagenta, (255, 85, 255)),
        (Color::LightCyan, (85, 255, 255)),
        (Color::White, (255, 255, 255)),
    ];
    let nearest = BASIC.iter().min_by_key(|(_, rgb)| distance((r, g, b), *rgb));
    nearest.map_or(Color::Reset, |(colour, _)| *colour)
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let square = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    square(a.0, b.0) + square(a.1, b.1) + square(a.2, b.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_follows_the_environment() {
        let depth = |pairs: &[(&str, &str)]| {
            let pairs = pairs.to_vec();
            Depth::of(move |name| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(depth(&[("TERM", "xterm-256color")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Ansi);
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Depth::None);
    }

    #[test]
    fn colours_go_to_the_nearest() {
        assert_eq!(indexed(255, 0, 0), 196);
        assert_eq!(indexed(128, 128, 128), 244);
        assert_eq!(ansi(250, 250, 250), Color::White);
        assert_eq!(lowered(Color::Rgb(1, 2, 3), Depth::None), None);
    }
}
