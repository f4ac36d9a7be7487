//! What stands in the tables, as the test itself knows it: rows, what they hang under, which deletion each fell with. What a
//! restore must bring back is worked out here by other means than the program's.

use super::dice::Dice;
use super::shape::Shape;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Row {
    pub sheet: usize,
    pub number: usize,
    pub org: usize,
    pub name: String,
    /// What it hangs under: the way and the row.
    pub up: Vec<(usize, usize)>,
    /// The deletion it fell with; None while it is live.
    pub fell: Option<usize>,
}

pub type Rows = BTreeSet<usize>;

#[derive(Clone, Debug)]
pub struct World {
    pub shape: Shape,
    pub rows: Vec<Row>,
    pub deletions: usize,
}

/// What must become of rows that are asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// They come back.
    pub back: Rows,
    /// A live row has their name.
    pub taken: Rows,
    /// Their parent stays deleted.
    pub orphaned: Rows,
    /// Nobody can say which of two comes back.
    pub open: bool,
}

impl Verdict {
    /// Nothing was wanted.
    pub fn is_empty(&self) -> bool {
        self.back.is_empty() && self.taken.is_empty() && self.orphaned.is_empty()
    }
}

impl World {
    pub fn roll(dice: &mut Dice, shape: Shape, size: usize) -> Self {
        let mut world = Self { shape, rows: Vec::new(), deletions: 0 };
        for sheet in 0..world.shape.sheets.len() {
            let count = 2 + dice.below(2 * size);
            for _ in 0..count {
                let number = world.rows.len();
                world.grow(dice, sheet, format!("n{number} \"o'x\\"), &|_| true);
            }
        }
        world.close_circles(dice);
        world
    }

    /// A new live row under live rows of its tenant.
    pub fn grow(&mut self, dice: &mut Dice, sheet: usize, name: String, fits: &dyn Fn(usize) -> bool) -> usize {
        let mut row = Row { sheet, number: self.rows.len(), org: dice.below(2), name, up: Vec::new(), fell: None };
        let mut hung = false;
        for way in self.shape.above(sheet) {
            let polymorphic = self.shape.ways[way].polymorphic;
            if (polymorphic && hung) || dice.chance(10) {
                continue;
            }
            if let Some(parent) = dice.pick(&self.may_hold(way, &row, fits)) {
                if row.up.is_empty() {
                    row.org = self.rows[parent].org;
                }
                row.up.push((way, parent));
                hung |= polymorphic;
            }
        }
        self.rows.push(row);
        self.rows.len() - 1
    }

    fn may_hold(&self, way: usize, row: &Row, fits: &dyn Fn(usize) -> bool) -> Vec<usize> {
        let way = &self.shape.ways[way];
        let may = |place: &usize| {
            let other = &self.rows[*place];
            other.sheet == way.parent
                && other.fell.is_none()
                && (row.up.is_empty() || other.org == row.org)
                && fits(*place)
        };
        (0..self.rows.len()).filter(may).collect()
    }

    /// Rows of the first table pointing at rows made after them.
    fn close_circles(&mut self, dice: &mut Dice) {
        for way in 0..self.shape.ways.len() {
            if self.shape.ways[way].parent <= self.shape.ways[way].child {
                continue;
            }
            let children: Vec<usize> =
                (0..self.rows.len()).filter(|row| self.rows[*row].sheet == self.shape.ways[way].child).collect();
            for child in children {
                let org = self.rows[child].org;
                let mut parents = self.may_hold(way, &self.rows[child], &|_| true);
                parents.retain(|parent| self.rows[*parent].org == org);
                if let Some(parent) = dice.pick(&parents).filter(|_| dice.chance(40)) {
                    self.rows[child].up.push((way, parent));
                }
            }
        }
    }

    /// For a person: what hangs under what, and what fell when.
    pub fn told(&self) -> String {
        let row = |(place, row): (usize, &Row)| {
            let fell = row.fell.map_or("live".to_owned(), |deletion| format!("deletion {deletion}"));
            format!(
                "{place}: {} of org {}, up (way, row) {:?}, {fell}\n",
                self.shape.sheets[row.sheet].name, row.org, row.up
            )
        };
        format!("{:?}\n{}", self.shape, self.rows.iter().enumerate().map(row).collect::<String>())
    }

    pub fn live(&self) -> Vec<usize> {
        (0..self.rows.len()).filter(|row| self.rows[*row].fell.is_none()).collect()
    }

    /// The rows below any of these, one step down a way that a deletion falls through.
    fn below<'a>(&'a self, above: &'a Rows) -> impl Iterator<Item = usize> + 'a {
        let falls = |(way, parent): &(usize, usize)| self.shape.ways[*way].cascade && above.contains(parent);
        (0..self.rows.len()).filter(move |row| !above.contains(row) && self.rows[*row].up.iter().any(falls))
    }

    fn downwards(&self, mut all: Rows, goes: impl Fn(&Row) -> bool) -> Rows {
        loop {
            let more: Rows = self.below(&all).filter(|row| goes(&self.rows[*row])).collect();
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }

    /// What falls when these are deleted.
    pub fn falling(&self, roots: &[usize]) -> Rows {
        self.downwards(roots.iter().copied().collect(), |row| row.fell.is_none())
    }

    pub fn delete(&mut self, rows: &Rows) -> usize {
        self.deletions += 1;
        let deletions = self.deletions;
        rows.iter().for_each(|row| self.rows[*row].fell = Some(deletions));
        deletions
    }

    fn together(&self, row: usize, other: usize) -> bool {
        let (row, other) = (&self.rows[row], &self.rows[other]);
        row.fell.is_some() && row.fell == other.fell && (!self.shape.tenants || row.org == other.org)
    }

    /// Everything that fell with these: up to the roots, then down.
    pub fn fallen_with(&self, named: &[usize]) -> Rows {
        let mut all: Rows = named.iter().copied().collect();
        loop {
            let above = |row: &usize| {
                let falls = self.rows[*row].up.iter().filter(|(way, _)| self.shape.ways[*way].cascade);
                falls.map(|(_, parent)| (*row, *parent)).collect::<Vec<_>>()
            };
            let more: Rows = all
                .iter()
                .flat_map(above)
                .filter(|(row, parent)| !all.contains(parent) && self.together(*row, *parent))
                .map(|(_, parent)| parent)
                .collect();
            if more.is_empty() {
                break;
            }
            all.extend(more);
        }
        loop {
            let falls = |row: usize| {
                let mut up = self.rows[row].up.iter();
                up.any(|(way, parent)| {
                    self.shape.ways[*way].cascade && all.contains(parent) && self.together(row, *parent)
                })
            };
            let more: Rows = (0..self.rows.len()).filter(|row| !all.contains(row) && falls(*row)).collect();
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }

    /// Everything of one tenant that fell in the same moment as these.
    pub fn fallen_at_once(&self, named: &[usize]) -> Rows {
        let same = |row: &usize| named.iter().any(|other| self.together(*row, *other));
        (0..self.rows.len()).filter(same).collect()
    }

    /// These without some, and without all that hangs under those.
    pub fn left_out(&self, mut all: Rows, some: &Rows) -> Rows {
        let mut out = some.clone();
        loop {
            let hangs = |row: &usize| self.rows[*row].up.iter().any(|(_, up)| out.contains(up));
            let more: Rows = all.iter().copied().filter(|row| !out.contains(row) && hangs(row)).collect();
            if more.is_empty() {
                all.retain(|row| !out.contains(row));
                return all;
            }
            out.extend(more);
        }
    }

    /// These, and every deleted row above them.
    pub fn with_parents(&self, mut all: Rows) -> Rows {
        loop {
            let above = |row: &usize| self.rows[*row].up.iter().map(|(_, parent)| *parent).collect::<Vec<_>>();
            let deleted = |parent: &usize| self.rows[*parent].fell.is_some() && !all.contains(parent);
            let more: Rows = all.iter().flat_map(above).filter(deleted).collect();
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }

    /// Two rows that cannot both be live.
    fn rival(&self, row: usize, other: usize) -> bool {
        let (row_is, other_is) = (&self.rows[row], &self.rows[other]);
        let name = |row: &Row| match self.shape.sheets[row.sheet].unique {
            Some("lower(name)") => Some(row.name.to_lowercase()),
            Some(_) => Some(row.name.clone()),
            None => None,
        };
        row != other && row_is.sheet == other_is.sheet && name(row_is).is_some() && name(row_is) == name(other_is)
    }

    /// What must become of these; those that cannot come back keep what hangs under them.
    pub fn judge(&self, wanted: &Rows) -> Verdict {
        let orphan = |row: &usize| {
            self.rows[*row].up.iter().any(|(_, up)| self.rows[*up].fell.is_some() && !wanted.contains(up))
        };
        let orphaned: Rows = wanted.iter().copied().filter(orphan).collect();
        let is_taken = |row: &usize| {
            let rivals = (0..self.rows.len()).filter(|other| self.rows[*other].fell.is_none());
            rivals.into_iter().any(|other| self.rival(*row, other))
        };
        let taken: Rows = wanted.iter().copied().filter(is_taken).collect();
        let open = wanted.iter().any(|row| wanted.iter().any(|other| self.rival(*row, *other)));
        let mut back: Rows =
            wanted.iter().copied().filter(|row| !orphaned.contains(row) && !taken.contains(row)).collect();
        loop {
            let hangs =
                |row: &usize| self.rows[*row].up.iter().any(|(_, up)| wanted.contains(up) && !back.contains(up));
            let left: Rows = back.iter().copied().filter(hangs).collect();
            if left.is_empty() {
                return Verdict { back, taken, orphaned, open };
            }
            back.retain(|row| !left.contains(row));
        }
    }
}
