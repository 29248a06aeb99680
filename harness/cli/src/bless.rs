use crate::args::*;
pub(crate) fn bless(_a: &Selection) -> anyhow::Result<u8> {
    Ok(0)
}
