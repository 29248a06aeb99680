//! What a directive depends on.

use super::{Action, Command, Directive, Script, Source};
use crate::engine::Sort;
use crate::signature::import_names;
use std::collections::{BTreeSet, HashMap};

impl Script {
    /// For each directive, in the order of [`Script::all_directives`], those before it
    /// without which it cannot be carried out, and the calls that the script makes for
    /// what they change: what defines, instantiates and registers what it uses, and
    /// bare `invoke`s on that. A directive within a thread needs what the thread needs.
    #[must_use]
    pub fn needs(&self) -> Vec<Vec<&Directive>> {
        let mut names = Names::default();
        let mut needs = Vec::new();
        for (number, directive) in self.directives.iter().enumerate() {
            let mut set = names.step(number, &directive.command);
            set.remove(&number);
            let own: Vec<_> = set.iter().map(|n| &self.directives[*n]).collect();
            let within = match &directive.command {
                Command::Thread { directives, .. } => count(directives),
                _ => 0,
            };
            needs.extend(std::iter::repeat_n(own, 1 + within));
        }
        needs
    }
}

/// How many directives there are, with those of threads.
fn count(directives: &[Directive]) -> usize {
    let within = |directive: &Directive| match &directive.command {
        Command::Thread { directives, .. } => count(directives),
        _ => 0,
    };
    directives.iter().map(|d| 1 + within(d)).sum()
}

/// What the names of a script stand for: the numbers of directives and of instances.
#[derive(Default)]
struct Names<'s> {
    definitions: HashMap<Option<&'s str>, (usize, &'s Source)>,
    named: HashMap<Option<&'s str>, usize>,
    registered: HashMap<&'s str, (usize, usize)>,
    threads: HashMap<&'s str, BTreeSet<usize>>,
    instances: Vec<Instance>,
}

/// What an instance is made of.
struct Instance {
    directives: BTreeSet<usize>,
    imports: Vec<usize>,
}

impl<'s> Names<'s> {
    /// The directives that one needs; itself may be among them.
    fn step(&mut self, number: usize, command: &'s Command) -> BTreeSet<usize> {
        match command {
            Command::Module { name, source } => {
                self.define(number, name.as_deref(), source);
                self.instantiate(BTreeSet::from([number]), name.as_deref(), source)
            }
            Command::Definition { name, source } => {
                self.define(number, name.as_deref(), source);
                BTreeSet::new()
            }
            Command::Instance { name, definition } => {
                let Some((defined, source)) = self.definitions.get(&definition.as_deref()) else {
                    return BTreeSet::new();
                };
                let (made, source) = (BTreeSet::from([number, *defined]), *source);
                self.instantiate(made, name.as_deref(), source)
            }
            Command::Register { name, instance } => {
                let needs = self.of_name(instance.as_deref());
                if let Some(instance) = self.named.get(&instance.as_deref()) {
                    self.registered.insert(name, (*instance, number));
                }
                needs
            }
            Command::Invoke(invoke) => {
                let needs = self.of_name(invoke.instance.as_deref());
                if let Some(instance) = self.named.get(&invoke.instance.as_deref()) {
                    self.instances[*instance].directives.insert(number);
                }
                needs
            }
            Command::AssertExhaustion { invoke, .. } => self.of_name(invoke.instance.as_deref()),
            Command::AssertReturn { action, .. }
            | Command::AssertTrap { action, .. }
            | Command::AssertException { action }
            | Command::AssertSuspension { action, .. } => match action {
                Action::Invoke(invoke) => self.of_name(invoke.instance.as_deref()),
                Action::Get { instance, .. } => self.of_name(instance.as_deref()),
                Action::Instantiate(source) => self.imports_of(source).1,
            },
            Command::AssertUnlinkable { source, .. } => self.imports_of(source).1,
            Command::AssertMalformed { .. }
            | Command::AssertMalformedCustom { .. }
            | Command::AssertInvalid { .. }
            | Command::AssertInvalidCustom { .. } => BTreeSet::new(),
            Command::Thread { name, shared, .. } => {
                let mut needs = match shared {
                    Some(shared) => self.of_name(Some(shared)),
                    None => BTreeSet::new(),
                };
                needs.extend(self.definitions.values().map(|(defined, _)| *defined));
                let with = needs.iter().copied().chain([number]).collect();
                self.threads.insert(name, with);
                needs
            }
            Command::Wait { thread } => {
                let thread = self.threads.get(thread.as_str());
                thread.cloned().unwrap_or_default()
            }
        }
    }

    fn define(&mut self, number: usize, name: Option<&'s str>, source: &'s Source) {
        self.definitions.insert(name, (number, source));
        self.definitions.insert(None, (number, source));
    }

    fn instantiate(
        &mut self,
        mut directives: BTreeSet<usize>,
        name: Option<&'s str>,
        source: &Source,
    ) -> BTreeSet<usize> {
        let (imports, mut needs) = self.imports_of(source);
        directives.extend(imports.iter().filter_map(|(_, register)| *register));
        needs.extend(&directives);
        let instance = self.instances.len();
        self.instances.push(Instance {
            directives,
            imports: imports.into_iter().map(|(instance, _)| instance).collect(),
        });
        self.named.insert(name, instance);
        self.named.insert(None, instance);
        needs
    }

    /// The instances that serve the imports of a definition, with what registers them,
    /// and all that those need.
    fn imports_of(&self, source: &Source) -> (Vec<(usize, Option<usize>)>, BTreeSet<usize>) {
        let Ok(binary) = &source.binary else {
            return (Vec::new(), BTreeSet::new());
        };
        let mut imports = Vec::new();
        let mut needs = BTreeSet::new();
        for name in import_names(source.sort, binary) {
            let served = match self.registered.get(name.as_str()) {
                Some((instance, register)) => Some((*instance, Some(*register))),
                None if source.sort == Sort::Component => {
                    let instance = self.named.get(&Some(name.as_str()));
                    instance.map(|instance| (*instance, None))
                }
                None => None,
            };
            if let Some((instance, register)) = served {
                needs.extend(register);
                self.collect(instance, &mut needs);
                imports.push((instance, register));
            }
        }
        (imports, needs)
    }

    fn of_name(&self, name: Option<&str>) -> BTreeSet<usize> {
        let mut needs = BTreeSet::new();
        if let Some(instance) = self.named.get(&name) {
            self.collect(*instance, &mut needs);
        }
        needs
    }

    /// Imports lead to earlier instances only, so this ends.
    fn collect(&self, instance: usize, needs: &mut BTreeSet<usize>) {
        let Instance {
            directives,
            imports,
        } = &self.instances[instance];
        needs.extend(directives);
        for import in imports {
            self.collect(*import, needs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Script;

    #[test]
    fn what_is_needed_and_nothing_else() {
        let script = Script::parse(
            br#"(module $a (func (export "f")))
(register "a" $a)
(module $other (func (export "f")))
(invoke $a "f")
(assert_return (invoke $a "f"))
(module definition $d (import "a" "f" (func)) (export "g" (func 0)))
(assert_return (invoke $other "f"))
(module instance $i $d)
(assert_return (invoke "g"))
(assert_invalid (module (func (result i32))) "type mismatch")
(assert_unlinkable (module (import "a" "nope" (func))) "unknown import")
(assert_return (invoke "missing"))
(assert_return (invoke $nobody "f"))
"#,
        )
        .expect("a script");
        let needs = script.needs().into_iter().map(|needs| {
            let lines = needs.iter().map(|directive| directive.line);
            lines.collect::<Vec<_>>()
        });
        let expected: [&[usize]; 13] = [
            &[],
            &[1],
            &[],
            &[1],
            &[1, 4],
            &[],
            &[3],
            &[1, 2, 4, 6],
            &[1, 2, 4, 6, 8],
            &[],
            &[1, 2, 4],
            &[1, 2, 4, 6, 8],
            &[],
        ];
        assert_eq!(needs.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_thread_and_what_waits_for_it() {
        let script = Script::parse(
            br#"(module $m (func (export "f")))
(thread $t (shared (module $m))
  (assert_return (invoke $m "f")))
(wait $t)
"#,
        )
        .expect("a script");
        let lines: Vec<Vec<_>> = script
            .needs()
            .iter()
            .map(|needs| needs.iter().map(|d| d.line).collect())
            .collect();
        assert_eq!(lines, [vec![], vec![1], vec![1], vec![1, 2]]);
    }
}
