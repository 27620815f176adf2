package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The server's certificate, read again when its files change. */
final class Certificates {
  private static final Logger LOG = Logger.getLogger(Certificates.class.getName());
  private static final char[] NO_PASSWORD = {};
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

  private final HttpSettings.Tls files;
  private final SslContextFactory.Server factory = new SslContextFactory.Server();
  private List<FileTime> read;

  /**
   * @throws FailureException when the files cannot be read or do not belong together
   */
  Certificates(HttpSettings.Tls files) {
    this.files = files;
    this.read = times(files);
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    factory.setSniRequired(false);
    factory.setKeyStorePassword("");
    factory.setKeyStore(store(files));
  }

  SslContextFactory.Server factory() {
    return factory;
  }

  /** Takes new files, where there are any; connections that are open stay. */
  synchronized void refresh() {
    try {
      List<FileTime> now = times(files);
      if (!now.equals(read)) {
        KeyStore store = store(files);
        factory.reload(changed -> changed.setKeyStore(store));
        read = now;
      }
    } catch (Exception e) {
      LOG.log(Level.WARNING, "the certificate stays as it was", e);
    }
  }

  private static List<FileTime> times(HttpSettings.Tls files) {
    try {
      return List.of(
          Files.getLastModifiedTime(files.certificates()), Files.getLastModifiedTime(files.key()));
    } catch (IOException e) {
      throw new FailureException(unusable(files.certificates(), String.valueOf(e.getMessage())), e);
    }
  }

  private static KeyStore store(HttpSettings.Tls files) {
    try {
      byte[] pem = Files.readAllBytes(files.certificates());
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new FailureException(unusable(files.certificates(), "it holds none"));
      }
      PrivateKey key = key(files.key(), chain[0].getPublicKey().getAlgorithm());
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      store.setKeyEntry("server", key, NO_PASSWORD, chain);
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new FailureException(unusable(files.certificates(), String.valueOf(e.getMessage())), e);
    }
  }

  private static PrivateKey key(Path file, String algorithm)
      throws IOException, GeneralSecurityException {
    Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new FailureException(
          unusable(file, "it holds no BEGIN PRIVATE KEY; PKCS #8 without a password is read"));
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static Failure unusable(Path file, String cause) {
    return new Failure.HostMisconfigured(
        new Failure.Diagnosis(
            file.toString(),
            Stage.OPEN,
            "is no certificate or key that can be used",
            cause,
            "check both files, or leave TLS out"));
  }
}
