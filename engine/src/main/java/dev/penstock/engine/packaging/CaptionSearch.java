package dev.penstock.engine.packaging;

import dev.penstock.engine.packaging.NalUnits.Unit;
import java.util.Arrays;
import java.util.Optional;

/**
 * Looks for CEA-608 captions in pictures that were written, until there are some. Encoders that
 * were given captions write a message with every picture, also where nothing is said: that is none.
 */
final class CaptionSearch {
  /** For tracks that cannot have any. */
  static final CaptionSearch NONE = new CaptionSearch(Optional.empty());

  /** ITU-T T.35 user data, in both codecs' annex D. */
  private static final int USER_DATA = 4;

  /**
   * ATSC A/53 part 4, 6.2.3: United States, ATSC, {@code GA94}, and the type of {@code cc_data}.
   */
  private static final byte[] CC_DATA = {
    (byte) 0xb5, 0, 0x31, 'G', 'A', '9', '4', 3,
  };

  private static final int PROCESS = 0x40;
  private static final int COUNT = 0x1f;
  private static final int VALID = 4;
  private static final int LAST_OF_CEA_608 = 1;
  private static final int NO_PARITY = 0x7f;

  private final Optional<NalUnits> units;
  private boolean found;

  private CaptionSearch(Optional<NalUnits> units) {
    this.units = units;
  }

  /** In the track of an initialization segment. */
  static CaptionSearch in(byte[] init) {
    Box trak = Box.all(init).get("moov", "trak");
    if (!InitSegment.isVideo(trak)) {
      return NONE;
    }
    Box entry = InitSegment.sampleEntry(trak);
    return new CaptionSearch(NalUnits.of(entry.type(), InitSegment.inside(entry, true)));
  }

  /** Whether there were any. */
  boolean found() {
    return found;
  }

  /** Looks at a fragment, which is not encrypted. */
  void look(byte[] fragment) {
    if (found || units.isEmpty()) {
      return;
    }
    NalUnits track = units.get();
    found =
        Fragment.read(fragment).samples().stream()
            .flatMap(sample -> track.in(fragment, sample).stream())
            .filter(unit -> track.isSei(fragment, unit))
            .anyMatch(unit -> saysSomething(track, fragment, unit));
  }

  /** Messages, each with its type and its length in bytes of 255 and a last one: 7.3.2.3.1. */
  private static boolean saysSomething(NalUnits track, byte[] fragment, Unit unit) {
    byte[] sei = track.unescaped(fragment, unit);
    int at = track.headerBytes();
    while (at + 2 < sei.length) {
      int[] head = new int[2];
      for (int i = 0; i < head.length; i++) {
        int part;
        do {
          part = at < sei.length ? sei[at++] & 0xff : 0;
          head[i] += part;
        } while (part == 0xff);
      }
      int end = Math.min(sei.length, at + head[1]);
      if (head[0] == USER_DATA && hasCaption(Arrays.copyOfRange(sei, at, end))) {
        return true;
      }
      at = end;
    }
    return false;
  }

  /** ANSI/CTA-708 4.4: after flags and an unused byte, three bytes for each pair of letters. */
  private static boolean hasCaption(byte[] message) {
    if (!Arrays.equals(CC_DATA, Arrays.copyOf(message, CC_DATA.length))
        || message.length <= CC_DATA.length
        || (message[CC_DATA.length] & PROCESS) == 0) {
      return false;
    }
    int first = CC_DATA.length + 2;
    int end = Math.min(message.length - 2, first + 3 * (message[CC_DATA.length] & COUNT));
    for (int i = first; i < end; i += 3) {
      boolean letters = ((message[i + 1] | message[i + 2]) & NO_PARITY) != 0;
      if ((message[i] & VALID) != 0 && (message[i] & 3) <= LAST_OF_CEA_608 && letters) {
        return true;
      }
    }
    return false;
  }
}
