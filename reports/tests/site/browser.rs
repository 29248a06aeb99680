//! The site in a real Chromium, from files, as a reader opens it.

use crate::chromium::{self, PATIENCE, Result, Tab};
use crate::sample::{HOSTILE, HOSTILE_FILE, Sample};
use libtest_mimic::{Completion, Failed, Trial};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

type Test = fn(&Reader) -> Result<()>;

/// Width and height of a desk and of a telephone.
const SIZES: [(u32, u32); 2] = [(1280, 900), (390, 844)];

/// Of a page that is longer, this much is pictured.
const TALLEST: u32 = 4000;

/// What is seen of each page.
const PAGES: [(&str, &str, &str); 7] = [
    ("overview", "index.html", "h1"),
    ("results", "matrix.html", "#matrix tbody tr"),
    (
        "directives",
        "matrix.html?view=directives&disagree=1",
        "#matrix tbody tr",
    ),
    ("directive", DIRECTIVE, ".engine"),
    ("compare", "compare.html", "#changes tbody tr"),
    ("coverage", "coverage.html", "h1"),
    ("fuzzing", "fuzz.html", "h1"),
];

/// A directive that not all engines pass.
const DIRECTIVE: &str = "directive.html?d=component-model/async/part-000.wast:53";

/// All tests.
pub(crate) fn trials() -> Vec<Trial> {
    let tests: [(&str, Test); 5] = [
        ("filters_and_follows", filters_and_follows),
        ("compares_runs", compares_runs),
        ("takes_nothing_for_markup", takes_nothing_for_markup),
        ("names_all_that_can_be_used", names_all_that_can_be_used),
        ("fits_and_is_pictured", fits_and_is_pictured),
    ];
    let trials = tests.map(|(name, test)| {
        Trial::ignorable_test(format!("browser::{name}"), move || {
            let Some(program) = chromium::find() else {
                return Ok(Completion::ignored_with(
                    "there is no Chromium: apt-get install chromium, or say where with CHROME=",
                ));
            };
            let reader = Reader::new(&program).map_err(|error| failed(&*error))?;
            test(&reader).map_err(|error| failed(&*error))?;
            Ok(Completion::Completed)
        })
    });
    trials.into()
}

fn failed(error: &dyn std::error::Error) -> Failed {
    error.to_string().into()
}

/// Somebody who reads the sample in a browser.
struct Reader {
    sample: Sample,
    tab: Tab,
}

impl Reader {
    fn new(program: &Path) -> Result<Self> {
        let tab = Tab::new(program)?;
        tab.resize(SIZES[0])?;
        Ok(Reader {
            sample: Sample::new(),
            tab,
        })
    }

    fn open(&self, page: &str, shows: &str) -> Result<()> {
        let site = self.sample.path("site");
        self.go(&format!("file://{}/{page}", site.display()), shows)
    }

    /// Goes to an address, which may be where it is, until the page shows something.
    fn go(&self, address: &str, shows: &str) -> Result<()> {
        self.ask("window.left = true")?;
        self.tab.navigate_to(address)?;
        let there = format!(
            "!window.left && document.querySelector({}) !== null",
            json!(shows)
        );
        self.wait(&there, "true")
    }

    /// What an expression comes to, as text.
    fn ask(&self, expression: &str) -> Result<String> {
        match self.tab.evaluate(&format!("String({expression})"))? {
            Value::String(text) => Ok(text),
            other => Err(format!("{expression} is {other}").into()),
        }
    }

    /// Waits until an expression comes to a text.
    fn wait(&self, expression: &str, expected: &str) -> Result<()> {
        let began = Instant::now();
        loop {
            // Between two pages there is nobody to ask.
            let found = self.ask(expression);
            match found {
                Ok(found) if found == expected => return Ok(()),
                Ok(found) if began.elapsed() > PATIENCE => {
                    return Err(format!("{expression} is {found}, not {expected}").into());
                }
                Err(error) if began.elapsed() > PATIENCE => return Err(error),
                _ => {}
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// Chooses from a list, as a reader with a keyboard does.
    fn choose(&self, name: &str, value: &str) -> Result<()> {
        let chosen = self.ask(&format!(
            "(() => {{ const s = document.querySelector('select[name={name}]'); s.value = {}; \
             s.dispatchEvent(new Event('change')); return s.value; }})()",
            json!(value)
        ))?;
        match chosen == value {
            true => Ok(()),
            false => Err(format!("{name} has no {value}").into()),
        }
    }
}

/// From the overview to what one engine alone does not pass, narrower, to a directive,
/// and on to what the run changed that changed it.
fn filters_and_follows(reader: &Reader) -> Result<()> {
    reader.open("index.html", "h1")?;
    reader
        .tab
        .click("a[href='matrix.html?view=directives&only=wasmtime-winch']")?;
    reader.tab.wait_for_element("#matrix tbody tr")?;
    let all: usize = reader
        .ask("document.querySelectorAll('#matrix tbody tr').length")?
        .parse()?;
    reader.tab.click("input[name=text]")?;
    reader.tab.type_str("part-000.wast:5")?;
    reader.wait(
        "new URLSearchParams(location.search).get('text')",
        "part-000.wast:5",
    )?;
    reader.choose("suite", "component-model")?;
    reader.wait(
        "new URLSearchParams(location.search).get('suite')",
        "component-model",
    )?;
    let shown = "document.querySelectorAll('#matrix tbody tr').length";
    let began = Instant::now();
    while reader.ask(shown)?.parse::<usize>()? >= all {
        assert!(began.elapsed() < PATIENCE, "all {all} are still there");
    }
    let rows = reader.ask("[...document.querySelectorAll('#matrix tbody tr')].map((r) => r.innerText.replace(/\\s+/g, ' ')).join('\\n')")?;
    insta::assert_snapshot!("only_winch", rows);
    // A view is what its address says.
    let address = reader.ask("location.href")?;
    reader.go(&address, "#matrix tbody tr")?;
    reader.wait(shown, &rows.lines().count().to_string())?;
    reader.tab.click("#matrix tbody tr a.id")?;
    reader.tab.wait_for_element(".engine")?;
    let directive = reader.ask("document.querySelector('main').innerText")?;
    insta::assert_snapshot!("directive_text", directive);
    let marked = reader.ask("document.querySelector('.marked').innerText")?;
    assert!(marked.contains("(assert_return"), "{marked}");
    reader.tab.click(".history a")?;
    reader.tab.wait_for_element("#runs select")?;
    assert!(reader.ask("location.pathname")?.ends_with("compare.html"));
    Ok(())
}

fn compares_runs(reader: &Reader) -> Result<()> {
    reader.open("index.html", "h1")?;
    reader.tab.click("a[href='compare.html']")?;
    reader.tab.wait_for_element("#changes tbody tr")?;
    let text = "document.querySelector('#summary').innerText";
    insta::assert_snapshot!("last_changes", reader.ask(text)?);
    reader.choose("a", "1")?;
    reader.choose("b", "1")?;
    reader.wait(text, "The two are one run.")?;
    reader.choose("a", "0")?;
    let sum = reader.ask("new URLSearchParams(location.search).get('a')")?;
    assert!(sum.starts_with("20260101T1200"), "{sum}");
    let changed = "document.querySelector('#changes').innerText.includes('Worse')";
    reader.wait(changed, "true")
}

fn takes_nothing_for_markup(reader: &Reader) -> Result<()> {
    let encoded = reader.ask(&format!(
        "encodeURIComponent({})",
        json!(format!("{HOSTILE}/{HOSTILE_FILE}"))
    ))?;
    let directive = format!("directive.html?d={encoded}%3A2");
    let results = format!("matrix.html?file={encoded}");
    let pages = PAGES.iter().map(|(_, page, shows)| (*page, *shows));
    let more = [
        (directive.as_str(), ".engine"),
        (results.as_str(), "#matrix tbody tr"),
    ];
    for (page, shows) in pages.chain(more) {
        reader.open(page, shows)?;
        assert_eq!(reader.ask("window.taken")?, "undefined", "{page}");
        assert_eq!(reader.ask("document.images.length")?, "0", "{page}");
    }
    reader.open(&directive, ".engine")?;
    let text = reader.ask("document.querySelector('main').innerText")?;
    assert!(text.matches(HOSTILE).count() > 5, "{text}");
    Ok(())
}

/// What can be used has a name for those who do not see it, and is reached by keys.
fn names_all_that_can_be_used(reader: &Reader) -> Result<()> {
    let names = "[...document.querySelectorAll('a, button, select, input, summary')].map((e) => \
                 e.getAttribute('aria-label') || [...(e.labels || [])].map((l) => l.textContent).join('') \
                 || (e.matches('select, input') ? '' : e.textContent))";
    for (_, page, shows) in PAGES {
        reader.open(page, shows)?;
        let unnamed = reader.ask(&format!("{names}.filter((n) => n.trim() === '').length"))?;
        assert_eq!(unnamed, "0", "{page}");
        let controls: usize = reader.ask(&format!("{names}.length"))?.parse()?;
        assert!(controls > 6, "{page} has {controls} controls");
        assert_eq!(reader.ask("document.querySelectorAll('h1').length")?, "1");
        // The first key leads past the navigation.
        reader.tab.press_tab()?;
        reader.wait("document.activeElement.className", "skip")?;
    }
    Ok(())
}

/// No page is wider than its window; a picture of each goes to the target folder.
fn fits_and_is_pictured(reader: &Reader) -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dashboard");
    fs::create_dir_all(&folder)?;
    for scheme in ["light", "dark"] {
        reader.tab.prefer_color_scheme(scheme)?;
        for (width, height) in SIZES {
            reader.tab.resize((width, height))?;
            for (name, page, shows) in PAGES {
                reader.open(page, shows)?;
                let wide = reader.ask("document.documentElement.scrollWidth")?;
                assert_eq!(wide, width.to_string(), "{name}");
                let tall = reader
                    .ask("document.documentElement.scrollHeight")?
                    .parse::<u32>()?;
                reader.tab.resize((width, tall.clamp(height, TALLEST)))?;
                let png = reader.tab.capture_screenshot()?;
                fs::write(folder.join(format!("{name}-{width}-{scheme}.png")), png)?;
                reader.tab.resize((width, height))?;
            }
        }
    }
    Ok(())
}
