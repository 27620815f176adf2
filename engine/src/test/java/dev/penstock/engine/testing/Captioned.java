package dev.penstock.engine.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/** A clip whose pictures carry CEA-608 captions, as ANSI/SCTE 128 puts them into H.264. */
public final class Captioned {
  /** How many pictures. */
  public static final int FRAMES = 50;

  /**
   * An SEI message, ITU-T T.35 user data: United States, ATSC, {@code GA94}, and of {@code cc_data}
   * one pair of CEA-608, field 1.
   */
  private static final byte[] CAPTION =
      HexFormat.of()
          .parseHex("00000001" + "06" + "04" + "0e" + "b5003147413934" + "03c1fffcc1c2ff80");

  /** The same with a pair that says nothing, which decoders of captions skip. */
  private static final byte[] SILENCE =
      HexFormat.of()
          .parseHex("00000001" + "06" + "04" + "0e" + "b5003147413934" + "03c1fffc8080ff80");

  private static final int DELIMITER = 9;

  private Captioned() {}

  /** Two seconds of 160x96 at 25 pictures a second, each with captions. */
  public static Path clip() {
    return clip(0, CAPTION);
  }

  /** The same where the captions begin with picture number {@code first}. */
  public static Path from(int first) {
    return clip(first, CAPTION);
  }

  /** The same where captions say nothing. */
  public static Path silent() {
    return clip(0, SILENCE);
  }

  private static Path clip(int first, byte[] message) {
    Path plain =
        Clips.make(
            "plain.h264",
            "-f lavfi -i " + Clips.numbered(160, 96, "25", 2),
            "-c:v libx264 -preset veryfast -bf 0 -g 25 -pix_fmt yuv420p -x264-params aud=1");
    Path captioned = Clips.of("captioned.h264", withMessages(plain, first, message));
    return Clips.make("captioned.mp4", "-f h264 -framerate 25 -i " + captioned + " -c copy");
  }

  /** One behind each access unit delimiter. */
  private static byte[] withMessages(Path plain, int first, byte[] message) {
    try {
      byte[] bytes = Files.readAllBytes(plain);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      boolean delimiter = false;
      int picture = 0;
      for (int i = 0; i < bytes.length; i++) {
        boolean start =
            i + 3 < bytes.length && bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1;
        if (start) {
          if (delimiter && picture++ >= first) {
            out.writeBytes(message);
          }
          delimiter = (bytes[i + 3] & 0x1f) == DELIMITER;
        }
        out.write(bytes[i]);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many pictures of a file carry captions. */
  public static long count(Path file) {
    return Oracle.ffprobe(
            List.of(
                "-select_streams",
                "v:0",
                "-show_entries",
                "frame_side_data=side_data_type",
                "-of",
                "csv",
                file.toString()))
        .lines()
        .filter(line -> line.contains("Closed Captions"))
        .count();
  }
}
