//! Countries as trust lists name them.

use core::fmt;

/// A country or participant code: two letters of ISO 3166-1, or three where WHO has a virtual
/// participant (`XXH`), upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode {
    letters: [u8; 3],
    length: u8,
}

/// ISO 3166-1: alpha-3 and alpha-2, sorted.
const ALPHA: &str = "\
    ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG \
    AUSAU AUTAT AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL \
    BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH \
    CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX \
    CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES \
    ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI \
    GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM \
    HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT \
    JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB \
    LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD \
    MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS \
    MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO \
    NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP \
    PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS \
    SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI \
    SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO \
    TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC \
    VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW \
    XKXXK";

impl CountryCode {
    /// Reads two or three letters of either case; white space around them does not count.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !matches!(text.len(), 2 | 3) || !text.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let mut letters = [0; 3];
        for (place, letter) in letters.iter_mut().zip(text.bytes()) {
            *place = letter.to_ascii_uppercase();
        }
        Some(Self {
            letters,
            length: if text.len() == 2 { 2 } else { 3 },
        })
    }

    /// The code of a participant of WHO's network: the two letters of a country that has three,
    /// the three of a virtual participant.
    pub fn from_participant(text: &str) -> Option<Self> {
        let code = Self::parse(text)?;
        code.alpha_2().or(Some(code))
    }

    /// The two letters of a three-letter code of ISO 3166-1.
    fn alpha_2(self) -> Option<Self> {
        let mut rows = ALPHA
            .split_ascii_whitespace()
            .filter_map(|row| row.split_at_checked(3));
        rows.find(|(three, _)| *three == self.as_str())
            .and_then(|(_, two)| Self::parse(two))
    }

    /// The three letters of a participant (virtual participants keep theirs).
    pub fn participant(self) -> Option<Self> {
        if self.length == 3 {
            return Some(self);
        }
        let mut rows = ALPHA
            .split_ascii_whitespace()
            .filter_map(|row| row.split_at_checked(3));
        rows.find(|(_, two)| *two == self.as_str())
            .and_then(|(three, _)| Self::parse(three))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        let letters = self
            .letters
            .get(..usize::from(self.length))
            .unwrap_or_default();
        core::str::from_utf8(letters).unwrap_or_default()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_either_case_and_nothing_else() {
        assert_eq!(CountryCode::parse(" vn ").unwrap().as_str(), "VN");
        for text in ["", "V", "VNMX", "V1", "Việt", "\u{110}\u{110}"] {
            assert_eq!(CountryCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn participants_of_both_kinds() {
        let code = |text| CountryCode::from_participant(text).unwrap().to_string();
        assert_eq!(code("vnm"), "VN");
        assert_eq!(code("GRC"), "GR");
        assert_eq!(code("XXH"), "XXH");
        assert_eq!(
            CountryCode::parse("FO")
                .unwrap()
                .participant()
                .unwrap()
                .as_str(),
            "FRO"
        );
        assert_eq!(
            ALPHA
                .split_ascii_whitespace()
                .filter(|row| row.len() == 5)
                .count(),
            250
        );
    }
}
