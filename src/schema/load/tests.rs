use super::*;
use crate::model::Lang;

#[test]
fn the_built_in_schema_is_sound() {
    let catalog = load(None).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    assert_eq!(catalog.entities().count(), 21);
}

/// The messages of a company file, each as `line: message | hint`.
fn wrongs(company: &str) -> Vec<String> {
    let Err(errors) = load(Some(("company.toml", company))) else {
        panic!("this should not load:\n{company}")
    };
    assert!(errors.iter().all(|error| error.file == "company.toml"), "{errors:?}");
    errors
        .into_iter()
        .map(|error| {
            format!("{}: {} | {}", error.line, error.message, error.hint.unwrap_or_default())
        })
        .collect()
}

/// One error, in which each of the words occurs.
fn one_wrong(company: &str, words: &[&str]) {
    let wrongs = wrongs(company);
    assert_eq!(wrongs.len(), 1, "{wrongs:#?}\nof {company}");
    for word in words {
        assert!(wrongs[0].contains(word), "no `{word}` in {}", wrongs[0]);
    }
}

/// A company file with one new field of customers.
fn field(attributes: &str) -> String {
    format!("[[entity.customer.field]]\nname = \"tier\"\n{attributes}\n")
}

#[test]
fn unknown_keys_are_told_with_line_and_likely_word() {
    one_wrong("[compny]\n", &["1: unknown key `compny`", "`company`"]);
    one_wrong("[company]\nregoin = \"DE\"\n", &["2: company: unknown key", "`region`"]);
    one_wrong("[system]\n", &["1: unknown key `system`"]);
    one_wrong("[entity.customer]\nmenue = 3\n", &["2: customer: unknown key `menue`", "`menu`"]);
    one_wrong(
        &field("type = \"text\"\nrequird = true"),
        &["4: customer.tier: unknown key `requird`", "`required`"],
    );
    one_wrong(
        &field("type = \"text\"\nlabel = { en = \"a\", cn = \"b\" }"),
        &["4: customer.tier: unknown key `cn`"],
    );
    one_wrong(
        &field("type = \"text\"\ncolumn = { prio = 3 }"),
        &["4: ", "unknown key `prio`", "`priority`"],
    );
    one_wrong(
        &field(
            "type = \"select\"\noptions = [\n  \"a\",\n  { value = \"b\", colour = \"good\" },\n]",
        ),
        &["6: ", "unknown key `colour`", "`color`"],
    );
    one_wrong(
        &field("type = \"text\"\nfollows = { feild = \"name\", with = \"name\" }"),
        &["unknown key `feild`", "`field`"],
    );
}

#[test]
fn values_of_the_wrong_type_are_told() {
    for (attribute, words) in [
        ("required = \"yes\"", &["`required` must be true or false, not text"][..]),
        ("label = 3", &["`label` must be a label, not a number"]),
        ("group = true", &["`group` must be text"]),
        ("max = \"10\"", &["`max` must be a number, not text"]),
        ("column = 4", &["`column` must be a table"]),
        ("column = { priority = 0 }", &["`priority` must be from 1 to 99"]),
        ("column = { width = -1 }", &["`width` must be from 1 to 200"]),
        ("column = { align = \"middle\" }", &["`middle` is no alignment"]),
        ("default = [1]", &["`default` must be an expression, not a list"]),
        ("follows = \"name\"", &["`follows` must be a table"]),
        ("label = \"a\\u001b[31m\"", &["control characters"]),
        ("min = 9\nmax = 3", &["`min` 9 is above `max` 3"]),
    ] {
        let company = field(&format!("type = \"text\"\n{attribute}"));
        let wrongs = wrongs(&company).join("\n");
        for word in words {
            assert!(wrongs.contains(word), "no `{word}` in {wrongs}");
        }
    }
    one_wrong("entity = 3", &["`entity` must be a table"]);
    one_wrong("[entity.customer]\nfield = 3", &["2: customer: `field` must be a list"]);
    one_wrong("[entity.customer]\nmenu = 100", &["`menu` must be from 0 to 99"]);
}

#[test]
fn types_are_known_or_guessed() {
    for (word, meant) in [
        ("string", "text"),
        ("multiselect", "multi-select"),
        ("Lookup", "link"),
        ("monney", "money"),
    ] {
        one_wrong(
            &field(&format!("type = \"{word}\"")),
            &["3: customer.tier: unknown type", &format!("\"{meant}\"?")],
        );
    }
    one_wrong(&field("type = \"weather\""), &["unknown type `weather`", "the types are"]);
    one_wrong(&field(""), &["1: customer.tier: a new field needs a `type`"]);
    one_wrong(
        "[[entity.customer.field]]\nname = \"nmae\"\nrequired = true",
        &["customer.nmae", "did you mean the field `name`?"],
    );
    one_wrong(
        "[[entity.customer.field]]\ntype = \"text\"",
        &["1: customer: a field needs a `name`"],
    );
}

#[test]
fn names_are_checked() {
    for name in ["Tier", "2nd", "tier-x", "vip!", "级别", "a b", "\\\"; drop"] {
        one_wrong(
            &format!("[[entity.customer.field]]\nname = \"{name}\"\ntype = \"text\""),
            &["no name for a field"],
        );
    }
    for name in ["id", "ref", "and", "me", "rowid"] {
        one_wrong(
            &format!("[[entity.customer.field]]\nname = \"{name}\"\ntype = \"text\""),
            &["a reserved word"],
        );
    }
    let machine = "prefix = \"MC\"\nlabel = \"M\"\nplural = \"Ms\"\ntitle = \"name\"\n\
        field = [{ name = \"name\", type = \"text\" }]\n";
    one_wrong(&format!("[entity.Machine]\n{machine}"), &["no name for an entity"]);
    one_wrong(&format!("[entity.undo]\n{machine}"), &["a reserved word"]);
    one_wrong("[entity.custmer]\nlabel = \"X\"", &["did you mean the entity `customer`?"]);
    one_wrong(
        "[entity.machine]\nlabel = \"M\"\nplural = \"Ms\"\ntitle = \"name\"\n",
        &["1: machine: a new entity needs \"prefix\""],
    );
}

#[test]
fn nothing_is_declared_twice() {
    one_wrong(
        "[[entity.customer.field]]\nname = \"a\"\ntype = \"text\"\n\
         [[entity.customer.field]]\nname = \"a\"\ntype = \"text\"",
        &["4: customer.a: the field is declared twice"],
    );
    one_wrong(&field("type = \"select\"\noptions = [\"a\", \"a\"]"), &["`a` is declared twice"]);
    one_wrong("[company]\nregion = \"DE\"\nregion = \"FR\"", &["3: not TOML: duplicate key"]);
}

#[test]
fn a_field_is_not_named_like_a_part_of_another() {
    one_wrong(
        "[[entity.customer.field]]\nname = \"fee\"\ntype = \"money\"\n\
         [[entity.customer.field]]\nname = \"fee_currency\"\ntype = \"text\"",
        &["5: customer.fee_currency", "a part of `fee`"],
    );
}

#[test]
fn built_in_fields_keep_their_type_and_system_fields_their_meaning() {
    one_wrong(
        "[[entity.customer.field]]\nname = \"name\"\ntype = \"integer\"",
        &["3: customer.name: the field is built in as text"],
    );
    one_wrong(
        "[[entity.contact.field]]\nname = \"customer\"\nto = \"lead\"",
        &["the field is built in as link to customer"],
    );
    one_wrong(
        "[[entity.customer.field]]\nname = \"version\"\nread_only = false",
        &["3: customer.version: every record has this field; `read_only` is fixed"],
    );
    load(Some(("c", "[[entity.customer.field]]\nname = \"name\"\ntype = \"text\""))).unwrap();
}

#[test]
fn attributes_fit_the_type() {
    for (attributes, word) in [
        ("type = \"text\"\noptions = [\"a\"]", "`options` says nothing of a text field"),
        ("type = \"date\"\npattern = \"x\"", "`pattern` says nothing of a date field"),
        ("type = \"boolean\"\nunique = true", "`unique` says nothing of a boolean field"),
        ("type = \"integer\"\nsearchable = true", "`searchable` says nothing"),
        ("type = \"text\"\nto = \"deal\"", "`to` says nothing"),
        ("type = \"formula\"\nexpr = \"1\"\nresult = \"integer\"\nrequired = true", "`required`"),
    ] {
        one_wrong(&field(attributes), &[word, "it goes with"]);
    }
}

#[test]
fn links_and_roll_ups_need_targets() {
    one_wrong(&field("type = \"link\""), &["a link needs `to`"]);
    one_wrong(
        &field("type = \"link\"\nto = \"contcat\""),
        &["4: customer.tier: there is no entity `contcat`", "`contact`"],
    );
    let roll_up = |rest: &str| field(&format!("type = \"rollup\"\n{rest}"));
    one_wrong(&roll_up("of = \"deal\""), &["a roll-up needs `of`, `through` and `take`"]);
    one_wrong(
        &roll_up("of = \"deel\"\nthrough = \"customer\"\ntake = \"count\""),
        &["4: customer.tier: there is no entity `deel`", "`deal`"],
    );
    one_wrong(
        &roll_up("of = \"deal\"\nthrough = \"amount\"\ntake = \"count\""),
        &["5: customer.tier: `amount` of `deal` is no link to `customer`", "\"customer\""],
    );
    one_wrong(
        &roll_up("of = \"deal\"\nthrough = \"custmer\"\ntake = \"count\""),
        &["5: ", "`deal` has no field `custmer`"],
    );
    one_wrong(
        &roll_up(
            "of = \"deal\"\nthrough = \"customer\"\ntake = \"total(amount)\"\nresult = \"money\"",
        ),
        &["6: ", "`total(amount)` takes nothing"],
    );
    one_wrong(
        &roll_up("of = \"deal\"\nthrough = \"customer\"\ntake = \"sum(amount)\""),
        &["`result` is missing"],
    );
    one_wrong(
        &roll_up(
            "of = \"deal\"\nthrough = \"customer\"\ntake = \"sum(amount)\"\nresult = \"monney\"",
        ),
        &["`monney` is no result", "\"money\""],
    );
    // A link to any entity will do.
    load(Some(("c", &roll_up("of = \"task\"\nthrough = \"about\"\ntake = \"count\"")))).unwrap();
}

#[test]
fn an_entity_names_its_own_fields() {
    let machine = |rest: &str| {
        format!(
            "[entity.machine]\nprefix = \"MC\"\nlabel = \"M\"\nplural = \"Ms\"\n{rest}\n\
             field = [{{ name = \"name\", type = \"text\" }}, {{ name = \"size\", type = \"integer\" }}]\n"
        )
    };
    one_wrong(
        &machine("title = \"nmae\""),
        &["5: machine: the title names no field `nmae`", "`name`"],
    );
    one_wrong(&machine("title = \"size\""), &["5: machine: the title `size` is integer, not text"]);
    one_wrong(
        &machine("title = \"name\"\nboard = \"size\""),
        &["6: machine: the board names no select field `size`"],
    );
    one_wrong(
        &machine("title = \"name\"\nsubtitle = \"sise\""),
        &["6: machine: the subtitle names no field `sise`", "`size`"],
    );
    one_wrong(
        &machine("title = \"name\"\nsort = \"-sise, name\""),
        &["6: machine: the sort names no field `sise`", "`size`"],
    );
    one_wrong(&field("type = \"text\"\ngroup = \"firn\""), &["no group `firn`", "\"firm\""]);
    one_wrong(
        &field("type = \"text\"\nfollows = { field = \"satus\", with = \"name\" }"),
        &["no field `satus` to follow", "`status`"],
    );
}

#[test]
fn a_part_names_the_link_to_what_it_is_a_part_of() {
    let machine = |rest: &str| {
        format!(
            "[entity.machine]\nprefix = \"MC\"\nlabel = \"M\"\nplural = \"Ms\"\ntitle = \"name\"\n{rest}\n\
             field = [{{ name = \"name\", type = \"text\" }}, {{ name = \"customer\", type = \"link\", \
             to = \"customer\" }}, {{ name = \"line\", type = \"link\", to = \"order_line\" }}]\n"
        )
    };
    let catalog = load(Some(("c", &machine("part_of = \"customer\"")))).unwrap();
    let part = catalog.entity("machine").unwrap().whole().unwrap();
    assert_eq!((part.through.as_str(), part.of.as_str()), ("customer", "customer"));
    let seen = load(Some(("c", &machine("seen_with = \"customer\"")))).unwrap();
    assert!(seen.entity("machine").unwrap().whole().is_none());
    one_wrong(
        &machine("part_of = \"custmer\""),
        &["6: machine: `part_of` names no link field `custmer`", "`customer`"],
    );
    one_wrong(&machine("part_of = \"name\""), &["`part_of` names no link field `name`"]);
    one_wrong(
        &machine("part_of = \"line\""),
        &["records of `order_line` belong to others themselves"],
    );
    // What ships can be taken back, and written out again.
    let own = "[entity.order_line]\npart_of = \"\"\n";
    assert!(load(Some(("c", own))).unwrap().entity("order_line").unwrap().part.is_none());
}

#[test]
fn prefixes_are_short_capitals_and_nobody_elses() {
    let machine = |prefix: &str| {
        format!(
            "[entity.machine]\nprefix = \"{prefix}\"\nlabel = \"M\"\nplural = \"Ms\"\ntitle = \"name\"\n\
             field = [{{ name = \"name\", type = \"text\" }}]\n"
        )
    };
    one_wrong(&machine("mc"), &["2: machine: `mc` is no prefix", "\"MC\""]);
    one_wrong(&machine("M1"), &["`M1` is no prefix"]);
    one_wrong(&machine("MACHINE"), &["\"MACH\"?"]);
    one_wrong(&machine("C"), &["2: machine: prefix \"C\" belongs to `customer` already"]);
    load(Some(("c", &machine("MC")))).unwrap();
}

#[test]
fn options_are_checked() {
    one_wrong(&field("type = \"select\""), &["a select needs `options`"]);
    let stage = |option: &str| {
        format!("[[entity.deal.field]]\nname = \"stage\"\noptions = [\n  {option},\n]")
    };
    one_wrong(
        &stage("{ value = \"x\", after = \"propsal\" }"),
        &["4: deal.stage: option `x`: `after` names no option `propsal`", "\"proposal\""],
    );
    one_wrong(
        &stage("{ value = \"x\", color = \"green\" }"),
        &["4: ", "unknown colour role `green`", "\"good\""],
    );
    one_wrong(&stage("{ value = \"x\", state = \"opne\" }"), &["unknown state `opne`", "\"open\""]);
    one_wrong(&stage("{ value = \"x\", probability = 101 }"), &["101 is not from 0 to 100"]);
    one_wrong(&stage("{ value = \"x\", stale_days = 0 }"), &["0 is no number of days"]);
    one_wrong(
        &stage("{ value = \"x\", pipelines = [\"slaes\"] }"),
        &["there is no pipeline `slaes`", "\"sales\""],
    );
    one_wrong(&stage("{ label = \"x\" }"), &["an option needs a `value`"]);
    one_wrong(&stage("{ value = \"a,b\" }"), &["has a comma"]);
}

#[test]
fn options_are_merged_in_the_order_asked_for() {
    let catalog = load(Some((
        "c",
        "[[entity.deal.field]]\nname = \"stage\"\noptions = [\n\
         { value = \"sample\", label = { en = \"Sample\", zh = \"样品\" }, after = \"proposal\" },\n\
         { value = \"lost\", label = { zh = \"丢单\" } },\n\
         { value = \"won\", retired = true, after = \"\" },\n]",
    )))
    .unwrap();
    let stage = catalog.entity("deal").unwrap().field("stage").unwrap();
    let order: Vec<&str> = stage.choices.iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!(
        order,
        ["won", "prospecting", "qualification", "proposal", "sample", "negotiation", "lost"]
    );
    assert_eq!(stage.choice("sample").unwrap().standing, Some(crate::schema::Standing::Open));
    let lost = stage.choice("lost").unwrap();
    assert_eq!((lost.label.en.as_str(), lost.label.zh.as_str()), ("Lost", "丢单"));
    assert!(stage.choice("won").unwrap().retired);
}

#[test]
fn patterns_regions_and_currencies_are_checked() {
    one_wrong(
        &field("type = \"text\"\npattern = \"[a-z\""),
        &["4: customer.tier: `pattern` is no regular expression: unclosed character class"],
    );
    one_wrong("[company]\nregion = \"Germany\"", &["2: company: `Germany` is no region"]);
    one_wrong("[company]\ncurrency = \"EUO\"", &["2: company: `EUO` is no currency", "\"EUR\""]);
    let catalog = load(Some(("c", "[company]\nregion = \"cn\"\ncurrency = \"cny\""))).unwrap();
    assert_eq!((catalog.company.region.as_str(), catalog.company.currency.code()), ("CN", "CNY"));
}

#[test]
fn expressions_that_do_not_parse_are_told() {
    one_wrong(
        &field("type = \"text\"\nrequired_when = \"status = (\""),
        &["4: customer.tier: `required_when` does not parse"],
    );
    one_wrong(
        &field("type = \"formula\"\nresult = \"money\"\nexpr = \"revenue *\""),
        &["5: customer.tier: `expr` does not parse"],
    );
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once_and_in_order() {
    let found = wrongs(
        "[company]\nregion = \"Germany\"\n\
         [entity.machine]\nprefix = \"mc\"\nlabel = \"M\"\nplural = \"Ms\"\ntitle = \"nmae\"\n\
         [[entity.machine.field]]\nname = \"name\"\ntype = \"txt\"\n\
         [[entity.machine.field]]\nname = \"customer\"\ntype = \"link\"\nto = \"custmer\"\nhlp = \"x\"\n",
    );
    let lines: Vec<&str> = found.iter().filter_map(|wrong| wrong.split(':').next()).collect();
    assert_eq!(lines, ["2", "4", "7", "10", "14", "15"], "{found:#?}");
}

#[test]
fn what_follows_from_another_mistake_is_not_told() {
    // The title names a field whose type is wrong: one mistake, not two.
    one_wrong(
        "[entity.machine]\nprefix = \"MC\"\nlabel = \"M\"\nplural = \"Ms\"\ntitle = \"name\"\n\
         [[entity.machine.field]]\nname = \"name\"\ntype = \"txt\"\n",
        &["8: machine.name: unknown type `txt`", "\"text\""],
    );
    one_wrong("[entity.customer\nmenu = \"x\"", &["1: not TOML"]);
}

#[test]
fn files_that_are_no_toml_are_told_with_their_line() {
    let found = wrongs("[company]\nregion = \"DE\"\ncurrency = EUR\n");
    assert!(found[0].starts_with("3: not TOML"), "{found:?}");
}

#[test]
fn built_in_patterns_are_regular_expressions() {
    let catalog = load(None).unwrap();
    for field in catalog.entities().flat_map(|entity| &entity.fields) {
        if let Some(pattern) = &field.pattern {
            regex::Regex::new(pattern).unwrap();
        }
    }
}

#[test]
fn built_in_lists_fit_80_columns_and_speak_chinese() {
    for entity in load(None).unwrap().entities() {
        let columns = entity.columns();
        assert_eq!(columns[0].name, entity.title, "{}: the title comes first", entity.name);
        let mut priorities: Vec<u8> =
            columns.iter().filter_map(|field| Some(field.column?.priority)).collect();
        let many = priorities.len();
        priorities.dedup();
        assert_eq!(priorities.len(), many, "{}: two columns of one priority", entity.name);
        let first: u16 =
            columns.iter().take(4).filter_map(|field| Some(field.column?.width + 2)).sum();
        // Two cells between columns, none after the last.
        assert!(first <= 78, "{}: the first four columns take {first} cells", entity.name);
        for label in [&entity.label, &entity.plural, &entity.help] {
            assert!(!label.en.is_empty() && !label.zh.is_empty(), "{}", entity.name);
        }
        for field in &entity.fields {
            assert!(!field.label.zh.is_empty(), "{}.{}", entity.name, field.name);
            assert_eq!(field.help.en.is_empty(), field.help.zh.is_empty(), "{}", field.name);
            for choice in &field.choices {
                assert!(!choice.label.zh.is_empty(), "{}.{}", entity.name, choice.value);
            }
        }
    }
}

#[test]
fn every_record_ends_with_the_fields_of_every_record() {
    for entity in load(None).unwrap().entities() {
        let names: Vec<&str> =
            entity.fields.iter().rev().take(10).map(|field| field.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "merged_into",
                "deleted_at",
                "version",
                "updated_by",
                "updated_at",
                "created_by",
                "created_at",
                "collaborators",
                "team",
                "owner"
            ],
            "{}",
            entity.name
        );
        let editable: Vec<&str> = entity
            .fields
            .iter()
            .filter(|field| field.origin == Origin::System && !field.read_only)
            .map(|field| field.name.as_str())
            .collect();
        assert_eq!(editable, ["owner", "team", "collaborators"]);
    }
}

#[test]
fn every_built_in_option_can_be_asked_for_without_quotes() {
    let catalog = load(None).unwrap();
    let fields = catalog.entities().flat_map(|entity| &entity.fields);
    let wrong: Vec<String> = fields
        .flat_map(|field| field.choices.iter().map(move |choice| (field, choice)))
        .map(|(field, choice)| format!("{} = {}", field.name, choice.value))
        .filter(|text| crate::syntax::parse(text).is_err())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// How long reading the built-in schema takes; run it in release with `--ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
#[expect(clippy::disallowed_macros, reason = "a measurement is there to be read")]
fn time_of_loading() {
    let rounds = 200;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(load(None)).unwrap();
    }
    eprintln!("load(None): {:?}", start.elapsed() / rounds);
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        for (_, text) in BUILT_IN {
            std::hint::black_box(DeTable::parse_recoverable(text));
        }
    }
    eprintln!("of which TOML: {:?}", start.elapsed() / rounds);
}

/// A company entity with a rule by which its records come again.
fn again(rule: &str) -> String {
    format!(
        "[entity.visit]\nprefix = \"VI\"\nlabel = \"Visit\"\nplural = \"Visits\"\ntitle = \"name\"\n\
         [entity.visit.recurs]\n{rule}\n\
         [[entity.visit.field]]\nname = \"name\"\ntype = \"text\"\n\
         [[entity.visit.field]]\nname = \"day\"\ntype = \"date\"\n\
         [[entity.visit.field]]\nname = \"done\"\ntype = \"boolean\"\n\
         [[entity.visit.field]]\nname = \"followed_by\"\ntype = \"link\"\nto = \"visit\"\n\
         [[entity.visit.field]]\nname = \"often\"\ntype = \"select\"\n\
         options = [{{ value = \"w\", every = \"3 weeks\" }}]\n"
    )
}

#[test]
fn rules_of_repetition_are_held_against_the_fields() {
    let sound = "when = \"done\"\nby = \"often\"\nfrom = \"day\"\nnext = \"followed_by\"";
    let catalog = load(Some(("company.toml", &again(sound)))).unwrap();
    let rule = catalog.entity("visit").unwrap().recurs.clone().unwrap();
    assert_eq!((rule.by.as_str(), rule.from.as_str()), ("often", "day"));
    one_wrong(&again("when = \"done\"\nby = \"often\""), &["6: ", "needs \"from\" and \"next\""]);
    one_wrong(&again(&sound.replace("day", "dya")), &["9: ", "no field `dya`", "`day`"]);
    one_wrong(&again(&sound.replace("often", "name")), &["8: ", "`name` is text, not a select"]);
    one_wrong(&again(&sound.replace("followed_by", "owner")), &["10: ", "not a link to visit"]);
    one_wrong(&again(&format!("{sound}\nfrsh = []")), &["11: ", "unknown key `frsh`", "`fresh`"]);
    one_wrong(&again(&format!("{sound}\nfresh = [\"nothing\"]")), &["11: ", "no field `nothing`"]);
    let moons = "3 moons\" }, { value = \"d\", every = \"day";
    one_wrong(&again(sound).replace("3 weeks", moons), &["`3 moons` is no step", "2 weeks"]);
    let bare = again(sound).replace(", every = \"3 weeks\"", "");
    one_wrong(&bare, &["8: ", "no choice of `often` says how often", "every = \"2 weeks\""]);
    // A company may change a single key of a shipped rule, or take it away.
    let company = "[entity.task.recurs]\nwhen = \"status.state != open\"\n";
    let changed = load(Some(("company.toml", company))).unwrap();
    assert_eq!(changed.entity("task").unwrap().recurs.clone().unwrap().by, "repeat");
    let without = load(Some(("company.toml", "[entity.task]\nrecurs = false\n"))).unwrap();
    assert_eq!(without.entity("task").unwrap().recurs, None);
}

#[test]
fn a_short_label_is_read_kept_short_and_goes_with_its_label() {
    let of = |company: &str, entity: &str, name: &str| {
        let catalog = load(Some(("company.toml", company))).unwrap();
        catalog.entity(entity).unwrap().field(name).unwrap().clone()
    };
    let text = "type = \"text\"\nlabel = { en = \"Tier of service\", zh = \"服务等级\" }\n";
    let tier = of(&field(&format!("{text}short = {{ en = \"Tier\" }}")), "customer", "tier");
    assert_eq!(tier.short_in(Lang::En), Some("Tier"));
    // The English one says nothing to those who read Chinese.
    assert_eq!(tier.short_in(Lang::Zh), None);

    // A company that calls a field by another name does not see the short form of the old one.
    let named = |label: &str| {
        let text = format!("[[entity.deal.field]]\nname = \"expected_close\"\nlabel = {label}\n");
        of(&text, "deal", "expected_close")
    };
    assert_eq!(named("{ zh = \"成交日\" }").short_in(Lang::En), Some("Close"));
    assert_eq!(named("\"Delivery date\"").short_in(Lang::En), None);
    assert_eq!(named("\"Delivery\"\nshort = \"Deliv.\"").short_in(Lang::En), Some("Deliv."));

    one_wrong(
        &field("type = \"text\"\nlabel = \"Tier\"\nshort = \"Tier of service\""),
        &["`short` is not shorter than the label", "Tier of service"],
    );
}
