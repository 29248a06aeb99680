//! The DevTools protocol on the socket of a Chromium.

use crate::chromium::{PATIENCE, Result};
use serde_json::{Value, json};
use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::time::Instant;
use tungstenite::{HandshakeError, Message, WebSocket};

/// Calls and their answers, and what is told in between.
pub(crate) struct Connection {
    socket: WebSocket<TcpStream>,
    calls: u64,
    pub(crate) events: Vec<Value>,
}

impl Connection {
    pub(crate) fn new(address: &str) -> Result<Self> {
        let rest = address.strip_prefix("ws://").ok_or("no ws:// address")?;
        let host = rest.split('/').next().unwrap_or(rest);
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let (socket, _) = tungstenite::client(address, stream).map_err(|error| match error {
            HandshakeError::Interrupted(_) => format!("{address}: nothing after {PATIENCE:?}"),
            HandshakeError::Failure(error) => format!("{address}: {error}"),
        })?;
        Ok(Connection {
            socket,
            calls: 0,
            events: Vec::new(),
        })
    }

    /// Calls a method, of the browser or of the page of a session.
    pub(crate) fn call(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<Value> {
        self.calls += 1;
        let mut call = json!({"id": self.calls, "method": method, "params": parameters});
        if let Some(session) = session {
            call["sessionId"] = session.into();
        }
        self.socket.send(Message::text(call.to_string()))?;
        let began = Instant::now();
        loop {
            let mut message = self.read(method, began)?;
            if message["id"] != self.calls {
                self.events.push(message);
            } else if let Some(error) = message.get("error") {
                return Err(format!("{method}: {error}").into());
            } else {
                return Ok(message["result"].take());
            }
        }
    }

    /// Waits for an event, which may have come already.
    pub(crate) fn wait_for(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Result<()> {
        let began = Instant::now();
        while !self.events.iter().any(&is) {
            let message = self.read(what, began)?;
            self.events.push(message);
        }
        Ok(())
    }

    fn read(&mut self, what: &str, began: Instant) -> Result<Value> {
        loop {
            let left = PATIENCE.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Err(format!("{what}: nothing after {PATIENCE:?}").into());
            }
            self.socket.get_ref().set_read_timeout(Some(left))?;
            match self.socket.read() {
                Ok(Message::Text(text)) => return Ok(serde_json::from_str(&text)?),
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if is_timeout(&error) => {}
                Err(error) => return Err(format!("{what}: {error}").into()),
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}
