package dev.penstock.cli;

import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.model.Delivery;
import dev.penstock.model.Delivery.Encryption;
import dev.penstock.model.Delivery.Scheme;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a ladder reaches its players. */
@Heading("Delivery")
final class DeliveryOptions {
  @Option(
      names = "--layout",
      paramLabel = "WHAT",
      completionCandidates = Words.Layouts.class,
      description =
          "one-file (default): the segments of a rendition in one file, fetched by ranges; files: a"
              + " file for each.")
  Delivery.Layout layout = Delivery.Layout.ONE_FILE;

  @Option(
      names = "--encrypt",
      paramLabel = "HOW",
      completionCandidates = Words.Encryptions.class,
      description = "aes-128 (HLS), or cbcs (HLS and DASH).")
  @Nullable Scheme scheme;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "The key for --encrypt: a file or URL of 16 bytes or 32 hexadecimal digits, or"
              + " env:PENSTOCK_KEY_NAME, a variable with those digits. It is read once and printed"
              + " nowhere.")
  @Nullable String key;

  @Option(
      names = "--key-url",
      paramLabel = "URL",
      description = "Where players get the key; relative to the playlists, or absolute.")
  @Nullable String keyUrl;

  @Option(
      names = "--poster",
      paramLabel = "TIME",
      arity = "0..1",
      fallbackValue = "auto",
      description =
          "Also write poster.jpg: the picture at a time, or one that is found. After IN and FOLDER,"
              + " or as --poster=TIME.")
  @Nullable PosterTime poster;

  @Option(
      names = "--thumbnails",
      paramLabel = "TIME",
      description =
          "Also write small pictures for the time line of players, so far apart: thumbnails.vtt"
              + " and sheets of tiles.")
  @Nullable Duration thumbnails;

  /** Variables of other names are not read: they hold other secrets. */
  private static final Pattern ENVIRONMENT = Pattern.compile("env:(PENSTOCK_KEY_[A-Z0-9_]{1,64})");

  /** Whether a key is in a variable, and in no file. */
  static boolean isOfEnvironment(String source) {
    return source.startsWith("env:");
  }

  /**
   * Where the key is, unread; empty where nothing is to be encrypted.
   *
   * @throws UsageException when options do not go together
   */
  Optional<String> keySource() {
    if (scheme == null) {
      refuseAlone("--key", key);
      refuseAlone("--key-url", keyUrl);
      return Optional.empty();
    }
    if (key == null || key.isEmpty()) {
      throw new UsageException(
          "--encrypt", "needs a key", "name its file with --key; 'openssl rand 16' makes one");
    }
    if (isOfEnvironment(key)) {
      if (!ENVIRONMENT.matcher(key).matches()) {
        throw new UsageException(
            "--key", "is no variable for a key", "name it as in env:PENSTOCK_KEY_FILM");
      }
      if (keyUrl == null) {
        throw new UsageException(
            "--key", "says nothing to players when it is a variable", "add --key-url");
      }
    }
    return Optional.of(key);
  }

  /** The key, read; empty where nothing is to be encrypted. */
  Optional<ContentKey> key(Duration timeout) {
    return keySource().map(source -> read(source, timeout));
  }

  private static ContentKey read(String source, Duration timeout) {
    Matcher variable = ENVIRONMENT.matcher(source);
    return variable.matches()
        ? ContentKey.ofVariable(
            variable.group(1), Optional.ofNullable(System.getenv(variable.group(1))))
        : ContentKey.read(source, timeout);
  }

  private static void refuseAlone(String option, @Nullable String value) {
    if (value != null) {
      throw new UsageException(
          option, "means nothing without --encrypt", "add --encrypt aes-128 or --encrypt cbcs");
    }
  }

  private Optional<Delivery.Poster> poster() {
    return Optional.ofNullable(poster).map(time -> new Delivery.Poster(time.at()));
  }

  private Optional<Duration> thumbnails() {
    if (thumbnails != null && !thumbnails.isPositive()) {
      throw new UsageException("--thumbnails", "is not above zero", "give a time such as 10s");
    }
    return Optional.ofNullable(thumbnails);
  }

  /** When the picture of the poster is shown, or {@code auto}. */
  record PosterTime(Optional<Duration> at) {}

  /**
   * What is asked for.
   *
   * @param read what {@link #key(Duration)} gave
   */
  Delivery delivery(Optional<ContentKey> read) {
    Delivery laidOut = Delivery.PLAIN.laidOut(layout).withStills(poster(), thumbnails());
    Scheme how = scheme;
    String source = key;
    if (read.isEmpty() || how == null || source == null) {
      return laidOut;
    }
    return laidOut.encrypted(
        new Encryption(how, source, read.get().idText(), Optional.ofNullable(keyUrl)));
  }
}
