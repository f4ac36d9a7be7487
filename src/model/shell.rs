//! A command line as a POSIX shell reads it back. It must not know what the words mean.

/// The words as one line, each quoted where a shell would read it otherwise.
pub fn line<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    words.into_iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ")
}

/// One word, in single quotes where it is not plain.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_shell_reads_the_words_back() {
        let words = ["pgdeck", "", "a b", "it's", "$(x) `y` \\ \"z\"", "{\"id\":\"ü\"}", "~", "*", "#", "a\nb", "!1"];
        let script = format!("printf '%s\\001' {}", line(words));
        let done = Command::new("sh").args(["-c", &script]).output().unwrap();
        let read = String::from_utf8(done.stdout).unwrap();
        assert_eq!(read.strip_suffix('\u{1}').unwrap().split('\u{1}').collect::<Vec<_>>(), words);
        assert_eq!(line(["pgdeck", "--pane", "crm/leads"]), "pgdeck --pane crm/leads");
    }
}
