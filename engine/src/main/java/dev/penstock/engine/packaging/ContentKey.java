package dev.penstock.engine.packaging;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A key of 128 bits that segments are encrypted with, and where players get it. */
public final class ContentKey {
  static final int BYTES = 16;

  private final byte[] key;
  private final String uri;

  private ContentKey(byte[] key, String uri) {
    this.key = key;
    this.uri = uri;
  }

  /**
   * A key at hand.
   *
   * @param key 16 bytes
   * @param uri what playlists say; relative to them, or absolute
   */
  public static ContentKey of(byte[] key, String uri) {
    if (key.length != BYTES) {
      throw new IllegalArgumentException("a key of " + key.length + " bytes");
    }
    return new ContentKey(key.clone(), uri);
  }

  /** The key in a file: 16 bytes, or 32 hexadecimal digits with or without a line end. */
  public static ContentKey read(Path file, String uri) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw bad(file, "cannot be read", String.valueOf(e.getMessage()), e);
    }
    if (bytes.length == BYTES) {
      return of(bytes, uri);
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    if (text.matches("[0-9a-fA-F]{32}")) {
      return of(HexFormat.of().parseHex(text), uri);
    }
    throw bad(file, "is not a key", "it has " + bytes.length + " bytes", null);
  }

  private static FailureException bad(
      Path file, String problem, String cause, @org.jspecify.annotations.Nullable Throwable error) {
    return new FailureException(
        new Failure.BadInput(
            new Diagnosis(
                file.toString(),
                Stage.OPEN,
                problem,
                cause,
                "give a file of 16 bytes or of 32 hexadecimal digits, such as 'openssl rand 16'"
                    + " makes")),
        error);
  }

  byte[] bytes() {
    return key.clone();
  }

  public String uri() {
    return uri;
  }

  /** The key's name in files and MPDs. It follows from the key and does not tell it. */
  public byte[] id() {
    return derived("penstock key id");
  }

  /** The constant initialization vector of {@code cbcs}. Follows from the key, too. */
  public byte[] constantIv() {
    return derived("penstock cbcs iv");
  }

  private byte[] derived(String purpose) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(purpose.getBytes(StandardCharsets.US_ASCII));
      return Arrays.copyOf(sha.digest(key), BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "key at " + uri;
  }
}
