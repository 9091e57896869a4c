//! The blocks a home screen is made of, and the text in which a person's choice of them is kept.
//!
//! One line a block: `day full`, `target half 100000 EUR`, `chart half forecast weighted columns`. A line
//! that is not understood is left out. Start at [`Block`].

use crate::report::Shape;
use crate::schema::{Catalog, FieldType};
use crate::tui::context::Context;

/// The preference under which the blocks are kept.
pub(super) const KEPT: &str = "home.blocks";

/// The blocks where nobody chose others.
const USUAL: &str = "\
day full
target half
pipeline half
closing half
stale half
team half
latest half
";

/// How wide a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Half,
    Full,
}

/// A list that is always the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    Closing,
    Stale,
    Latest,
}

/// What a fixed list shows.
pub(super) struct Part {
    pub word: &'static str,
    pub entity: &'static str,
    /// Whose is added in front.
    pub condition: &'static str,
    pub sort: &'static str,
    /// Whether it is about what is mine.
    pub own: bool,
    pub columns: &'static [&'static str],
}

impl Fixed {
    const ALL: [Self; 3] = [Self::Closing, Self::Stale, Self::Latest];

    pub const fn part(self) -> Part {
        match self {
            Self::Closing => Part {
                word: "closing",
                entity: "deal",
                condition: "stage.state = open and expected_close in next 30 days",
                sort: "expected_close",
                own: true,
                columns: &["amount", "expected_close", "stage", "customer"],
            },
            Self::Stale => Part {
                word: "stale",
                entity: "deal",
                condition: "stage.state = open and stage_since older than 30d",
                sort: "stage_since",
                own: true,
                columns: &["stage_since", "amount", "stage", "customer"],
            },
            Self::Latest => Part {
                word: "latest",
                entity: "activity",
                // What is planned is in my day.
                condition: "happened_at <= now",
                sort: "-happened_at",
                own: false,
                columns: &["happened_at", "kind", "customer", "owner"],
            },
        }
    }
}

/// What a block shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// What is late, due and planned today.
    Day,
    /// A list that is always the same.
    Fixed(Fixed),
    /// My open deals by stage.
    Pipeline,
    /// What is won this month against what should be; the amount as typed.
    Target(String),
    /// Who did how much this week.
    Team,
    /// The first rows of a view: entity and key.
    View(String, String),
    /// A figure of a report: its name, the name of the figure, the shape.
    Chart(String, String, Shape),
}

/// A block with its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub what: What,
    pub size: Size,
}

impl What {
    /// The kinds a person can add, by the word they are kept under.
    pub const WORDS: [&'static str; 9] =
        ["day", "pipeline", "target", "closing", "stale", "team", "latest", "view", "chart"];

    pub fn word(&self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Fixed(fixed) => fixed.part().word,
            Self::Pipeline => "pipeline",
            Self::Target(_) => "target",
            Self::Team => "team",
            Self::View(..) => "view",
            Self::Chart(..) => "chart",
        }
    }

    /// The kind with that word that needs nothing else.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "day" => Self::Day,
            "pipeline" => Self::Pipeline,
            "target" => Self::Target(String::new()),
            "team" => Self::Team,
            word => Self::Fixed(Fixed::ALL.into_iter().find(|fixed| fixed.part().word == word)?),
        })
    }

    /// Whether it is about what is mine, or everybody's where nothing is.
    pub fn is_own(&self) -> bool {
        match self {
            Self::Fixed(fixed) => fixed.part().own,
            Self::Day | Self::Pipeline | Self::Target(_) => true,
            _ => false,
        }
    }
}

/// The blocks of a person.
pub(super) fn chosen(ctx: &Context) -> Vec<Block> {
    let mut blocks = read(ctx.prefs.get(KEPT).unwrap_or(USUAL), &ctx.catalog);
    blocks.retain(|block| is_read(&block.what, ctx));
    blocks
}

/// The usual blocks.
pub(super) fn usual(ctx: &Context) -> Vec<Block> {
    let mut blocks = read(USUAL, &ctx.catalog);
    blocks.retain(|block| is_read(&block.what, ctx));
    blocks
}

/// Whether the person may read what a block is about: those that could only say no are left out.
fn is_read(what: &What, ctx: &Context) -> bool {
    match what {
        What::Day => ctx.reads("task"),
        What::Fixed(fixed) => ctx.reads(fixed.part().entity),
        What::Pipeline => ctx.reads("deal"),
        What::Target(_) => {
            let amount = ctx.catalog.entity("deal").and_then(|deal| deal.field("amount"));
            ctx.reads("deal") && amount.is_some_and(|field| field.kind == FieldType::Money)
        }
        What::Team => ctx.reads("activity"),
        What::View(entity, _) => ctx.reads(entity),
        What::Chart(report, ..) => {
            ctx.catalog.report(report).is_some_and(|report| ctx.reads(&report.entity))
        }
    }
}

fn read(text: &str, catalog: &Catalog) -> Vec<Block> {
    text.lines().filter_map(|line| one(line, catalog)).collect()
}

fn one(line: &str, catalog: &Catalog) -> Option<Block> {
    let mut words = line.split_whitespace();
    let word = words.next()?;
    let size = match words.next()? {
        "half" => Size::Half,
        "full" => Size::Full,
        _ => return None,
    };
    let what = match word {
        "target" => What::Target(words.collect::<Vec<_>>().join(" ")),
        "view" => {
            let (entity, key) = (words.next()?, words.next()?);
            catalog.entity(entity)?;
            What::View(entity.to_owned(), key.to_owned())
        }
        "chart" => {
            let (of, figure) = (catalog.report(words.next()?)?, words.next()?);
            let shape = Shape::named(words.next()?)?;
            What::Chart(of.name.clone(), figure.to_owned(), shape)
        }
        word => What::named(word)?,
    };
    Some(Block { what, size })
}

/// The text in which blocks are kept.
pub(super) fn written(blocks: &[Block]) -> String {
    let line = |block: &Block| {
        let size = if block.size == Size::Half { "half" } else { "full" };
        let rest = match &block.what {
            What::Target(amount) => amount.clone(),
            What::View(entity, key) => format!("{entity} {key}"),
            What::Chart(report, figure, shape) => format!("{report} {figure} {}", shape.word()),
            _ => String::new(),
        };
        format!("{} {size} {rest}", block.what.word()).trim_end().to_owned()
    };
    blocks.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_they_are_written() {
        let catalog = crate::schema::load(None).unwrap();
        let text = "day full\ntarget half 100000 EUR\nview half customer V-3\n\
                    chart full forecast weighted columns\nteam half";
        let blocks = read(text, &catalog);
        assert_eq!(blocks.len(), 5);
        assert_eq!(written(&blocks), text);
        assert_eq!(read(USUAL, &catalog).len(), USUAL.lines().count());
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        let catalog = crate::schema::load(None).unwrap();
        let text = "clock half\nday\nday quarter\nview half yachts V-1\nchart half gone x bars\n\nteam half";
        assert_eq!(written(&read(text, &catalog)), "team half");
    }

    #[test]
    fn every_kind_that_can_be_added_is_known() {
        for word in What::WORDS {
            let known = What::named(word).map(|what| what.word());
            assert!(known == Some(word) || ["view", "chart"].contains(&word), "{word}");
        }
    }
}
