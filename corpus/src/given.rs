//! Suites given by hand as `NAME=PATH`.

use crate::catalog;
use crate::features::{self, Base};
use crate::{Error, Mode, Suite};
use std::path::PathBuf;
use std::str::FromStr;

/// A suite given by hand: any folder, or a single script.
///
/// It is run with every feature that one of the known suites needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The suite's name.
    pub name: String,
    /// The folder or the script; relative to the working directory.
    pub path: PathBuf,
}

impl Given {
    /// The suite, with its files listed.
    pub fn suite(&self) -> Result<Suite, Error> {
        Suite::list(
            &self.name,
            &self.path,
            features::set(Base::Wasm3, catalog::GIVEN),
            Mode::Execute,
        )
    }
}

impl FromStr for Given {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        let error = |reason| Error::Given {
            given: given.to_owned(),
            reason,
        };
        let (name, path) = given.split_once('=').ok_or(error("there is no `=`"))?;
        if name.is_empty() {
            return Err(error("the name is empty"));
        }
        if name.contains(['/', ':']) || name.contains(char::is_whitespace) {
            return Err(error("a name holds no `/`, `:` or space"));
        }
        if catalog::entry(name).is_some() {
            return Err(error("a suite of this name is known already"));
        }
        if path.is_empty() {
            return Err(error("the path is empty"));
        }
        Ok(Given {
            name: name.to_owned(),
            path: PathBuf::from(path),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_equals_sign_ends_the_name() -> Result<(), Error> {
        let given: Given = "mine=a=b/c".parse()?;
        assert_eq!(given.name, "mine");
        assert_eq!(given.path, PathBuf::from("a=b/c"));
        Ok(())
    }

    #[test]
    fn each_mistake_is_named() {
        for (given, reason) in [
            ("mine", "there is no `=`"),
            ("=x", "the name is empty"),
            ("a/b=x", "a name holds no `/`, `:` or space"),
            ("a:b=x", "a name holds no `/`, `:` or space"),
            ("a b=x", "a name holds no `/`, `:` or space"),
            ("core-3=x", "a suite of this name is known already"),
            ("mine=", "the path is empty"),
        ] {
            let message = given.parse::<Given>().map_err(|error| error.to_string());
            assert_eq!(
                message,
                Err(format!("`{given}` is not NAME=PATH: {reason}"))
            );
        }
    }
}
