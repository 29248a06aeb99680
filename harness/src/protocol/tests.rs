use super::*;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../PROTOCOL.md");

/// The lines of the page's blocks of JSON.
fn examples() -> Vec<&'static str> {
    let mut examples = Vec::new();
    let mut within = false;
    for line in PAGE.lines() {
        match line {
            "```json" => within = true,
            "```" => within = false,
            example if within => examples.push(example),
            _ => {}
        }
    }
    examples
}

/// Reads an example and writes it again: the same text, but for the spelling of
/// strings.
fn read<T: Serialize + DeserializeOwned>(example: &str) -> T {
    let message: T = serde_json::from_str(example).unwrap_or_else(|e| panic!("{example}: {e}"));
    let written = serde_json::to_string(&message).expect("messages serialize");
    let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("it is JSON");
    assert_eq!(same(&written), same(example));
    message
}

/// The name of the only or the given member of what a message serializes to.
fn tag(message: &impl Serialize, member: Option<&str>) -> String {
    let json = serde_json::to_value(message).expect("messages serialize");
    match (&json, member) {
        (serde_json::Value::String(name), None) => name.clone(),
        (serde_json::Value::Object(members), Some(member)) => {
            members[member].as_str().expect("a name").to_owned()
        }
        (serde_json::Value::Object(members), None) if members.len() == 1 => {
            members.keys().next().expect("a member").clone()
        }
        _ => panic!("{json} has no tag"),
    }
}

#[test]
fn every_example_of_the_page_is_a_message_of_the_protocol() {
    let mut operations = BTreeSet::new();
    let mut replies = BTreeSet::new();
    let mut values = BTreeSet::new();
    let (mut hellos, mut missing) = (0, 0);
    for example in examples() {
        let json: serde_json::Value = serde_json::from_str(example).expect("it is JSON");
        if json.get("protocol").is_some() {
            let hello: Hello = read(example);
            assert_eq!(hello.protocol, VERSION);
            hellos += 1;
        } else if json.get("op").is_some() {
            let request: Request = read(example);
            operations.insert(tag(&request.operation, Some("op")));
        } else if json.get("id").is_some() {
            match read::<Response>(example).answer {
                Answer::Missing(_) => missing += 1,
                Answer::Reply(reply) => {
                    replies.insert(tag(&reply, None));
                }
            }
        } else {
            values.insert(tag(&read::<Value>(example), None));
        }
    }
    assert_eq!((hellos, missing), (1, 1));
    assert_eq!(operations, variants::<Operation>(r#"{"op":"?"}"#));
    assert_eq!(replies, variants::<Reply>(r#""?""#));
    assert_eq!(values, variants::<Value>(r#""?""#));
}

/// The names of all variants, as a message with an unknown one is told them.
fn variants<T: DeserializeOwned>(unknown: &str) -> BTreeSet<String> {
    let Err(error) = serde_json::from_str::<T>(unknown) else {
        panic!("{unknown} is a message");
    };
    let error = error.to_string();
    let (_, names) = error.split_once("expected one of ").expect("a list");
    names
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The rows of the page's table of replies.
#[test]
fn the_table_of_the_page_says_which_reply_is_one_to_which_operation() {
    let mut operations = Vec::new();
    let mut replies: Vec<Reply> = Vec::new();
    for example in examples() {
        if let Ok(request) = serde_json::from_str::<Request>(example) {
            operations.push(request.operation);
        } else if let Ok(Response {
            answer: Answer::Reply(reply),
            ..
        }) = serde_json::from_str(example)
        {
            replies.push(reply);
        }
    }
    let cells = |row: &'static str| -> Vec<&str> {
        let row = row.trim_matches('|');
        row.split('|').map(str::trim).collect()
    };
    let mut rows = PAGE.lines().filter(|line| line.starts_with('|')).map(cells);
    let columns = rows.next().expect("a table");
    let rows: Vec<_> = rows.skip(1).collect();
    for operation in &operations {
        let operation_name = tag(operation, Some("op"));
        let Some(column) = columns.iter().position(|name| *name == operation_name) else {
            assert_eq!(operation_name, "reset", "it has an answer of its own");
            continue;
        };
        for reply in &replies {
            let name = format!("`{}`", tag(reply, None));
            let row = rows.iter().find(|row| row[0].contains(&name));
            let said = row.expect("a row")[column] == "yes";
            assert_eq!(operation.admits(reply), said, "{operation_name} {name}");
        }
    }
}

/// Adapters may leave out what is not there.
#[test]
fn what_is_absent_may_be_left_out() {
    let request: Request =
        serde_json::from_str(r#"{"id":1,"op":"drop","instance":2}"#).expect("a request");
    assert_eq!(request.thread, 0);
    let response: Response =
        serde_json::from_str(r#"{"id":1,"reply":{"trapped":{"message":"m"}}}"#).expect("a trap");
    let trap = Reply::Trapped {
        code: None,
        site: None,
        message: "m".to_owned(),
    };
    assert_eq!(response.answer, Answer::Reply(trap));
}

#[test]
fn the_page_is_about_this_version() {
    let title = PAGE.lines().next();
    assert_eq!(
        title,
        Some(format!("# The worker protocol, version {VERSION}").as_str())
    );
}
