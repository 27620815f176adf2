package dev.penstock.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How a ladder reaches its players: what lies on disk, who can read it, and the pictures beside it.
 *
 * @param thumbnails how far apart the small pictures are that players show over their time line
 */
public record Delivery(
    Layout layout,
    Optional<Encryption> encryption,
    Optional<Poster> poster,
    Optional<Duration> thumbnails) {
  /** Clear, a file for each rendition. */
  public static final Delivery PLAIN =
      new Delivery(Layout.ONE_FILE, Optional.empty(), Optional.empty(), Optional.empty());

  /** The same, encrypted. */
  public Delivery encrypted(Encryption wanted) {
    return new Delivery(layout, Optional.of(wanted), poster, thumbnails);
  }

  /** The same, lying otherwise. */
  public Delivery laidOut(Layout wanted) {
    return new Delivery(wanted, encryption, poster, thumbnails);
  }

  /** The same with these pictures beside it. */
  public Delivery withStills(Optional<Poster> newPoster, Optional<Duration> newThumbnails) {
    return new Delivery(layout, encryption, newPoster, newThumbnails);
  }

  /**
   * One picture of the film.
   *
   * @param at which; empty for one that is found
   */
  public record Poster(Optional<Duration> at) {}

  /** How the segments of a rendition lie on disk. */
  public enum Layout {
    /** In one file, of which players fetch ranges. */
    ONE_FILE,
    /** Each in a file of its own. */
    FILES
  }

  /** Which bytes are encrypted. */
  public enum Scheme {
    /** Whole segments, as only HLS knows it. */
    AES_128("aes-128"),
    /** Samples, by ISO/IEC 23001-7. */
    CBCS("cbcs");

    private final String id;

    Scheme(String id) {
      this.id = id;
    }

    /** The word of the command line. */
    public String id() {
      return id;
    }
  }

  /**
   * What is to be encrypted with. The key itself is handed to the engine, and nowhere else.
   *
   * @param key where the user has it: a path or a URL
   * @param keyId identifies the key and does not tell it: 32 hexadecimal digits
   * @param keyUrl what players are told, where that is not {@code key}
   */
  public record Encryption(Scheme scheme, String key, String keyId, Optional<String> keyUrl) {}
}
