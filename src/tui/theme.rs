//! Roles and their styles, for the colours a terminal has. A theme names colours; this decides what they become.

use crate::config::colour::Shade;
use crate::config::theme::{RoleStyle, ThemeFile};
pub use crate::model::role::{ROLES, Role};
use ratatui::style::{Color, Modifier, Style};

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
    /// The theme, already validated, for a terminal of this depth.
    pub fn of(file: &ThemeFile, depth: Depth) -> Self {
        let style = |name: &&str| file.roles.get(*name).map_or(Style::new(), |role| style(file, role, depth));
        Self(ROLES.iter().map(style).collect())
    }

    /// The same with one connection's colour: its environment on it, its frames in it.
    pub fn tinted(mut self, shade: Shade, depth: Depth) -> Self {
        let Some(colour) = lowered(shade, depth) else {
            return self;
        };
        self.0[Role::Production as usize].bg = Some(colour);
        for role in [Role::Border, Role::BorderFocus] {
            self.0[role as usize].fg = Some(colour);
        }
        self
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.0.get(role as usize).copied().unwrap_or_default()
    }
}

fn style(file: &ThemeFile, role: &RoleStyle, depth: Depth) -> Style {
    let colour = |name: &Option<String>| {
        name.as_deref().and_then(|name| file.shade(name)).and_then(|shade| lowered(shade, depth))
    };
    let mut style = Style::new();
    style.fg = colour(&role.fg);
    style.bg = colour(&role.bg);
    // Without colours a ground is still a ground.
    let is_ground = depth == Depth::None && role.bg.is_some() && role.fg.is_some();
    let flags = [
        (role.bold, Modifier::BOLD),
        (role.dim, Modifier::DIM),
        (role.italic, Modifier::ITALIC),
        (role.underline, Modifier::UNDERLINED),
        (role.reverse || is_ground, Modifier::REVERSED),
    ];
    for (_, modifier) in flags.into_iter().filter(|(is_set, _)| *is_set) {
        style = style.add_modifier(modifier);
    }
    style
}

/// The nearest colour a terminal of this depth has.
fn lowered(shade: Shade, depth: Depth) -> Option<Color> {
    match (shade, depth) {
        (_, Depth::None) => None,
        (Shade::Terminal, _) => Some(Color::Reset),
        (Shade::Ansi(n), _) => BASIC.get(usize::from(n)).map(|(colour, _)| *colour),
        (Shade::Rgb(r, g, b), Depth::True) => Some(Color::Rgb(r, g, b)),
        (Shade::Rgb(r, g, b), Depth::Indexed) => Some(Color::Indexed(indexed(r, g, b))),
        (Shade::Rgb(r, g, b), Depth::Ansi) => Some(ansi(r, g, b)),
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
    if distance((r, g, b), (grey, grey, grey)) < cube { 232 + step } else { (16 + 36 * lr + 6 * lg + lb) as u8 }
}

/// The sixteen colours in their order, and what they commonly look like.
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

fn ansi(r: u8, g: u8, b: u8) -> Color {
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
        assert_eq!(lowered(Shade::Rgb(1, 2, 3), Depth::None), None);
        assert_eq!(lowered(Shade::Ansi(9), Depth::Ansi), Some(Color::LightRed));
    }
}
