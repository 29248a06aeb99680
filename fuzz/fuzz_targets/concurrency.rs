//! The fuzz target `concurrency` for libFuzzer; built without it, a program that replays
//! files and makes seeds.

#![cfg_attr(fuzzing, no_main)]

component_fuzz::case_target!(Concurrency);
