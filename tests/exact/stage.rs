//! A made-up world in a real database: its tables, its rows, and SQL for what the application does to them.

use super::dice::Dice;
use super::shape::{Grouping, Partition, Sheet};
use super::world::{Row, Rows, World};
use pgdeck::db::quote::{identifier, literal};

/// How the application deletes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// All in one transaction.
    Plain,
    /// The same, each row in a subtransaction of its own.
    Nested,
}

impl World {
    pub fn quoted(&self, sheet: usize) -> String {
        format!("shop.{}", identifier(&self.shape.sheets[sheet].name))
    }

    /// Everything before the first row is deleted.
    pub fn schema(&self) -> String {
        let mut sql = "CREATE SCHEMA shop;
            CREATE TABLE shop.orgs (id integer PRIMARY KEY, name text);
            INSERT INTO shop.orgs VALUES (0, 'nought'), (1, 'one');
            CREATE TABLE shop.log (at timestamptz NOT NULL, who text, action text NOT NULL, kind text, row text, before jsonb,
              after jsonb, operation uuid, tx bigint DEFAULT txid_current());"
            .to_owned();
        (0..self.shape.sheets.len()).for_each(|sheet| sql += &self.table(sheet));
        (0..self.rows.len()).for_each(|row| sql += &self.insert(row));
        (0..self.shape.ways.len()).for_each(|way| sql += &self.foreign_key(way));
        if self.shape.triggers {
            (0..self.shape.ways.len()).for_each(|way| sql += &self.counter(way));
            (0..self.shape.sheets.len()).for_each(|sheet| sql += &self.toucher(sheet));
        }
        sql
    }

    fn table(&self, place: usize) -> String {
        let sheet = &self.shape.sheets[place];
        let quoted = self.quoted(place);
        let keys = sheet.key_columns().iter().zip(sheet.key_types());
        let mut columns: Vec<String> = keys.map(|(name, kind)| format!("{name} {kind} NOT NULL")).collect();
        columns.push("org integer NOT NULL".to_owned());
        columns.push("name text".to_owned());
        let marker = identifier(sheet.column);
        columns.push(match sheet.states().0 {
            "NULL" => format!("{marker} timestamptz"),
            live @ ("true" | "false") => format!("{marker} boolean NOT NULL DEFAULT {live}"),
            live => format!("{marker} text NOT NULL DEFAULT {live}"),
        });
        columns.extend(sheet.group.map(|group| format!("{group} {}", sheet.group_type)));
        columns.extend(sheet.by.then(|| "removed_by text".to_owned()));
        if self.shape.triggers {
            columns.push("below integer NOT NULL DEFAULT 0, touched timestamptz".to_owned());
        }
        if self.shape.has_polymorphic(place) {
            columns.push("of_kind text, of_id text".to_owned());
        }
        for way in self.shape.above(place).into_iter().map(|way| &self.shape.ways[way]).filter(|way| !way.polymorphic) {
            let types = self.shape.sheets[way.parent].key_types();
            columns.extend(way.columns.iter().zip(types).map(|(name, kind)| format!("{name} {kind}")));
        }
        let key = sheet.key_columns().join(", ");
        let (own_key, by, parts) = match sheet.partition {
            Partition::None => (format!(", PRIMARY KEY ({key})"), String::new(), Vec::new()),
            Partition::Hash => {
                let first = sheet.key_columns()[0];
                let part = |n: usize| format!("FOR VALUES WITH (MODULUS 3, REMAINDER {n})");
                (format!(", PRIMARY KEY ({key})"), format!(" PARTITION BY HASH ({first})"), (0..3).map(part).collect())
            }
            Partition::ByMarker => {
                let part = |state: &str| format!("FOR VALUES IN ({state})");
                let states = sheet.states();
                (String::new(), format!(" PARTITION BY LIST ({marker})"), vec![part(states.0), part(states.1)])
            }
        };
        let mut sql = format!("CREATE TABLE {quoted} ({}{own_key}){by};", columns.join(", "));
        for (n, part) in parts.iter().enumerate() {
            sql += &format!("CREATE TABLE shop.part{place}_{n} PARTITION OF {quoted} {part};");
        }
        if let Some(unique) = sheet.unique {
            sql += &format!("CREATE UNIQUE INDEX one_name_{place} ON {quoted} ({unique}) WHERE {};", is_live(sheet));
        }
        sql
    }

    fn foreign_key(&self, way: usize) -> String {
        let way = &self.shape.ways[way];
        if way.polymorphic {
            return String::new();
        }
        let later = if way.parent > way.child { " DEFERRABLE INITIALLY DEFERRED" } else { "" };
        format!(
            "ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} ({}){later};",
            self.quoted(way.child),
            way.columns.join(", "),
            self.quoted(way.parent),
            self.shape.sheets[way.parent].key_columns().join(", ")
        )
    }

    /// The parent keeps how many live rows hang under it.
    fn counter(&self, place: usize) -> String {
        let way = &self.shape.ways[place];
        let (child, parent) = (&self.shape.sheets[way.child], &self.shape.sheets[way.parent]);
        let quoted = self.quoted(way.parent);
        let under = |row: &str| {
            let keys = parent.key_columns().iter().zip(&way.columns[usize::from(way.polymorphic)..]);
            let mut terms: Vec<String> = keys.map(|(key, own)| format!("p.{key}::text = {row}.{own}::text")).collect();
            terms.extend(way.polymorphic.then(|| format!("{row}.of_kind = 'w{}'", way.parent)));
            terms.join(" AND ")
        };
        let live = |row: &str| {
            is_live(child).replace(&identifier(child.column), &format!("{row}.{}", identifier(child.column)))
        };
        let adds = |row: &str, sign: &str| {
            format!(
                "IF {} THEN UPDATE {quoted} AS p SET below = p.below {sign} 1 WHERE {}; END IF;",
                live(row),
                under(row)
            )
        };
        let (old, new) = (adds("OLD", "-"), adds("NEW", "+"));
        let changed = if child.partition == Partition::ByMarker { "UPDATE" } else { "UPDATE OF" };
        let of = if changed == "UPDATE" { String::new() } else { identifier(child.column) };
        format!(
            "UPDATE {quoted} AS p SET below = p.below + (SELECT count(*) FROM {} AS c WHERE {} AND {});
             CREATE FUNCTION shop.count{place}() RETURNS trigger LANGUAGE plpgsql AS $f$
             BEGIN
               IF TG_OP IN ('UPDATE', 'DELETE') THEN {old} END IF;
               IF TG_OP IN ('UPDATE', 'INSERT') THEN {new} END IF;
               RETURN NULL;
             END $f$;
             CREATE TRIGGER count{place} AFTER INSERT OR DELETE OR {changed} {of} ON {} FOR EACH ROW EXECUTE FUNCTION shop.count{place}();",
            self.quoted(way.child),
            under("c"),
            live("c"),
            self.quoted(way.child),
        )
    }

    fn toucher(&self, sheet: usize) -> String {
        format!(
            "CREATE FUNCTION shop.touch{sheet}() RETURNS trigger LANGUAGE plpgsql AS $f$
             BEGIN NEW.touched := clock_timestamp(); RETURN NEW; END $f$;
             CREATE TRIGGER touch BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION shop.touch{sheet}();",
            self.quoted(sheet)
        )
    }

    /// The values of a row's key.
    pub fn key(&self, row: usize) -> Vec<String> {
        use super::shape::Key;
        let Row { sheet, number, .. } = &self.rows[row];
        match self.shape.sheets[*sheet].key {
            Key::Number => vec![number.to_string()],
            Key::Text => vec![format!("k'{number}\" \\ é")],
            Key::Uuid => vec![format!("{number:08x}-0000-4000-8000-000000000000")],
            Key::Pair => vec![format!("s \"{}", number % 3), number.to_string()],
        }
    }

    /// The key as a command line writes it.
    pub fn key_text(&self, row: usize) -> String {
        let columns = self.shape.sheets[self.rows[row].sheet].key_columns().iter();
        let pairs = columns.zip(self.key(row)).map(|(name, value)| ((*name).to_owned(), value.into()));
        serde_json::Value::Object(pairs.collect()).to_string()
    }

    pub fn insert(&self, place: usize) -> String {
        let row = &self.rows[place];
        let sheet = &self.shape.sheets[row.sheet];
        let mut columns: Vec<&str> = sheet.key_columns().to_vec();
        let mut values: Vec<String> = self.key(place).iter().map(|value| literal(value)).collect();
        columns.extend(["org", "name"]);
        values.extend([row.org.to_string(), literal(&row.name)]);
        for (way, parent) in &row.up {
            let way = &self.shape.ways[*way];
            columns.extend(way.columns.iter().map(String::as_str));
            values.extend(way.polymorphic.then(|| format!("'w{}'", way.parent)));
            values.extend(self.key(*parent).iter().map(|value| literal(value)));
        }
        format!("INSERT INTO {} ({}) VALUES ({});\n", self.quoted(row.sheet), columns.join(", "), values.join(", "))
    }

    /// What the application does to delete these rows as this deletion.
    pub fn deletion_sql(&self, dice: &mut Dice, rows: &Rows, deletion: usize, manner: Manner) -> String {
        let statement = |row: &usize| {
            let sheet = &self.shape.sheets[self.rows[*row].sheet];
            let mut set = vec![format!("{} = {}", identifier(sheet.column), sheet.states().1)];
            set.extend(sheet.group.map(|group| match self.shape.grouping {
                Grouping::Time => format!("{group} = now()"),
                _ => format!("{group} = {deletion}"),
            }));
            set.extend(sheet.by.then(|| format!("removed_by = 'user {}'", deletion % 3)));
            let keys = sheet.key_columns().iter().zip(self.key(*row));
            let key: Vec<String> = keys.map(|(name, value)| format!("{name} = {}", literal(&value))).collect();
            let quoted = self.quoted(self.rows[*row].sheet);
            format!("UPDATE {quoted} SET {} WHERE {};{}", set.join(", "), key.join(" AND "), self.trail_sql(*row))
        };
        let rows: Vec<usize> = rows.iter().copied().collect();
        let statements: Vec<String> = dice.some(&rows, rows.len()).iter().map(statement).collect();
        match manner {
            Manner::Plain => format!("BEGIN; {} COMMIT;", statements.join("\n")),
            Manner::Nested => {
                let nested = |sql: &String| format!("BEGIN {sql} EXCEPTION WHEN division_by_zero THEN NULL; END;");
                let body: Vec<String> = statements.iter().map(nested).collect();
                format!("DO $pgdeck_test$ BEGIN {} END $pgdeck_test$", body.join("\n"))
            }
        }
    }

    /// What the application writes into its trail of a deleted row.
    fn trail_sql(&self, row: usize) -> String {
        if self.shape.grouping != Grouping::Trail {
            return String::new();
        }
        let key = literal(&self.key(row).join(" "));
        format!(
            "INSERT INTO shop.log (at, who, action, kind, row) VALUES (now(), 'app', 'gone', 'w{}', {key});",
            self.rows[row].sheet
        )
    }

    /// One text of everything that must be the same: every row of every table, sorted, without what the database keeps itself.
    pub fn snapshot_sql(&self) -> String {
        let row = if self.shape.triggers { "(to_jsonb(r) - 'below' - 'touched')::text" } else { "r::text" };
        let one = |sheet: usize| {
            let quoted = self.quoted(sheet);
            format!("SELECT {sheet} AS t, {row} || ' ' || r.tableoid::regclass::text AS line FROM {quoted} AS r")
        };
        let all: Vec<String> = (0..self.shape.sheets.len()).map(one).collect();
        format!("SELECT line FROM ({}) AS q ORDER BY t, line COLLATE \"C\"", all.join(" UNION ALL "))
    }

    /// The rows whose counter is not what hangs under them.
    pub fn miscounted_sql(&self) -> Vec<String> {
        let one = |sheet: usize| {
            let ways = self.shape.ways.iter().filter(|way| way.parent == sheet);
            let count = |way: &super::shape::Way| {
                let keys =
                    self.shape.sheets[sheet].key_columns().iter().zip(&way.columns[usize::from(way.polymorphic)..]);
                let mut terms: Vec<String> = keys.map(|(key, own)| format!("p.{key}::text = c.{own}::text")).collect();
                terms.extend(way.polymorphic.then(|| format!("c.of_kind = 'w{sheet}'")));
                let child = &self.shape.sheets[way.child];
                let marker = identifier(child.column);
                terms.push(is_live(child).replace(&marker, &format!("c.{marker}")));
                format!(" + (SELECT count(*) FROM {} AS c WHERE {})", self.quoted(way.child), terms.join(" AND "))
            };
            let counts: String = ways.map(count).collect();
            format!("SELECT p::text FROM {} AS p WHERE p.below <> 0{counts}", self.quoted(sheet))
        };
        (0..self.shape.sheets.len()).map(one).collect()
    }
}

fn is_live(sheet: &Sheet) -> String {
    let column = identifier(sheet.column);
    match sheet.states().0 {
        "NULL" => format!("{column} IS NULL"),
        live => format!("{column} = {live}"),
    }
}

impl World {
    /// One where the row is live.
    pub fn is_live_sql(&self, row: usize) -> String {
        let sheet = &self.shape.sheets[self.rows[row].sheet];
        let keys = sheet.key_columns().iter().zip(self.key(row));
        let key: Vec<String> = keys.map(|(name, value)| format!("{name} = {}", literal(&value))).collect();
        let quoted = self.quoted(self.rows[row].sheet);
        format!("SELECT count(*)::text FROM {quoted} WHERE {} AND {}", is_live(sheet), key.join(" AND "))
    }
}
