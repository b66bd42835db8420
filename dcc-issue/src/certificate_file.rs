//! Certificates out of a file's bytes, as the directory keeps them.

/// The DER of every certificate in a PEM bundle, or of the one that the bytes are themselves;
/// empty where there is none. Whether they are of any use is asked where they are used.
pub fn certificate_ders(bytes: &[u8]) -> Vec<Vec<u8>> {
    // SEQUENCE of a length in two bytes, as every X.509 certificate begins.
    if bytes.starts_with(&[0x30, 0x82]) {
        return vec![bytes.to_vec()];
    }
    let blocks = pem::parse_many(bytes).unwrap_or_default();
    blocks
        .into_iter()
        .filter(|block| block.tag() == "CERTIFICATE")
        .map(pem::Pem::into_contents)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_come_out_of_pem_and_der() {
        let der = [0x30, 0x82, 0, 0];
        let block = |tag: &str| pem::encode(&pem::Pem::new(tag, der));
        let bundle = format!("{}{}", block("PRIVATE KEY"), block("CERTIFICATE"));
        assert_eq!(certificate_ders(bundle.as_bytes()), [der.to_vec()]);
        assert_eq!(certificate_ders(&der), [der.to_vec()]);
        assert!(certificate_ders(b"nothing").is_empty());
    }
}
