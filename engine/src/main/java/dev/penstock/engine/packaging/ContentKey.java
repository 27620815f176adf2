package dev.penstock.engine.packaging;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

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
    try {
      return parse(file.toString(), KeySource.bytes(file), uri);
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /**
   * The key at a path or a URL (http, https), in the form of {@link #read(Path, String)}. Players
   * are told {@code source}, unless {@link #at} says otherwise.
   *
   * @param timeout bound on connecting to a server, and on each wait for it
   * @throws FailureException when it cannot be had or is no key; never with what was read
   */
  public static ContentKey read(String source, Duration timeout) {
    try {
      return parse(source, KeySource.bytes(source, timeout), source);
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  /**
   * The key in a variable of the environment, 32 hexadecimal digits.
   *
   * @throws FailureException when it is not set or is no key; never with what it holds
   */
  public static ContentKey ofVariable(String name, Optional<String> value) {
    String digits =
        value.orElseThrow(() ->
            new FailureException(
                bad(
                    "env:" + name,
                    "is not set",
                    "there is no such variable where the job runs",
                    "set it to 32 hexadecimal digits, such as 'openssl rand -hex 16' makes")));
    if (!digits.strip().matches("[0-9a-fA-F]{32}")) {
      throw new FailureException(
          bad(
              "env:" + name,
              "is not a key",
              "it does not hold 32 hexadecimal digits",
              "give it such as 'openssl rand -hex 16' makes"));
    }
    return of(HexFormat.of().parseHex(digits.strip()), "env:" + name);
  }

  /** The same key, of which players are told another place. */
  public ContentKey at(String newUri) {
    return new ContentKey(key, newUri);
  }

  private static ContentKey parse(String source, byte[] bytes, String uri) {
    if (bytes.length == BYTES) {
      return of(bytes, uri);
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    if (text.matches("[0-9a-fA-F]{32}")) {
      return of(HexFormat.of().parseHex(text), uri);
    }
    throw new FailureException(
        bad(
            source,
            "is not a key",
            "it has " + KeySource.size(bytes),
            "give a key of 16 bytes or of 32 hexadecimal digits, such as 'openssl rand 16' makes"));
  }

  private static FailureException unreadable(String source, IOException e) {
    return new FailureException(
        bad(
            source,
            "cannot be read",
            KeySource.words(e),
            "check the path or address of the key, and that you may read it"),
        e);
  }

  private static Failure bad(String source, String problem, String cause, String next) {
    return new Failure.BadInput(new Diagnosis(source, Stage.OPEN, problem, cause, next));
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

  /** {@link #id} in hexadecimal digits. */
  public String idText() {
    return HexFormat.of().formatHex(id());
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
