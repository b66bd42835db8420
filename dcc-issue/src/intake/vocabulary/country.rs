//! Countries by ISO 3166-1 alpha-2 or alpha-3, and Vietnam by its names.

use super::fold;

/// Alpha-2 and alpha-3 code of every country, run together.
const COUNTRIES: &str = "\
    ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE \
    BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS \
    BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN \
    COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST \
    EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF \
    GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD \
    HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM \
    JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA \
    LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD \
    MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM \
    NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG \
    PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA \
    SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD \
    STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON \
    TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR \
    VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE";

/// The alpha-2 code of the country that `word` names, or `None`.
pub(in crate::intake) fn country(word: &str) -> Option<String> {
    let code = word.trim().to_ascii_uppercase();
    let known = |pair: &&str| match code.len() {
        2 => pair.starts_with(&code),
        3 => pair.ends_with(&code),
        _ => false,
    };
    let found = COUNTRIES
        .split(' ')
        .find(known)
        .and_then(|pair| pair.get(..2));
    // The former code of passports (ICAO 9303-3 section 5) is still on some German ones.
    let found = found.or_else(|| matches!(code.as_str(), "D").then_some("DE"));
    let found = found.or_else(|| matches!(fold(word).as_str(), "vietnam").then_some("VN"));
    found.map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_three_letters_and_vietnams_names() {
        assert_eq!(COUNTRIES.split(' ').count(), 249);
        for pair in COUNTRIES.split(' ') {
            let (two, three) = pair.split_at(2);
            assert_eq!(country(two).as_deref(), Some(two));
            assert_eq!(country(three).as_deref(), Some(two));
        }
        for word in ["VN", "vnm", "Việt Nam", "VIETNAM"] {
            assert_eq!(country(word).as_deref(), Some("VN"), "{word}");
        }
        for word in ["", "XX", "XYZ", "Hàn Quốc", "V"] {
            assert_eq!(country(word), None, "{word}");
        }
    }
}
