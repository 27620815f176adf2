package dev.penstock.node.worker;

/** What both sides of the protocol agree on. */
public final class Protocol {
  /** Both sides have to have the same. */
  public static final int VERSION = 3;

  /** Bytes of a frame at most. */
  public static final int MOST_BYTES = 1 << 26;

  /** Set where rehearsals may crash a worker on purpose. */
  public static final String LAB = "PENSTOCK_LAB";

  private Protocol() {}

  /** Why a side with another version is refused; the subject goes before it. */
  public static String mismatch(int theirs) {
    return "speaks version "
        + theirs
        + " of the protocol, and this side version "
        + VERSION
        + ": daemon and worker have to be of one installation";
  }
}
