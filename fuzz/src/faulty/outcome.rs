//! Faults in what is told of what was observed.

use component_harness::engine::{DefinitionId, Engine, Identity, Import, InstanceId, Reply, Sort};
use component_harness::features::Features;
use component_harness::value::Value;
use std::collections::HashMap;

/// An engine whose traps are told otherwise.
pub(super) struct Told {
    engine: Box<dyn Engine>,
    swallowed: bool,
    /// What the functions of instances have returned last.
    returned: HashMap<(InstanceId, String), Vec<Value>>,
}

impl Told {
    /// The fault `trap-swallowed`, or `trap-renamed`.
    pub(super) fn new(fault: &str, engine: Box<dyn Engine>) -> Self {
        Told {
            engine,
            swallowed: fault == "trap-swallowed",
            returned: HashMap::new(),
        }
    }

    fn renamed(reply: Reply) -> Reply {
        match reply {
            Reply::Trapped { message, .. } => Reply::Trapped {
                code: Some("core.integer-overflow".to_owned()),
                site: None,
                message,
            },
            reply => reply,
        }
    }
}

impl Engine for Told {
    fn identity(&self) -> Identity {
        self.engine.identity()
    }

    fn reset(&mut self, features: &Features) -> Result<Vec<String>, String> {
        self.returned.clear();
        self.engine.reset(features)
    }

    fn define(&mut self, id: DefinitionId, sort: Sort, bytes: &[u8]) -> Reply {
        self.engine.define(id, sort, bytes)
    }

    fn instantiate(
        &mut self,
        id: InstanceId,
        definition: DefinitionId,
        imports: &[Import],
    ) -> Reply {
        let reply = self.engine.instantiate(id, definition, imports);
        match self.swallowed {
            true => reply,
            false => Told::renamed(reply),
        }
    }

    /// A trap that is swallowed leaves what the function returned before; nothing, if it
    /// has not yet.
    fn invoke(&mut self, instance: InstanceId, name: &str, args: &[Value]) -> Reply {
        let key = (instance, name.to_owned());
        match self.engine.invoke(instance, name, args) {
            Reply::Trapped { .. } if self.swallowed => {
                Reply::Returned(self.returned.get(&key).cloned().unwrap_or_default())
            }
            Reply::Returned(values) => {
                self.returned.insert(key, values.clone());
                Reply::Returned(values)
            }
            reply => Told::renamed(reply),
        }
    }

    fn get(&mut self, instance: InstanceId, name: &str) -> Reply {
        self.engine.get(instance, name)
    }

    fn drop_instance(&mut self, instance: InstanceId) {
        self.engine.drop_instance(instance);
    }

    fn fork(&mut self, shared: Option<InstanceId>) -> Result<Box<dyn Engine>, Reply> {
        self.engine.fork(shared)
    }
}
