//! Snapshots of every screen and overlay: text and styles, in three sizes, in English and Chinese.
//!
//! A screen is one line of [`SCREENS`]: its name and the keys that lead there from my day. What stands
//! in quotes is typed, and `~` asks for a company of its own, because something is changed on the way.
//! The snapshots are `screens/NAME-LANGUAGE.snap`, all sizes in one.

use super::*;

/// Every screen and overlay, and how to get there. The fuzz and hostile tests go there too.
pub const SCREENS: &[(&str, &str)] = &[
    ("home", ""),
    ("customers", "g c"),
    ("customers-marked", "g c space space"),
    ("customers-range", "g c v down"),
    ("customers-all", "g c *"),
    ("customers-cell", "g c i"),
    ("customers-cell-typed", "g c i enter 'x'"),
    ("bulk-edit", "g c space space E"),
    ("bulk-assign", "g c space space A"),
    ("bulk-tags", "g c space space #"),
    ("bulk-stage", "g d space space M"),
    ("bulk-merge", "~ g c space space &"),
    ("bulk-review", "g d space space M down enter"),
    ("customers-filter", "g c / 'status = act'"),
    ("customers-filter-wrong", "g c / 'stage = x'"),
    ("customers-empty", "g c / 'zzzz' enter"),
    ("customers-sort", "g c S"),
    ("customers-columns", "g c w c"),
    ("customers-header", "g c O right"),
    ("customers-views", "g c w w"),
    ("customers-view-save", "g c / 'status = active' enter w s"),
    ("customers-view-marked", "g c ]"),
    ("customers-group", "g c w g"),
    ("deals-grouped", "~ g d w g down enter"),
    ("deals-totals", "~ g d w t"),
    ("customers-deleted", "g c T"),
    ("products-none-yet", "g i"),
    ("customer", "g c down enter"),
    ("customer-contacts", "g c down enter tab"),
    ("customer-no-contacts", "g c enter tab"),
    ("contacts", "g p"),
    ("leads-none-yet", "g l"),
    ("deals", "g d"),
    ("deal", "g d enter"),
    ("tasks", "g t"),
    ("task-snooze", "g t z"),
    ("activities", "g a"),
    ("users", "g u"),
    ("user-rights", "g u down P down down"),
    ("role", "~ g j down enter down down right space"),
    ("role-fields", "~ g j down enter enter down space"),
    ("role-save", "~ g j down enter down down right space ctrl-s"),
    ("role-compare", "g j down enter c"),
    ("access-who", "g c down W"),
    ("team-tree-none-yet", "g T"),
    ("access-queue", "g x"),
    ("access-review", "g X"),
    ("sessions", ", S"),
    ("account-password", ", k"),
    ("account-factor", ", f"),
    ("account-seats", ", s"),
    ("board", "g b"),
    ("board-move-to", "g b right M"),
    ("board-lost", "g b right M 'lost' enter"),
    ("board-amount", "g b right a"),
    ("board-close-date", "g b right c"),
    ("board-group", "g b s"),
    ("board-pipeline", "g b p"),
    ("agenda", "g s"),
    ("week", "g s tab"),
    ("month", "g s tab tab"),
    ("reports", "g r"),
    ("reports-period", "g r p"),
    ("reports-figure", "g r f"),
    ("reports-chart", "~ g r c"),
    ("reports-split", "g r s"),
    ("quality", "~ g Q"),
    ("duplicates", "~ n c 'Müller Maschinenbau' ctrl-s g c n c 'Nordic Pumps' ctrl-s g c g w"),
    ("duplicates-none", "g c g w"),
    ("duplicates-merge", "~ n c 'Müller Maschinenbau' ctrl-s g c g w space M"),
    ("import-file", "g c I"),
    ("import-columns", "g c I 'fair' enter"),
    ("import-field", "g c I 'fair' enter enter"),
    ("import-options", "g c I 'fair' enter o"),
    ("import-rows", "g c I 'fair' enter y"),
    ("import-row", "g c I 'fair' enter y enter"),
    ("import-mend", "g c I 'fair' enter y e"),
    ("import-ask", "g c I 'fair' enter y y"),
    ("import-done", "~ g c I 'fair' enter y y y"),
    ("history", "g z"),
    ("audit", "g A"),
    ("audit-entry", "g A enter"),
    ("audit-filter", "g A / 'kind = cha'"),
    ("audit-nothing-fits", "g A / 'kind = backup' enter"),
    ("audit-unusual", "g A tab"),
    ("record-history", "g c down enter h"),
    ("undo-list", "U"),
    ("form-new", "n c"),
    ("form-errors", "n d ctrl-s"),
    ("form-edit", "g c down e"),
    ("form-explain", "n d f1"),
    ("form-pick", "n d tab 'mull'"),
    ("form-leave", "n c 'x' esc"),
    ("form-log", "g c down l c"),
    ("form-task-here", "g c down t"),
    ("capture", "; 'call muller fri 10:00 about the offer #hot'"),
    ("drafts-none", "n r"),
    ("manual", "f1"),
    ("manual-page", "f1 down enter"),
    ("manual-search", "f1 / 'view'"),
    ("reminder", "!"),
    ("which-view", "g c w"),
    ("which-settings", ","),
    ("which-log", "l"),
    ("which-new", "n"),
    ("which-go", "g"),
    ("help", "g c ?"),
    ("help-filtered", "g c ? 'del'"),
    ("palette", ":"),
    ("palette-filtered", ": 'mull'"),
    ("find", "ctrl-g 'mull'"),
    ("find-nothing", "ctrl-g 'qqqq'"),
    ("copy", "g c down y"),
    ("theme", ", t"),
    ("language", ", l"),
];

/// The sizes in which every screen is looked at.
pub const SCREEN_SIZES: [(u16, u16); 3] = SIZES;

/// Walks to a screen: keys, and in quotes what is typed.
pub fn walk(script: &mut Script, keys: &str) {
    if keys.split_whitespace().any(|key| key == "I") {
        importing::put(script, "fair.csv", importing::FAIR);
    }
    for (n, part) in keys.trim_start_matches('~').split('\'').enumerate() {
        if n % 2 == 1 {
            script.typed(part);
        } else if !part.trim().is_empty() {
            script.press(part).unwrap();
        }
    }
}

fn drawn(office: &Office, keys: &str, lang: Lang) -> String {
    let mut all = String::new();
    for (width, height) in SCREEN_SIZES {
        let mut script = office.open_as(width, height, "dark", ColourDepth::Palette, lang);
        walk(&mut script, keys);
        all.push_str(&format!("== {width}x{height}\n{}\n", script.snapshot()));
    }
    all
}

#[test]
fn every_screen_in_every_size_and_language() {
    let jobs: Vec<(String, &str, Lang)> = SCREENS
        .iter()
        .flat_map(|(name, keys)| {
            [(Lang::En, "en"), (Lang::Zh, "zh")]
                .map(|(lang, word)| (format!("{name}-{word}"), *keys, lang))
        })
        .collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let done = std::sync::Mutex::new(std::collections::BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(8) {
            scope.spawn(|| {
                let shared = office();
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some((name, keys, lang)) = jobs.get(at) else { return };
                    let own = keys.starts_with('~').then(office);
                    let screens = drawn(own.as_ref().unwrap_or(&shared), keys, *lang);
                    done.lock().unwrap().insert(name.clone(), screens);
                }
            });
        }
    });
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, screens) in done.into_inner().unwrap() {
            insta::assert_snapshot!(name, screens);
        }
    });
}
