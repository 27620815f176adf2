package dev.penstock.engine;

import dev.penstock.model.FailureException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** SHA-256 of files, in hexadecimal; empty where it was interrupted. */
final class Checksum {
  private Checksum() {}

  static Optional<String> of(Path file, Cancellation cancellation) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return sum(in, OutputStream.nullOutputStream(), cancellation);
    }
  }

  /**
   * Of what is copied.
   *
   * @throws IOException when reading fails
   * @throws FailureException when writing fails
   */
  static Optional<String> copy(Path from, Path to, Cancellation cancellation) throws IOException {
    try (InputStream in = Files.newInputStream(from)) {
      return copy(in, to, cancellation);
    }
  }

  private static Optional<String> copy(InputStream in, Path to, Cancellation cancellation) {
    try (OutputStream out = Files.newOutputStream(to)) {
      return sum(in, out, cancellation);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(to, e), e);
    }
  }

  private static Optional<String> sum(InputStream in, OutputStream out, Cancellation cancellation)
      throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 20];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (cancellation.isCancelled()) {
        return Optional.empty();
      }
      digest.update(buffer, 0, n);
      out.write(buffer, 0, n);
    }
    return Optional.of(HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
