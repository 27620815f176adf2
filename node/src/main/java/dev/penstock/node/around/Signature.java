package dev.penstock.node.around;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what is sent, as <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks</a> says: {@code v1}, HMAC-SHA256. Several keys sign side by side, so that one can
 * follow another.
 */
final class Signature {
  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LEAST_BYTES = 24;
  private static final Set<PosixFilePermission> OF_STRANGERS =
      Set.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final List<byte[]> keys;

  private Signature(List<byte[]> keys) {
    this.keys = keys;
  }

  /**
   * Reads the keys.
   *
   * @param file a line {@code whsec_BASE64} for each key, at least 24 bytes
   * @throws FailureException when it cannot be read, strangers may read it, or it holds no key
   */
  static Signature read(Path file) {
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(OF_STRANGERS::contains)) {
        throw unusable(file, "others may read or write it", "chmod 600 " + file);
      }
      List<byte[]> keys = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank()) {
          keys.add(key(file, line.strip()));
        }
      }
      if (keys.isEmpty()) {
        throw unusable(file, "it is empty", next(file));
      }
      return new Signature(keys);
    } catch (IOException e) {
      throw unusable(file, e.toString(), "check the file, or leave it out of the settings");
    }
  }

  private static byte[] key(Path file, String line) {
    try {
      if (line.startsWith(PREFIX)) {
        byte[] key = Base64.getDecoder().decode(line.substring(PREFIX.length()));
        if (key.length >= LEAST_BYTES) {
          return key;
        }
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw unusable(
        file,
        "a line is not " + PREFIX + " and at least " + LEAST_BYTES + " bytes in Base64",
        next(file));
  }

  private static String next(Path file) {
    return "echo \"" + PREFIX + "$(openssl rand -base64 32)\" > " + file;
  }

  private static FailureException unusable(Path file, String cause, String next) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Failure.Diagnosis(
                file.toString(), Stage.OPEN, "holds no key for webhooks", cause, next)));
  }

  /**
   * The header {@code webhook-signature}.
   *
   * @param timestamp seconds since 1970
   */
  String of(String id, long timestamp, byte[] body) {
    return keys.stream()
        .map(key -> "v1," + signed(key, id, timestamp, body))
        .collect(Collectors.joining(" "));
  }

  private static String signed(byte[] key, String id, long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
