//! One value off the wire as text.
//! It must not know what the text means; statements cast their columns to text before they send them.

use std::error::Error;
use tokio_postgres::types::{FromSql, Type};

/// A value's text. Bytes that are no UTF-8 (SQL_ASCII databases hold such) show as `\xNN`.
pub(super) struct Text(pub String);

impl Text {
    /// True for the types that arrive as text, and for whole numbers.
    pub fn takes(ty: &Type) -> bool {
        is_text(ty) || whole_width(ty).is_some()
    }
}

impl<'a> FromSql<'a> for Text {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match whole_width(ty) {
            Some(width) => whole(ty, width, raw)?,
            None => readable(raw),
        }))
    }

    fn accepts(ty: &Type) -> bool {
        Self::takes(ty)
    }
}

/// JSON is text on the wire, and the result of EXPLAIN, whose column cannot be cast.
fn is_text(ty: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::NAME, Type::UNKNOWN, Type::BPCHAR, Type::CHAR, Type::JSON].contains(ty)
}

fn whole_width(ty: &Type) -> Option<usize> {
    match *ty {
        Type::INT2 => Some(2),
        Type::INT4 | Type::OID => Some(4),
        Type::INT8 => Some(8),
        _ => None,
    }
}

/// A whole number from its big-endian bytes; an oid is the one without a sign.
fn whole(ty: &Type, width: usize, raw: &[u8]) -> Result<String, Box<dyn Error + Sync + Send>> {
    if raw.len() != width {
        return Err(format!("{} bytes for a {ty}", raw.len()).into());
    }
    let negative = *ty != Type::OID && raw[0] & 0x80 != 0;
    let start = if negative { -1_i64 } else { 0 };
    Ok(raw.iter().fold(start, |number, byte| (number << 8) | i64::from(*byte)).to_string())
}

fn readable(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_bytes_become_visible() {
        assert_eq!(readable(b"caf\xe9 \xc3\xa9 \xff\xfe"), "caf\\xe9 é \\xff\\xfe");
    }

    #[test]
    fn whole_numbers_keep_their_digits() {
        let text = |ty: Type, raw: &[u8]| Text::from_sql(&ty, raw).map(|text| text.0).ok();
        assert_eq!(text(Type::INT8, &i64::MIN.to_be_bytes()).as_deref(), Some("-9223372036854775808"));
        assert_eq!(text(Type::INT2, &(-2_i16).to_be_bytes()).as_deref(), Some("-2"));
        assert_eq!(text(Type::OID, &u32::MAX.to_be_bytes()).as_deref(), Some("4294967295"));
        assert_eq!(text(Type::INT4, &[1]), None);
    }
}
