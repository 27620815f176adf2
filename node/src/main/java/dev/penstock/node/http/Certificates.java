package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
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
  private List<FileTime> refused = List.of();

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
    List<FileTime> now = List.of();
    try {
      now = times(files);
      if (!now.equals(read)) {
        KeyStore store = store(files);
        factory.reload(changed -> changed.setKeyStore(store));
        read = now;
      }
    } catch (Exception e) {
      // Looked at again, as the other file may come later; told once.
      if (!now.equals(refused) || now.isEmpty()) {
        LOG.log(Level.WARNING, "the certificate stays as it was", e);
      }
      refused = now;
    }
  }

  /**
   * Believes whoever has the certificate of a file.
   *
   * @throws FailureException when it holds none
   */
  static SSLContext knowing(Path certificates) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          null, new TrustManager[] {new Pinned(chain(certificates)[0])}, new SecureRandom());
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new FailureException(unusable(certificates, String.valueOf(e.getMessage())), e);
    }
  }

  /** Of servers one only; that it has the key, TLS has seen. */
  private static final class Pinned extends X509ExtendedTrustManager {
    private final Certificate known;

    Pinned(Certificate known) {
      this.known = known;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (!chain[0].equals(known)) {
        throw new CertificateException("its certificate is not the one that is configured");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
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
      Certificate[] chain = chain(files.certificates());
      PrivateKey key = key(files.key(), chain[0].getPublicKey().getAlgorithm());
      if (!belong(key, chain[0].getPublicKey())) {
        throw new FailureException(
            unusable(files.key(), "it is not the key of " + files.certificates()));
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      store.setKeyEntry("server", key, NO_PASSWORD, chain);
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new FailureException(unusable(files.certificates(), String.valueOf(e.getMessage())), e);
    }
  }

  private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
    Certificate[] chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
            .toArray(Certificate[]::new);
    if (chain.length == 0) {
      throw new FailureException(unusable(file, "it holds none"));
    }
    return chain;
  }

  /** What the one signs, the other has to verify. */
  private static boolean belong(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(signing(key.getAlgorithm()));
    if (key.getAlgorithm().equals("RSASSA-PSS")) {
      signature.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    byte[] probe = "penstock".getBytes(StandardCharsets.US_ASCII);
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(probe);
    return signature.verify(signed);
  }

  private static String signing(String algorithm) {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "DSA" -> "SHA256withDSA";
      default -> algorithm;
    };
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
