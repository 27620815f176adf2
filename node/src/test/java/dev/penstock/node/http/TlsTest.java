package dev.penstock.node.http;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.node.testing.KeyFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir Path root;

  @Test
  void theCertificate_isReadAgainWhenItChanges() throws Exception {
    HttpSettings.Tls files =
        new HttpSettings.Tls(root.resolve("chain.pem"), root.resolve("key.pem"));
    write(files, "first", "EC");
    HttpSettings plain = NodeInMemory.settings(root);
    HttpSettings settings =
        new HttpSettings(
            plain.address(),
            0,
            Optional.empty(),
            Optional.of(files),
            plain.hosts(),
            plain.roots(),
            plain.limits(),
            "1");
    try (Server server = new NodeInMemory().serve(settings)) {
      assertThat(server.url()).startsWith("https://");
      assertThat(subject(server)).isEqualTo("CN=first");
      write(files, "second", "RSA");
      Files.setLastModifiedTime(files.certificates(), FileTime.from(Instant.EPOCH));
      server.refreshCertificate();
      assertThat(subject(server)).isEqualTo("CN=second");
      // A key of the same kind that is another's.
      HttpSettings.Tls others =
          new HttpSettings.Tls(root.resolve("others.pem"), root.resolve("others-key.pem"));
      write(others, "third", "RSA");
      Files.copy(others.certificates(), files.certificates(), REPLACE_EXISTING);
      Files.setLastModifiedTime(files.certificates(), FileTime.from(Instant.EPOCH.plusSeconds(1)));
      server.refreshCertificate();
      assertThat(subject(server)).isEqualTo("CN=second");
      Files.copy(others.key(), files.key(), REPLACE_EXISTING);
      server.refreshCertificate();
      assertThat(subject(server)).isEqualTo("CN=third");
      // Whoever has the file need not ask others, nor care for names.
      try (Client client = Client.knowing(server.url(), files.certificates())) {
        assertThat(client.health()).isEqualTo("ok");
      }
      write(others, "fourth", "RSA");
      try (Client client = Client.knowing(server.url(), others.certificates())) {
        assertThatThrownBy(client::health).hasMessageContaining("not the one that is configured");
      }
      Files.writeString(files.certificates(), "nonsense");
      server.refreshCertificate();
      assertThat(subject(server)).isEqualTo("CN=third");
    }
    assertThatThrownBy(() -> new NodeInMemory().serve(settings)).hasMessageContaining("chain.pem");
  }

  private static void write(HttpSettings.Tls files, String name, String algorithm)
      throws Exception {
    Certificate _ = KeyFiles.write(files.certificates(), files.key(), name, algorithm);
  }

  private static String subject(Server server) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.startHandshake();
      return List.of(socket.getSession().getPeerCertificates()).getFirst()
              instanceof X509Certificate first
          ? first.getSubjectX500Principal().toString()
          : "";
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
