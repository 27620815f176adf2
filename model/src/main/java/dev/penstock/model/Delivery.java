package dev.penstock.model;

import java.util.Optional;

/** How a ladder reaches its players: what lies on disk, and who can read it. */
public record Delivery(Layout layout, Optional<Encryption> encryption) {
  /** Clear, a file for each rendition. */
  public static final Delivery PLAIN = new Delivery(Layout.ONE_FILE, Optional.empty());

  /** The same, encrypted. */
  public Delivery encrypted(Encryption wanted) {
    return new Delivery(layout, Optional.of(wanted));
  }

  /** The same, lying otherwise. */
  public Delivery laidOut(Layout wanted) {
    return new Delivery(wanted, encryption);
  }

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
