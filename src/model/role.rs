//! What a piece of the screen is: one line a role gives its variant, its name in theme files and its meaning.
//! It must not know a colour.

/// Defines [`Role`] and its names in theme files from one list.
macro_rules! roles {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// What a piece of the screen is, so that a theme can give it a style.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Role { $(#[doc = $doc] $variant,)* }
        /// The names of all roles, in the order of [`Role`].
        pub const ROLES: &[&str] = &[$($name),*];
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
