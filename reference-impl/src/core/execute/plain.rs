//! The instructions whose immediates are indices, and which the next instruction
//! follows (core spec, chapter Execution, section Instructions).

use super::machine::{Machine, Result};
use crate::core::value::Slot;
use wasmparser::Operator;

macro_rules! plain {
    ($machine:ident: $($name:ident $({ $($index:ident),+ })? = $executed:expr;)*) => {
        /// One of them, with its indices.
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Plain {
            $($name $({ $($index: u32),+ })?,)*
        }

        impl Plain {
            pub(crate) fn of(operator: &Operator<'_>) -> Option<Self> {
                match *operator {
                    $(Operator::$name $({ $($index),+ })? => {
                        Some(Plain::$name $({ $($index),+ })?)
                    })*
                    _ => None,
                }
            }

            pub(super) fn execute(self, $machine: &mut Machine<'_>) -> Result {
                match self {
                    $(Plain::$name $({ $($index),+ })? => {
                        $($(let _ = $index;)+)?
                        $executed
                    })*
                }
            }
        }
    };
}

plain! { machine:
    Drop = machine.drop();
    Select = machine.select();

    GlobalGet { global_index } = machine.global_get(global_index);
    GlobalSet { global_index } = machine.global_set(global_index);

    TableGet { table } = machine.table_get(table);
    TableSet { table } = machine.table_set(table);
    TableSize { table } = machine.table_size(table);
    TableGrow { table } = machine.table_grow(table);
    TableFill { table } = machine.table_fill(table);
    TableCopy { dst_table, src_table } = machine.table_copy(dst_table, src_table);
    TableInit { elem_index, table } = machine.table_init(table, elem_index);
    ElemDrop { elem_index } = machine.elem_drop(elem_index);

    MemorySize { mem } = machine.memory_size(mem);
    MemoryGrow { mem } = machine.memory_grow(mem);
    MemoryFill { mem } = machine.memory_fill(mem);
    MemoryCopy { dst_mem, src_mem } = machine.memory_copy(dst_mem, src_mem);
    MemoryInit { data_index, mem } = machine.memory_init(mem, data_index);
    DataDrop { data_index } = machine.data_drop(data_index);

    RefFunc { function_index } = machine.ref_func(function_index);
    RefIsNull = machine.ref_is_null();
    RefAsNonNull = machine.ref_as_non_null();
    RefEq = machine.ref_eq();

    RefI31 = machine.ref_i31();
    I31GetS = machine.i31_get(true);
    I31GetU = machine.i31_get(false);
    StructNew { struct_type_index } = machine.struct_new(struct_type_index);
    StructNewDefault { struct_type_index } = machine.struct_new_default(struct_type_index);
    StructGet { struct_type_index, field_index } =
        machine.struct_get(struct_type_index, field_index, false);
    StructGetS { struct_type_index, field_index } =
        machine.struct_get(struct_type_index, field_index, true);
    StructGetU { struct_type_index, field_index } =
        machine.struct_get(struct_type_index, field_index, false);
    StructSet { struct_type_index, field_index } =
        machine.struct_set(struct_type_index, field_index);
    ArrayNew { array_type_index } = machine.array_new(array_type_index);
    ArrayNewDefault { array_type_index } = machine.array_new_default(array_type_index);
    ArrayNewFixed { array_type_index, array_size } =
        machine.array_new_fixed(array_type_index, array_size);
    ArrayNewData { array_type_index, array_data_index } =
        machine.array_new_data(array_type_index, array_data_index);
    ArrayNewElem { array_type_index, array_elem_index } =
        machine.array_new_elem(array_type_index, array_elem_index);
    ArrayGet { array_type_index } = machine.array_get(array_type_index, false);
    ArrayGetS { array_type_index } = machine.array_get(array_type_index, true);
    ArrayGetU { array_type_index } = machine.array_get(array_type_index, false);
    ArraySet { array_type_index } = machine.array_set(array_type_index);
    ArrayLen = machine.array_len();
    ArrayFill { array_type_index } = machine.array_fill(array_type_index);
    ArrayCopy { array_type_index_dst, array_type_index_src } = machine.array_copy();
    ArrayInitData { array_type_index, array_data_index } =
        machine.array_init_data(array_type_index, array_data_index);
    ArrayInitElem { array_type_index, array_elem_index } =
        machine.array_init_elem(array_elem_index);
    // The external side of a reference looks as the internal one.
    AnyConvertExtern = Ok(());
    ExternConvertAny = Ok(());

    I64Add128 = machine.add_wide(u128::wrapping_add);
    I64Sub128 = machine.add_wide(u128::wrapping_sub);
    I64MulWideS = machine.multiply_wide(|slot| i128::from(i64::from_slot(slot)).cast_unsigned());
    I64MulWideU = machine.multiply_wide(u128::from);
}
