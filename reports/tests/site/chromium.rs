//! A page in a Chromium of its own, driven over the [DevTools protocol].
//!
//! [DevTools protocol]: https://chromedevtools.github.io/devtools-protocol/

use crate::devtools::Connection;
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{
    self,
    RecvTimeoutError::{Disconnected, Timeout},
};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How long Chromium may take to start, to answer, and until a page shows what it should.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What Chromium is called on the path.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];

/// What Chromium writes before the address of its socket.
const LISTENING: &str = "DevTools listening on ";

/// Where Chromium is: what `CHROME` says, or the first on the path.
pub(crate) fn find() -> Option<PathBuf> {
    if let Some(program) = env::var_os("CHROME") {
        return Some(program.into());
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|program| program.is_file())
}

/// A page, in a Chromium of its own.
pub(crate) struct Tab {
    connection: RefCell<Connection>,
    session: String,
    _process: Process,
}

impl Tab {
    /// Starts Chromium with an empty page.
    pub(crate) fn new(program: &Path) -> Result<Self> {
        let (process, address) = Process::start(program)?;
        let mut connection = Connection::new(&address)?;
        let target = json!({"url": "about:blank"});
        let target = connection.call(None, "Target.createTarget", &target)?;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = connection.call(None, "Target.attachToTarget", &attach)?;
        let session = attached["sessionId"].as_str().ok_or("no session")?;
        let tab = Tab {
            connection: RefCell::new(connection),
            session: session.to_owned(),
            _process: process,
        };
        tab.call("Page.enable", &json!({}))?;
        tab.call("Page.setLifecycleEventsEnabled", &json!({"enabled": true}))?;
        Ok(tab)
    }

    fn call(&self, method: &str, parameters: &Value) -> Result<Value> {
        let mut connection = self.connection.borrow_mut();
        connection.call(Some(&self.session), method, parameters)
    }

    /// Goes to an address, until all of it is loaded.
    pub(crate) fn navigate_to(&self, address: &str) -> Result<()> {
        self.connection.borrow_mut().events.clear();
        let went = self.call("Page.navigate", &json!({"url": address}))?;
        if let Some(error) = went.get("errorText") {
            return Err(format!("{address}: {error}").into());
        }
        // Without a loader, it is another place in the same document.
        let Some(loader) = went.get("loaderId") else {
            return Ok(());
        };
        let mut connection = self.connection.borrow_mut();
        connection.wait_for(&format!("loading {address}"), |event| {
            let what = &event["params"];
            event["method"] == "Page.lifecycleEvent"
                && what["name"] == "load"
                && what["loaderId"] == *loader
        })
    }

    /// What an expression, or what it promises, comes to.
    pub(crate) fn evaluate(&self, expression: &str) -> Result<Value> {
        let parameters = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
        });
        let mut answer = self.call("Runtime.evaluate", &parameters)?;
        match answer.get("exceptionDetails") {
            Some(thrown) => Err(format!("{expression}: {thrown}").into()),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Waits until there is what a selector selects.
    pub(crate) fn wait_for_element(&self, selector: &str) -> Result<()> {
        let there = format!("document.querySelector({}) !== null", json!(selector));
        let began = Instant::now();
        loop {
            // Between two pages there is nobody to ask.
            match self.evaluate(&there) {
                Ok(Value::Bool(true)) => return Ok(()),
                Err(error) if began.elapsed() > PATIENCE => return Err(error),
                _ if began.elapsed() > PATIENCE => {
                    return Err(format!("there is no {selector} after {PATIENCE:?}").into());
                }
                _ => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Presses and releases the mouse in the middle of an element.
    pub(crate) fn click(&self, selector: &str) -> Result<()> {
        self.wait_for_element(selector)?;
        // What was not drawn yet takes no input.
        let middle = self.evaluate(&format!(
            "new Promise((found) => requestAnimationFrame(() => requestAnimationFrame(() => {{ \
             const e = document.querySelector({}); \
             e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const r = e.getClientRects()[0]; \
             found([r.x + r.width / 2, r.y + r.height / 2]); }})))",
            json!(selector)
        ))?;
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({
                "type": kind, "x": middle[0], "y": middle[1], "button": button, "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", &event)?;
        }
        Ok(())
    }

    /// Types a text, key by key.
    pub(crate) fn type_str(&self, text: &str) -> Result<()> {
        for key in text.chars().map(String::from) {
            let down = json!({"type": "keyDown", "key": key, "text": key});
            self.call("Input.dispatchKeyEvent", &down)?;
            let up = json!({"type": "keyUp", "key": key});
            self.call("Input.dispatchKeyEvent", &up)?;
        }
        Ok(())
    }

    /// Presses the key that goes on to the next control.
    pub(crate) fn press_tab(&self) -> Result<()> {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9,
            });
            self.call("Input.dispatchKeyEvent", &event)?;
        }
        Ok(())
    }

    pub(crate) fn resize(&self, (width, height): (u32, u32)) -> Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", &metrics)?;
        Ok(())
    }

    /// Prefers `light` or `dark`.
    pub(crate) fn prefer_color_scheme(&self, scheme: &str) -> Result<()> {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        let media = json!({"features": [feature]});
        self.call("Emulation.setEmulatedMedia", &media)?;
        Ok(())
    }

    /// A picture of what the window shows, as PNG.
    pub(crate) fn capture_screenshot(&self) -> Result<Vec<u8>> {
        let answer = self.call("Page.captureScreenshot", &json!({"format": "png"}))?;
        let data = answer["data"].as_str().ok_or("no picture")?;
        Ok(BASE64.decode(data.as_bytes())?)
    }
}

/// A Chromium that ends with this handle.
struct Process {
    child: Child,
    _profile: TempDir,
}

impl Process {
    /// Starts Chromium, and says at which address it listens.
    fn start(program: &Path) -> Result<(Self, String)> {
        let profile = tempfile::tempdir()?;
        let mut child = Command::new(program)
            // What it opens was made here; without a sandbox, root may use it too.
            .args([
                "--headless=new",
                "--remote-debugging-port=0",
                "--no-sandbox",
            ])
            .args(["--hide-scrollbars", "--disable-background-networking"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let stderr = child.stderr.take();
        let process = Process {
            child,
            _profile: profile,
        };
        let stderr = stderr.ok_or("there is no stderr")?;
        let (lines, said) = mpsc::channel();
        // To the end, as a full pipe would hold Chromium up.
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(|line| line.ok()) {
                // After the address, nobody listens.
                let _ = lines.send(line);
            }
        });
        let began = Instant::now();
        let mut all = String::new();
        loop {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let line = said.recv_timeout(left).map_err(|error| {
                let program = program.display();
                match error {
                    Timeout => format!("{program} does not listen after {PATIENCE:?}: {all}"),
                    Disconnected => format!("{program} ended and did not listen: {all}"),
                }
            })?;
            if let Some(address) = line.strip_prefix(LISTENING) {
                return Ok((process, address.trim().to_owned()));
            }
            all.push_str(&line);
            all.push('\n');
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
