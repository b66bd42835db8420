// Checks certificates with the engine of the Swiss CovidCheck app (sdk-core, MPL 2.0).
// The public CertificateVerifier has no clock and wants national rules, so its steps are called
// one by one: decode, certificate kind, signature (with key usage), times.

import ch.admin.bag.covidcertificate.sdk.core.decoder.CertificateDecoder;
import ch.admin.bag.covidcertificate.sdk.core.decoder.chain.Base45Service;
import ch.admin.bag.covidcertificate.sdk.core.decoder.chain.CertTypeService;
import ch.admin.bag.covidcertificate.sdk.core.decoder.chain.DecompressionService;
import ch.admin.bag.covidcertificate.sdk.core.decoder.chain.PrefixIdentifierService;
import ch.admin.bag.covidcertificate.sdk.core.decoder.chain.TimestampService;
import ch.admin.bag.covidcertificate.sdk.core.decoder.chain.VerificationCoseService;
import ch.admin.bag.covidcertificate.sdk.core.models.healthcert.CertificateHolder;
import ch.admin.bag.covidcertificate.sdk.core.models.healthcert.eu.DccCert;
import ch.admin.bag.covidcertificate.sdk.core.models.state.DecodeState;
import ch.admin.bag.covidcertificate.sdk.core.models.trustlist.Jwk;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

public final class Judge {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode request = JSON.readTree(line);
            ObjectNode answer = JSON.createObjectNode().put("id", request.path("id").asText());
            try {
                String why = judge(request, answer);
                answer.put("verdict", why == null ? "accept" : "reject");
                if (why != null) answer.put("why", why);
            } catch (Exception e) {
                answer.put("verdict", "reject").put("why", e.toString());
            }
            out.println(JSON.writeValueAsString(answer));
        }
    }

    /** Null where every step said yes, else the library's own error code. */
    private static String judge(JsonNode request, ObjectNode answer) throws Exception {
        String text = request.path("text").asText();
        DecodeState state = CertificateDecoder.decode(text);
        if (state instanceof DecodeState.ERROR) {
            return ((DecodeState.ERROR) state).getError().getCode();
        }
        CertificateHolder holder = ((DecodeState.SUCCESS) state).getCertificateHolder();
        read(holder, answer);
        var kind = CertTypeService.INSTANCE.decode(holder);
        if (kind == null) return "no certificate kind";
        byte[] cose = DecompressionService.INSTANCE.decode(
                Base45Service.INSTANCE.decode(PrefixIdentifierService.INSTANCE.decode(text)));
        List<Jwk> keys = List.of(trusted(request.path("cert").asText()));
        if (!VerificationCoseService.INSTANCE.decode(keys, cose, kind)) return "S|SIG";
        return TimestampService.INSTANCE.decode(holder, Instant.now());
    }

    private static void read(CertificateHolder holder, ObjectNode answer) {
        DccCert cert = (DccCert) holder.getCertificate();
        ObjectNode read = answer.putObject("read")
                .put("fn", cert.getPerson().getFamilyName())
                .put("gn", cert.getPerson().getGivenName())
                .put("dob", cert.getDateOfBirth());
        var dose = cert.getVaccinations().get(0);
        read.put("dn", dose.getDoseNumber()).put("sd", dose.getTotalDoses())
                .put("ci", dose.getCertificateIdentifier());
    }

    /** The library's trust list holds bare keys; "use" carries the key usage of the certificate. */
    private static Jwk trusted(String base64) throws Exception {
        byte[] der = Base64.getDecoder().decode(base64);
        X509Certificate cert = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(der);
        String kid = Base64.getEncoder().encodeToString(Arrays.copyOf(hash, 8));
        if (cert.getPublicKey() instanceof RSAPublicKey) {
            RSAPublicKey rsa = (RSAPublicKey) cert.getPublicKey();
            return Jwk.Companion.fromNE(
                    kid, base64(rsa.getModulus()), base64(rsa.getPublicExponent()), use(cert));
        }
        ECPublicKey ec = (ECPublicKey) cert.getPublicKey();
        return Jwk.Companion.fromXY(
                kid, base64(ec.getW().getAffineX()), base64(ec.getW().getAffineY()), use(cert));
    }

    /** Health OIDs 1 test, 2 vaccination, 3 recovery become t, v, r; none at all means any use. */
    private static String use(X509Certificate cert) throws Exception {
        List<String> oids = cert.getExtendedKeyUsage();
        StringBuilder use = new StringBuilder();
        for (int i = 1; oids != null && i <= 3; i++) {
            if (oids.contains("1.3.6.1.4.1.1847.2021.1." + i)
                    || oids.contains("1.3.6.1.4.1.0.1847.2021.1." + i)) {
                use.append("tvr".charAt(i - 1));
            }
        }
        return use.length() == 0 ? "sig" : use.toString();
    }

    private static String base64(BigInteger value) {
        return Base64.getEncoder().encodeToString(value.toByteArray());
    }
}
