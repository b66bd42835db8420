// Checks and issues certificates with the Swedish dgc-create-validate (MIT).

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import se.digg.dgc.payload.v1.DigitalCovidCertificate;
import se.digg.dgc.service.impl.DefaultDGCDecoder;
import se.digg.dgc.service.impl.DefaultDGCEncoder;
import se.digg.dgc.signatures.impl.DefaultDGCSignatureVerifier;
import se.digg.dgc.signatures.impl.DefaultDGCSigner;

public final class Judge {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode request = JSON.readTree(line);
            ObjectNode answer = JSON.createObjectNode().put("id", request.path("id").asText());
            if (request.path("op").asText().equals("issue")) {
                try {
                    answer.put("text", issue(request));
                } catch (Exception e) {
                    answer.put("error", e.toString());
                }
            } else {
                try {
                    read(verify(request), answer);
                    answer.put("verdict", "accept");
                } catch (Exception e) {
                    answer.put("verdict", "reject").put("why", e.toString());
                }
            }
            out.println(JSON.writeValueAsString(answer));
        }
    }

    private static DigitalCovidCertificate verify(JsonNode request) throws Exception {
        byte[] der = Base64.getDecoder().decode(request.path("cert").asText());
        X509Certificate cert = certificate(der);
        byte[] ownKid =
                Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(der), 8);
        // As a trust list would: by key id, and none where it is not known.
        return new DefaultDGCDecoder(
                new DefaultDGCSignatureVerifier(),
                (country, kid) -> Arrays.equals(kid, ownKid) ? List.of(cert) : List.of())
                .decode(request.path("text").asText());
    }

    private static String issue(JsonNode request) throws Exception {
        X509Certificate cert =
                certificate(Base64.getDecoder().decode(request.path("cert").asText()));
        PrivateKey key = KeyFactory.getInstance(cert.getPublicKey().getAlgorithm()).generatePrivate(
                new PKCS8EncodedKeySpec(Base64.getDecoder().decode(request.path("key").asText())));
        DigitalCovidCertificate payload =
                DigitalCovidCertificate.fromJsonString(request.path("payload").toString());
        // The library takes the country from the certificate and "issued at" from its own clock.
        return new DefaultDGCEncoder(new DefaultDGCSigner(key, cert))
                .encode(payload, Instant.ofEpochSecond(request.path("exp").asLong()));
    }

    private static void read(DigitalCovidCertificate cert, ObjectNode answer) {
        var dose = cert.getV().get(0);
        answer.putObject("read")
                .put("fn", cert.getNam().getFn()).put("gn", cert.getNam().getGn())
                .put("dob", cert.getDob())
                .put("dn", dose.getDn()).put("sd", dose.getSd()).put("ci", dose.getCi());
    }

    private static X509Certificate certificate(byte[] der) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    }
}
