//! A statement being written: text with numbered parameters, every value bound.

/// SQL text and the values of its parameters, all as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statement {
    pub sql: String,
    pub params: Vec<Option<String>>,
}

impl Statement {
    /// Adds text of our own or quoted identifiers.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Binds a value and writes its cast parameter: `$3::text::uuid`.
    pub fn bind(&mut self, value: Option<&str>, type_name: &str) -> &mut Self {
        self.params.push(value.map(str::to_owned));
        let number = self.params.len();
        self.sql.push_str(&format!("${number}::text"));
        if type_name != "text" {
            self.sql.push_str("::");
            self.sql.push_str(type_name);
        }
        self
    }

    /// Writes pieces with a word between them.
    pub fn join<T>(&mut self, pieces: &[T], between: &str, mut write: impl FnMut(&mut Self, &T)) -> &mut Self {
        for (n, piece) in pieces.iter().enumerate() {
            if n > 0 {
                self.push(between);
            }
            write(self, piece);
        }
        self
    }
}
