//! An engine that validates for real and makes up the rest: what a call does is
//! decided by the name of the export.

use crate::deaths::{self, Death};
use crate::lies::{self, Lie};
use component_harness::engine::{DefinitionId, Engine, Identity, Import, InstanceId, Reply, Sort};
use component_harness::features::Features;
use component_harness::signature::import_names;
use component_harness::value::Value;
use std::collections::HashMap;
use wasmparser::{Validator, WasmFeatures};

/// The name decides which table maps its codes of traps to classes.
pub(crate) const NAME: &str = "wasmtime-mock";

/// Something that an engine is asked for, as lies and deaths name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// The definition whose bytes contain this text.
    Define(&'static str),
    /// The instantiation of such a definition.
    Instantiate(&'static str),
    /// The call of this export.
    Call(&'static str),
    /// The end of an instance.
    Drop,
    /// The reset of this number, from 1. Each file has one before its first
    /// directive and one after its last.
    Reset(usize),
}

/// The engine.
pub(crate) struct Mock {
    lie: Option<&'static Lie>,
    death: Option<&'static Death>,
    start: usize,
    resets: usize,
    flags: WasmFeatures,
    definitions: HashMap<DefinitionId, Vec<u8>>,
    instances: HashMap<InstanceId, Instance>,
}

struct Instance {
    sort: Sort,
    /// How often `count` was called: what must be there again after a crash.
    count: u32,
}

impl Mock {
    /// An engine that tells the lie or dies the death of this name; honest if
    /// there is none. It is the process of its kind that was started as number
    /// `start`.
    pub(crate) fn new(kind: &str, start: usize) -> Mock {
        Mock {
            lie: lies::lie(kind),
            death: deaths::death(kind),
            start,
            resets: 0,
            flags: WasmFeatures::default(),
            definitions: HashMap::new(),
            instances: HashMap::new(),
        }
    }

    /// Dies if it is time to.
    fn meet_fate(&self, is_at: impl Fn(At) -> bool) {
        let Some(death) = self.death else {
            return;
        };
        let mut moments = death.at.iter();
        if moments.any(|(start, at)| start.is_none_or(|n| n == self.start) && is_at(*at)) {
            (death.how)();
        }
    }

    /// Puts the lie in the place of the truth.
    fn tell(&self, truth: Reply, is_at: impl Fn(At) -> bool) -> Reply {
        match self.lie {
            Some(lie) if is_at(lie.at) => (lie.reply)(),
            _ => truth,
        }
    }

    fn link(&self, sort: Sort, bytes: &[u8], imports: &[Import]) -> Reply {
        let served = |name: &String| imports.iter().any(|import| import.name == *name);
        match import_names(sort, bytes).iter().all(served) {
            true => Reply::Accepted,
            false => rejected("unknown import"),
        }
    }
}

impl Engine for Mock {
    fn identity(&self) -> Identity {
        Identity {
            name: NAME.to_owned(),
            version: "1".to_owned(),
            configuration: "none".to_owned(),
        }
    }

    fn reset(&mut self, features: &Features) -> Result<Vec<String>, String> {
        self.resets += 1;
        self.meet_fate(|at| at == At::Reset(self.resets));
        self.flags = features.flags();
        self.definitions.clear();
        self.instances.clear();
        Ok(Vec::new())
    }

    fn define(&mut self, id: DefinitionId, _: Sort, bytes: &[u8]) -> Reply {
        let truth = match Validator::new_with_features(self.flags).validate_all(bytes) {
            Ok(_) => Reply::Accepted,
            Err(error) => rejected(error.message()),
        };
        self.definitions.insert(id, bytes.to_owned());
        self.tell(
            truth,
            |at| matches!(at, At::Define(mark) if contains(bytes, mark)),
        )
    }

    fn instantiate(
        &mut self,
        id: InstanceId,
        definition: DefinitionId,
        imports: &[Import],
    ) -> Reply {
        let Some(bytes) = self.definitions.get(&definition) else {
            return misused("there is no such definition");
        };
        let sort = match wasmparser::Parser::is_component(bytes) {
            true => Sort::Component,
            false => Sort::Module,
        };
        let truth = self.link(sort, bytes, imports);
        let reply = self.tell(
            truth,
            |at| matches!(at, At::Instantiate(mark) if contains(bytes, mark)),
        );
        self.instances.insert(id, Instance { sort, count: 0 });
        reply
    }

    fn invoke(&mut self, instance: InstanceId, name: &str, _: &[Value]) -> Reply {
        self.meet_fate(|at| matches!(at, At::Call(of) if of == name));
        let Some(instance) = self.instances.get_mut(&instance) else {
            return misused("there is no such instance");
        };
        let truth = match name {
            "count" => {
                instance.count += 1;
                Reply::Returned(vec![match instance.sort {
                    Sort::Module => Value::I32(instance.count.cast_signed()),
                    Sort::Component => Value::U32(instance.count),
                }])
            }
            "seven" => Reply::Returned(vec![Value::I32(7)]),
            "die" | "nothing" => Reply::Returned(Vec::new()),
            "record" => record(&[("a", 1), ("b", 2)]),
            "divide" => trapped("IntegerDivisionByZero"),
            "halt" => trapped("UnreachableCodeReached"),
            "exhaust" => exhausted(),
            "throw" => Reply::Threw,
            _ => misused("there is no such export"),
        };
        self.tell(truth, |at| matches!(at, At::Call(of) if of == name))
    }

    fn get(&mut self, _: InstanceId, _: &str) -> Reply {
        misused("there are no globals")
    }

    fn drop_instance(&mut self, instance: InstanceId) {
        self.meet_fate(|at| at == At::Drop);
        self.instances.remove(&instance);
    }

    fn fork(&mut self, _: Option<InstanceId>) -> Result<Box<dyn Engine>, Reply> {
        Err(Reply::Unsupported {
            feature: "threads".to_owned(),
        })
    }
}

/// A trap with this code of Wasmtime.
pub(crate) fn trapped(code: &str) -> Reply {
    Reply::Trapped {
        code: Some(code.to_owned()),
        site: None,
        message: format!("wasm trap: {code}"),
    }
}

pub(crate) fn rejected(message: &str) -> Reply {
    Reply::Rejected {
        message: message.to_owned(),
    }
}

pub(crate) fn exhausted() -> Reply {
    Reply::Exhausted {
        message: "call stack exhausted".to_owned(),
    }
}

pub(crate) fn record(fields: &[(&str, u32)]) -> Reply {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| ((*name).to_owned(), Value::U32(*value)));
    Reply::Returned(vec![Value::Record(fields.collect())])
}

fn misused(message: &str) -> Reply {
    Reply::Misused {
        message: message.to_owned(),
    }
}

fn contains(bytes: &[u8], mark: &str) -> bool {
    bytes.windows(mark.len()).any(|at| at == mark.as_bytes())
}
