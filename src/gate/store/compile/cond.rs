//! Conditions -> SQL.

use rusqlite::types::Value as Sql;
use rust_decimal::prelude::ToPrimitive;

use super::{Compiler, Form, Fragment, Piece, Place};
use crate::gate::store::layout::quoted;
use crate::gate::store::search::{match_text, searched};
use crate::model::{Address, Name, Value, text};
use crate::query::compute::number;
use crate::query::evaluate::is_phrase_field;
use crate::query::tree::{Cond, Counted, Hop, Kind, Order, PointTest, Scalar, TextTest, When, Who};
use crate::schema::{Field, FieldType};

/// Bits of the number of a record in the row numbers of the search index.
const RECORD_BITS: u32 = 40;

/// What a link leads to, and a condition on it.
struct Beyond {
    /// The column of the link.
    link: String,
    table: String,
    /// What the table is called in the condition.
    alias: String,
    inner: Fragment,
}

impl Compiler<'_> {
    pub(super) fn cond(&self, cond: &Cond, place: Place<'_>) -> Fragment {
        match cond {
            Cond::Always(holds) => Fragment::new(if *holds { "1" } else { "0" }),
            Cond::All(parts) => {
                join(parts.iter().map(|part| self.cond(part, place)).collect(), " AND ")
            }
            Cond::Any(parts) => {
                join(parts.iter().map(|part| self.cond(part, place)).collect(), " OR ")
            }
            Cond::Not(inner) => match &**inner {
                Cond::Count(counted) => self.count(counted, true, place),
                Cond::Missing(scalar) => suffixed(self.scalar(scalar, place), " IS NOT NULL"),
                Cond::Empty(name) => Self::empty(name, true, place),
                inner => {
                    let inner = self.cond(inner, place);
                    Fragment::with(format!("(({}) IS NOT TRUE)", inner.sql), inner.params)
                }
            },
            Cond::Words(words) => words_sql(words, place),
            Cond::Phrase(phrase) => phrase_sql(phrase, place),
            Cond::True(scalar) => suffixed(self.scalar(scalar, place), " = 1"),
            Cond::Empty(name) => Self::empty(name, false, place),
            Cond::Missing(scalar) => suffixed(self.scalar(scalar, place), " IS NULL"),
            Cond::Compare(kind, order, a, b) => self.compare(*kind, *order, a, b, place),
            Cond::During(kind, scalar, order, when) => {
                self.during(*kind, scalar, *order, *when, place)
            }
            Cond::OneOf(scalar, values) => {
                let piece = self.scalar(scalar, place);
                one_of(&piece.sql, piece.params, values.iter().cloned().map(Sql::Text))
            }
            Cond::Text(scalar, test) => self.text(scalar, test, place),
            Cond::Member(name, values) => {
                let inner =
                    one_of("value", vec![key(place, name)], values.iter().cloned().map(Sql::Text));
                side(
                    place,
                    &format!("SELECT record FROM _tag WHERE field = ? AND {}", inner.sql),
                    inner.params,
                )
            }
            Cond::MemberLike(name, needle) => side(
                place,
                "SELECT record FROM _tag WHERE field = ? AND instr(kontor_fold(value), ?) > 0",
                vec![key(place, name), Sql::Text(needle.clone())],
            ),
            Cond::Point(name, PointTest::Exact(values)) => {
                let mut inner = one_of("norm", Vec::new(), values.iter().cloned().map(Sql::Text));
                inner.params.push(key(place, name));
                side(
                    place,
                    &format!("SELECT record FROM _point WHERE {} AND field = ?", inner.sql),
                    inner.params,
                )
            }
            Cond::Point(name, PointTest::Contains(needle)) => side(
                place,
                "SELECT record FROM _point WHERE field = ? AND instr(norm, ?) > 0",
                vec![key(place, name), Sql::Text(needle.clone())],
            ),
            Cond::Linked(name, who) => self.linked_to(name, who, place),
            Cond::LinkedAny(name, target) => match place.entity.field(name) {
                Some(field) => {
                    let column = field.sql_column();
                    Fragment::with(
                        format!(
                            "({} = ? AND {} = ?)",
                            place.column(&format!("{column}_entity")),
                            place.column(&column)
                        ),
                        vec![Sql::Text(target.entity.to_string()), Sql::Integer(target.id.0)],
                    )
                }
                None => Fragment::new("0"),
            },
            Cond::Via(hop, inner) => self.via_cond(hop, inner, place),
            Cond::PartOf(hop, inner) => self.part_of(hop, inner, place),
            Cond::ViaAny(name, targets) => self.via_any(name, targets, place),
            Cond::Count(counted) => self.count(counted, false, place),
        }
    }

    fn empty(name: &Name, not: bool, place: Place<'_>) -> Fragment {
        let Some(field) = place.entity.field(name) else { return Fragment::new("0") };
        let is = if not { "IS NOT NULL" } else { "IS NULL" };
        match &field.kind {
            FieldType::Links { .. } => {
                let word = if not { "EXISTS" } else { "NOT EXISTS" };
                Fragment::with(
                    format!(
                        "{word} (SELECT 1 FROM _link WHERE field = ? AND source = {}.id)",
                        place.alias
                    ),
                    vec![key(place, name)],
                )
            }
            FieldType::Address => {
                let parts: Vec<String> = Address::PARTS
                    .iter()
                    .map(|part| {
                        let column = place.column(&format!("{}_{part}", field.sql_column()));
                        format!("{column} {is}")
                    })
                    .collect();
                Fragment::new(format!("({})", parts.join(if not { " OR " } else { " AND " })))
            }
            _ => Fragment::new(format!("{} {is}", place.column(&field.sql_column()))),
        }
    }

    fn compare(
        &self,
        kind: Kind,
        order: Order,
        a: &Scalar,
        b: &Scalar,
        place: Place<'_>,
    ) -> Fragment {
        let sign = order.sign();
        match kind {
            Kind::Number | Kind::Money | Kind::Duration => self.compare_numbers(order, a, b, place),
            Kind::Text => {
                let (a, b) = (self.scalar(a, place), self.scalar(b, place));
                let sql = format!("kontor_fold({}) {sign} kontor_fold({})", a.sql, b.sql);
                Fragment::with(sql, [a.params, b.params].concat())
            }
            Kind::Date => {
                // A day of an instant against a day that is known: a range of instants.
                if let (Scalar::DayOf(at), true) = (a, b.is_constant()) {
                    return self.day_of(at, order, b, place);
                }
                if let (true, Scalar::DayOf(at)) = (a.is_constant(), b) {
                    return self.day_of(at, order.turned(), a, place);
                }
                plain(self.scalar(a, place), sign, self.scalar(b, place))
            }
            Kind::Bool | Kind::DateTime | Kind::Link => {
                plain(self.scalar(a, place), sign, self.scalar(b, place))
            }
            Kind::Nothing => Fragment::new("0"),
        }
    }

    fn day_of(&self, at: &Scalar, order: Order, day: &Scalar, place: Place<'_>) -> Fragment {
        let Some(Sql::Text(day)) = self.scalar(day, place).params.pop() else {
            return Fragment::new("0");
        };
        let Ok(day) = day.parse() else { return Fragment::new("0") };
        self.during(Kind::DateTime, at, order, When::Day(day), place)
    }

    fn compare_numbers(&self, order: Order, a: &Scalar, b: &Scalar, place: Place<'_>) -> Fragment {
        let (left, right) = (self.scalar(a, place), self.scalar(b, place));
        let currencies = match (&left.currency, &right.currency) {
            (Some(a), Some(b)) => Some(Fragment::with(
                format!(" AND coalesce({} = {}, 1)", a.sql, b.sql),
                [a.params.clone(), b.params.clone()].concat(),
            )),
            _ => None,
        };
        let sign = order.sign();
        // A plain column against a number that is known stays plain, so that its index serves.
        let mut compared = match (left.form, b, right.form, a) {
            (Form::Plain, Scalar::Constant(value), ..) => {
                let param = plain_number(value);
                Fragment::with(
                    format!("{} {sign} ?", left.sql),
                    [left.params, vec![param]].concat(),
                )
            }
            (_, _, Form::Plain, Scalar::Constant(value)) => {
                let param = plain_number(value);
                Fragment::with(
                    format!("? {sign} {}", right.sql),
                    [vec![param], right.params].concat(),
                )
            }
            (Form::Plain, _, Form::Plain, _) => plain(left, sign, right),
            _ => {
                let (left, right) = (left.numeric(), right.numeric());
                if left.form == Form::Loose || right.form == Form::Loose {
                    let params = [left.params, right.params].concat();
                    let sql = format!("kontor_compare({}, {}) {sign} 0", left.sql, right.sql);
                    Fragment::with(sql, params)
                } else {
                    plain(left, sign, right)
                }
            }
        };
        if let Some(currencies) = currencies {
            compared.sql = format!("({}{})", compared.sql, currencies.sql);
            compared.params.extend(currencies.params);
        }
        compared
    }

    fn during(
        &self,
        kind: Kind,
        scalar: &Scalar,
        order: Order,
        when: When,
        place: Place<'_>,
    ) -> Fragment {
        let piece = self.scalar(scalar, place);
        let (first, end) = if kind == Kind::Date {
            let (first, end) = when.days(self.moment);
            let text = |day: chrono::NaiveDate| Sql::Text(day.format("%Y-%m-%d").to_string());
            (text(first), text(end))
        } else {
            let (first, end) = when.instants(self.moment);
            (Sql::Integer(first.timestamp_millis()), Sql::Integer(end.timestamp_millis()))
        };
        let one = |sign: &str, bound: Sql| {
            let mut params = piece.params.clone();
            params.push(bound);
            Fragment::with(format!("{} {sign} ?", piece.sql), params)
        };
        match order {
            Order::Eq => {
                let mut params = piece.params.clone();
                params.push(first);
                params.extend(piece.params.iter().cloned());
                params.push(end);
                Fragment::with(format!("({0} >= ? AND {0} < ?)", piece.sql), params)
            }
            Order::Lt => one("<", first),
            Order::Le => one("<", end),
            Order::Gt => one(">=", end),
            Order::Ge => one(">=", first),
        }
    }

    fn text(&self, scalar: &Scalar, test: &TextTest, place: Place<'_>) -> Fragment {
        let piece = self.scalar(scalar, place);
        let with = |sql: String, values: Vec<Sql>| {
            Fragment::with(sql, [piece.params.clone(), values].concat())
        };
        match test {
            TextTest::Same(wanted) => {
                let folded = format!("kontor_fold({}) = ?", piece.sql);
                let is_title = matches!(scalar, Scalar::Field(name) if *name == place.entity.title);
                if is_title {
                    // The key narrows by its index, the fold decides.
                    let key = Sql::Text(text::sort_key(wanted));
                    return Fragment::with(
                        format!("({}.sort_key = ? AND {folded})", place.alias),
                        vec![key, Sql::Text(wanted.clone())],
                    );
                }
                with(folded, vec![Sql::Text(wanted.clone())])
            }
            TextTest::Exact(wanted) => {
                with(format!("{} = ? COLLATE NOCASE", piece.sql), vec![Sql::Text(wanted.clone())])
            }
            TextTest::Contains(needle) => with(
                format!("instr(kontor_fold({}), ?) > 0", piece.sql),
                vec![Sql::Text(needle.clone())],
            ),
            TextTest::Order(order, wanted) => with(
                format!("kontor_fold({}) {} ?", piece.sql, order.sign()),
                vec![Sql::Text(wanted.clone())],
            ),
        }
    }

    fn linked_to(&self, name: &Name, who: &Who, place: Place<'_>) -> Fragment {
        let Some(field) = place.entity.field(name) else { return Fragment::new("0") };
        let ids: Vec<Sql> = match who {
            Who::Ids(ids) => ids.iter().map(|id| Sql::Integer(*id)).collect(),
            Who::Me => self.moment.me.iter().map(|id| Sql::Integer(id.0)).collect(),
            Who::MyTeams => self.moment.my_teams.iter().map(|id| Sql::Integer(id.0)).collect(),
        };
        if matches!(field.kind, FieldType::Links { .. }) {
            let inner = one_of("target", vec![key(place, name)], ids.into_iter());
            return side(
                place,
                &format!("SELECT source FROM _link WHERE field = ? AND {}", inner.sql),
                inner.params,
            );
        }
        one_of(&place.column(&field.sql_column()), Vec::new(), ids.into_iter())
    }

    fn via_cond(&self, hop: &Hop, inner: &Cond, place: Place<'_>) -> Fragment {
        let Some(Beyond { link, table, alias, inner }) = self.beyond(hop, inner, place) else {
            return Fragment::new("0");
        };
        // Only living records count, which is also what the indexes hold.
        if hop.many {
            return side(
                place,
                &format!(
                    "SELECT l{alias}.source FROM _link l{alias} JOIN {table} {alias} ON {alias}.id = l{alias}.target \
                     WHERE l{alias}.field = ? AND {alias}.deleted_at IS NULL AND {}",
                    inner.sql
                ),
                [vec![key(place, &hop.field)], inner.params].concat(),
            );
        }
        Fragment::with(
            format!(
                "{link} IN (SELECT {alias}.id FROM {table} {alias} WHERE {alias}.deleted_at IS NULL AND {})",
                inner.sql
            ),
            inner.params,
        )
    }

    /// One seek for each row: what the record belongs to is looked at, not all that fulfils it gathered.
    fn part_of(&self, hop: &Hop, inner: &Cond, place: Place<'_>) -> Fragment {
        let Some(Beyond { link, table, alias, inner }) = self.beyond(hop, inner, place) else {
            return Fragment::new("0");
        };
        Fragment::with(
            format!(
                "EXISTS (SELECT 1 FROM {table} {alias} WHERE {alias}.id = {link} AND ({}))",
                inner.sql
            ),
            inner.params,
        )
    }

    /// A condition on what a link leads to; none where the link leads nowhere that is known.
    fn beyond(&self, hop: &Hop, inner: &Cond, place: Place<'_>) -> Option<Beyond> {
        let target = self.catalog.entity(&hop.to)?;
        let field = place.entity.field(&hop.field)?;
        let (alias, compiler) = self.inside();
        let inner = compiler.cond(inner, Place { entity: target, alias: &alias });
        let link = place.column(&field.sql_column());
        Some(Beyond { link, table: quoted(&target.sql_table()), alias, inner })
    }

    fn via_any(&self, name: &Name, targets: &[(Name, Cond)], place: Place<'_>) -> Fragment {
        let Some(field) = place.entity.field(name) else { return Fragment::new("0") };
        let entity = place.column(&format!("{}_entity", field.sql_column()));
        let ways = targets
            .iter()
            .map(|(to, inner)| {
                let hop = Hop { field: name.clone(), to: to.clone(), many: false };
                let inner = self.via_cond(&hop, inner, place);
                Fragment::with(
                    format!("({entity} = ? AND {})", inner.sql),
                    [vec![Sql::Text(to.to_string())], inner.params].concat(),
                )
            })
            .collect();
        join(ways, " OR ")
    }

    /// Living linked records, counted; whether there are any is asked without counting.
    fn count(&self, counted: &Counted, not: bool, place: Place<'_>) -> Fragment {
        let Some(of) = self.catalog.entity(&counted.of) else { return Fragment::new("0") };
        let (alias, compiler) = self.inside();
        let at = Place { entity: of, alias: &alias };
        let Some(mut condition) = Self::linked(&counted.through, at, place) else {
            return Fragment::new("0");
        };
        condition.and(&format!("{alias}.deleted_at IS NULL"), Vec::new());
        if let Some(filter) = &counted.filter {
            let filter = compiler.cond(filter, at);
            condition.and(&filter.sql, filter.params);
        }
        let from = format!("FROM {} {alias} WHERE {}", quoted(&of.sql_table()), condition.sql);
        let exists = match (counted.order, counted.number) {
            (Order::Gt, 0) | (Order::Ge, 1) => Some(true),
            (Order::Eq | Order::Le, 0) | (Order::Lt, 1) => Some(false),
            _ => None,
        };
        let sql = match exists {
            Some(exists) if exists != not => format!("EXISTS (SELECT 1 {from})"),
            Some(_) => format!("NOT EXISTS (SELECT 1 {from})"),
            None => {
                condition.params.push(Sql::Integer(counted.number));
                let compared = format!("(SELECT count(*) {from}) {} ?", counted.order.sign());
                if not { format!("NOT ({compared})") } else { compared }
            }
        };
        Fragment::with(sql, condition.params)
    }
}

/// The name of a field in the side tables.
fn key(place: Place<'_>, field: &str) -> Sql {
    Sql::Text(format!("{}.{field}", place.entity.name))
}

fn side(place: Place<'_>, select: &str, params: Vec<Sql>) -> Fragment {
    Fragment::with(format!("{}.id IN ({select})", place.alias), params)
}

fn suffixed(piece: Piece, suffix: &str) -> Fragment {
    Fragment::with(format!("{}{suffix}", piece.sql), piece.params)
}

fn plain(a: Piece, sign: &str, b: Piece) -> Fragment {
    Fragment::with(format!("{} {sign} {}", a.sql, b.sql), [a.params, b.params].concat())
}

fn plain_number(value: &Value) -> Sql {
    match number(value) {
        Some(n) if n.is_integer() => n.to_i64().map_or(Sql::Null, Sql::Integer),
        Some(n) => n.to_f64().map_or(Sql::Null, Sql::Real),
        None => Sql::Null,
    }
}

fn one_of(sql: &str, mut params: Vec<Sql>, values: impl ExactSizeIterator<Item = Sql>) -> Fragment {
    match values.len() {
        // The parameters of what is looked at, or of what stands before it, must not be left over.
        0 if !sql.contains('?') => Fragment::with("0", params),
        0 => Fragment::with(
            format!("({sql} IS NULL AND {sql} IS NOT NULL)"),
            [params.clone(), params].concat(),
        ),
        1 => {
            params.extend(values);
            Fragment::with(format!("{sql} = ?"), params)
        }
        n => {
            params.extend(values);
            Fragment::with(format!("{sql} IN (?{})", ", ?".repeat(n - 1)), params)
        }
    }
}

/// Joins conditions as a balanced tree, since SQLite bounds how deep an expression may be.
fn join(mut parts: Vec<Fragment>, word: &str) -> Fragment {
    match parts.len() {
        0 => Fragment::new(if word == " AND " { "1" } else { "0" }),
        1 => parts.remove(0),
        n if n <= 16 => {
            let sql: Vec<&str> = parts.iter().map(|part| part.sql.as_str()).collect();
            let sql = format!("({})", sql.join(word));
            Fragment::with(sql, parts.into_iter().flat_map(|part| part.params).collect())
        }
        n => {
            let right = parts.split_off(n / 2);
            let (left, right) = (join(parts, word), join(right, word));
            let sql = format!("({}{word}{})", left.sql, right.sql);
            Fragment::with(sql, [left.params, right.params].concat())
        }
    }
}

/// Free words ask the search index, whose row numbers carry the entity above the record.
fn words_sql(words: &str, place: Place<'_>) -> Fragment {
    let Some(matched) = match_text(words) else { return Fragment::new("1") };
    let number = format!("(SELECT number << {RECORD_BITS} FROM _entity WHERE name = ?)");
    let mask = (1_i64 << RECORD_BITS) - 1;
    let name = Sql::Text(place.entity.name.to_string());
    let found = Fragment::with(
        format!(
            "{}.id IN (SELECT rowid & {mask} FROM _search WHERE _search MATCH ? \
             AND rowid >= {number} AND rowid <= {number} + {mask})",
            place.alias
        ),
        vec![Sql::Text(matched), name.clone(), name],
    );
    if !place.entity.veiled {
        return found;
    }
    // The words may stand in a field that is kept from the person: they must stand in what is not.
    let texts: Vec<String> = searched(place.entity)
        .flat_map(Field::sql_columns)
        .map(|(column, _)| place.column(&column))
        .collect();
    let mut params = found.params;
    params.push(Sql::Text(words.to_owned()));
    Fragment::with(format!("({} AND kontor_holds(?, {}))", found.sql, texts.join(", ")), params)
}

fn phrase_sql(phrase: &str, place: Place<'_>) -> Fragment {
    let columns: Vec<String> = place
        .entity
        .fields
        .iter()
        .filter(|field| is_phrase_field(field))
        .map(|field| {
            let column = place.column(&field.sql_column());
            format!("coalesce(instr(kontor_fold({column}), ?), 0) > 0")
        })
        .collect();
    if columns.is_empty() {
        return Fragment::new("0");
    }
    let params = vec![Sql::Text(phrase.to_owned()); columns.len()];
    Fragment::with(format!("({})", columns.join(" OR ")), params)
}
