package dev.penstock.node.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes keys with certificates of their own, as {@code keytool} does. */
public final class KeyFiles {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private KeyFiles() {}

  /**
   * Writes both in PEM.
   *
   * @param name whom the certificate is for
   * @param algorithm RSA or EC
   * @param more options of {@code keytool -genkeypair}
   * @return the certificate
   */
  public static Certificate write(
      Path certificate, Path key, String name, String algorithm, String... more) throws Exception {
    Path store = Files.createTempFile("keys", ".p12");
    Files.delete(store);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                "k",
                "-keyalg",
                algorithm,
                algorithm.equals("RSA") ? "-keysize" : "-groupname",
                algorithm.equals("RSA") ? "2048" : "secp256r1",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD)));
    command.addAll(List.of(more));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    Files.delete(store);
    Certificate made = keys.getCertificate("k");
    Files.writeString(certificate, pem("CERTIFICATE", made.getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", keys.getKey("k", PASSWORD).getEncoded()));
    return made;
  }

  private static String pem(String what, byte[] der) {
    String text = Base64.getMimeEncoder().encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }
}
