//! The tables of a made-up system: how each is keyed, how it marks what is deleted, how they hang together. It must not know rows.

use super::dice::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Number,
    Text,
    Uuid,
    Pair,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    Timestamp,
    Active,
    Gone,
    Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    None,
    Hash,
    /// A deletion moves the row to another table.
    ByMarker,
}

/// How one deletion is told from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// The moment.
    Time,
    /// A number or an id of its own.
    Id,
    /// Nothing in the rows: equal markers, where they are times, or equal versions.
    Nothing,
    /// What the audit trail says of it.
    Trail,
}

#[derive(Clone, Debug)]
pub struct Sheet {
    pub name: String,
    pub key: Key,
    pub marker: Marker,
    /// The marker's column, as the table calls it.
    pub column: &'static str,
    /// None where the marker itself tells.
    pub group: Option<&'static str>,
    pub group_type: &'static str,
    pub by: bool,
    /// No two live rows have the same name: the index's expression.
    pub unique: Option<&'static str>,
    pub partition: Partition,
}

/// From a child to a parent.
#[derive(Clone, Debug)]
pub struct Way {
    pub child: usize,
    pub parent: usize,
    pub cascade: bool,
    pub polymorphic: bool,
    pub columns: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Shape {
    pub sheets: Vec<Sheet>,
    pub ways: Vec<Way>,
    pub grouping: Grouping,
    pub tenants: bool,
    pub triggers: bool,
    pub audit: bool,
}

impl Shape {
    pub fn roll(dice: &mut Dice, size: usize, triggers: bool) -> Self {
        let groupings =
            [Grouping::Time, Grouping::Time, Grouping::Id, Grouping::Id, Grouping::Nothing, Grouping::Trail];
        let grouping = dice.pick(&groupings).unwrap_or(Grouping::Time);
        let count = 3 + dice.below(size.min(4));
        let times = triggers || dice.chance(50);
        let mut shape = Self {
            sheets: (0..count).map(|n| Sheet::roll(dice, n, n + 1 == count, grouping, times)).collect(),
            ways: Vec::new(),
            grouping,
            tenants: dice.chance(50),
            triggers,
            audit: grouping == Grouping::Trail || dice.chance(50),
        };
        // Counters change the versions of rows, which then tell nothing any more.
        shape.triggers = triggers && !shape.is_fragile();
        shape.hang(dice);
        shape
    }

    /// Only the rows' versions tell what fell together, which anything that touches the rows changes.
    pub fn is_fragile(&self) -> bool {
        let by_version = |sheet: &Sheet| sheet.marker != Marker::Timestamp;
        matches!(self.grouping, Grouping::Nothing | Grouping::Trail) && self.sheets.iter().any(by_version)
    }

    /// Some table tells its deletions apart by a number.
    pub fn has_numbers(&self) -> bool {
        self.grouping == Grouping::Id && self.sheets.iter().any(|sheet| sheet.group_type != "text")
    }

    fn hang(&mut self, dice: &mut Dice) {
        let count = self.sheets.len();
        for child in 1..count {
            let parent = dice.below(child);
            let falls = dice.chance(85);
            self.way(child, parent, falls);
            // A second parent, which may fall apart from the first.
            let second = dice.below(child);
            if second != parent && dice.chance(30) {
                let falls = dice.chance(60);
                self.way(child, second, falls);
            }
        }
        if dice.chance(50) {
            let own = dice.below(count);
            self.way(own, own, true);
        }
        // A circle of two tables: the last points back at the first.
        if dice.chance(30) {
            let back = dice.below(count - 1) + 1;
            self.way(0, back, true);
        }
        if dice.chance(50) {
            self.polymorphic(dice);
        }
    }

    fn way(&mut self, child: usize, parent: usize, cascade: bool) {
        // What a row is moved to by its deletion cannot be pointed at.
        if self.sheets[parent].partition == Partition::ByMarker {
            return;
        }
        let place = self.ways.len();
        let columns = (0..self.sheets[parent].key_columns().len()).map(|n| format!("of{place}_{n}")).collect();
        self.ways.push(Way { child, parent, cascade, polymorphic: false, columns });
    }

    /// The last table hangs under rows of several others, which it tells by their word.
    fn polymorphic(&mut self, dice: &mut Dice) {
        let child = self.sheets.len() - 1;
        let fits = |place: &usize| self.sheets[*place].key != Key::Pair;
        let parents: Vec<usize> = (0..child).filter(fits).collect();
        for parent in dice.some(&parents, 2) {
            let columns = vec!["of_kind".to_owned(), "of_id".to_owned()];
            self.ways.push(Way { child, parent, cascade: true, polymorphic: true, columns });
        }
    }

    /// The ways up from a table, by their places.
    pub fn above(&self, child: usize) -> Vec<usize> {
        (0..self.ways.len()).filter(|way| self.ways[*way].child == child).collect()
    }

    pub fn has_polymorphic(&self, child: usize) -> bool {
        self.ways.iter().any(|way| way.child == child && way.polymorphic)
    }

    /// The manifest of the system.
    pub fn manifest(&self) -> String {
        let names: Vec<String> = self.sheets.iter().map(|sheet| format!("{:?}", sheet.name)).collect();
        let mut text = format!("name = \"toy\"\ntitle = \"Toy\"\n[match]\ntables = [{}]\n", names.join(", "));
        if self.tenants {
            text += "[tenant]\ntable = \"orgs\"\nkey = \"id\"\nlabel = \"name\"\n";
        }
        for (place, sheet) in self.sheets.iter().enumerate() {
            text += &sheet.manifest(place, self);
        }
        for way in &self.ways {
            let (child, parent) = (&self.sheets[way.child].name, &self.sheets[way.parent].name);
            let kind = if way.polymorphic { "polymorphic" } else { "fk" };
            text += &format!(
                "[[relation]]\nchild = {child:?}\nparent = {parent:?}\ncolumns = {:?}\ncascade = {}\nkind = {kind:?}\n",
                way.columns, way.cascade
            );
        }
        if self.audit {
            text += "[audit]\ntable = \"log\"\nat = \"at\"\nactor = \"who\"\naction = \"action\"\nobject = \"kind\"\nrow = \"row\"\n\
                     old = \"before\"\nnew = \"after\"\noperation = \"operation\"\ntransaction = \"tx\"\n";
        }
        text
    }
}

impl Sheet {
    fn roll(dice: &mut Dice, place: usize, last: bool, grouping: Grouping, times: bool) -> Self {
        let marker = dice.pick(&[Marker::Timestamp, Marker::Active, Marker::Gone, Marker::Status]);
        let marker = marker.unwrap_or(Marker::Timestamp);
        let none = matches!(grouping, Grouping::Nothing | Grouping::Trail);
        // In half of the worlds without a column for it every table keeps the time.
        let marker = if none && times { Marker::Timestamp } else { marker };
        let odd = dice.chance(25);
        let column = match (marker, odd) {
            (Marker::Timestamp, false) => "deleted_at",
            (Marker::Timestamp, true) => "Gone \"since\"",
            (Marker::Active, _) => "is_active",
            (Marker::Gone, _) => "isGone",
            (Marker::Status, _) => "status",
        };
        let own = grouping == Grouping::Time && marker == Marker::Timestamp && dice.chance(80);
        let group_type = match grouping {
            Grouping::Time => "timestamptz",
            // A cast stands between keys of two types.
            _ => dice.pick(&["integer", "bigint", "text"]).unwrap_or("text"),
        };
        let keys = [Key::Number, Key::Number, Key::Text, Key::Uuid, Key::Pair];
        let key = dice.pick(&keys).filter(|key| grouping != Grouping::Trail || *key != Key::Pair);
        let key = key.unwrap_or(Key::Number);
        let partition = match dice.below(100) {
            0..15 => Partition::Hash,
            15..40 if last && marker != Marker::Timestamp => Partition::ByMarker,
            _ => Partition::None,
        };
        // An index over partitions must hold their key.
        let unique = dice.pick(&["name", "lower(name)"]).filter(|_| partition == Partition::None && dice.chance(60));
        Self {
            name: if odd { format!("Odd \"t{place}") } else { format!("t{place}") },
            key,
            marker,
            column,
            group: (!own && !none).then_some("removal"),
            group_type,
            by: dice.chance(50),
            unique,
            partition,
        }
    }

    pub fn key_columns(&self) -> &'static [&'static str] {
        if self.key == Key::Pair { &["shelf", "number"] } else { &["id"] }
    }

    pub fn key_types(&self) -> &'static [&'static str] {
        match self.key {
            Key::Number => &["integer"],
            Key::Text => &["text"],
            Key::Uuid => &["uuid"],
            Key::Pair => &["text", "bigint"],
        }
    }

    /// The values of the marker's column: while live, and once deleted (as SQL).
    pub fn states(&self) -> (&'static str, &'static str) {
        match self.marker {
            Marker::Timestamp => ("NULL", "now()"),
            Marker::Active => ("true", "false"),
            Marker::Gone => ("false", "true"),
            Marker::Status => ("'stored'", "'scrapped'"),
        }
    }

    fn manifest(&self, place: usize, shape: &Shape) -> String {
        let kind = match self.marker {
            Marker::Timestamp => "kind = \"timestamp\"",
            Marker::Active => "kind = \"boolean\", value = false",
            Marker::Gone => "kind = \"boolean\"",
            Marker::Status => "kind = \"status\", value = \"scrapped\", live = \"stored\"",
        };
        let group = match (self.group, shape.grouping) {
            (Some(group), _) => format!(", group = {group:?}"),
            (None, Grouping::Time) => format!(", group = {:?}", self.column),
            (None, _) => String::new(),
        };
        let by = if self.by { ", by = \"removed_by\"" } else { "" };
        let audit = if shape.audit { "audit = { restored = \"back\", deleted = \"gone\" }\n" } else { "" };
        let tenant = if shape.tenants { "tenant = \"org\"\n" } else { "" };
        let kept = if shape.triggers { "maintained = [\"below\", \"touched\"]\n" } else { "" };
        format!(
            "[[table]]\nname = {:?}\nkey = {:?}\nlabel = \"name\"\nword = \"w{place}\"\n{audit}{tenant}{kept}\
             deleted = {{ column = {:?}, {kind}{group}{by} }}\n",
            self.name,
            self.key_columns(),
            self.column
        )
    }
}
