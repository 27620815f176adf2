package dev.penstock.av;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Which demuxers an input may be given to, as libav's {@code format_whitelist} takes it. */
final class Formats {
  /** These draw text as pictures: every text file would be a video. */
  private static final Set<String> TEXT_ART = Set.of("tty", "bin", "xbin", "adf", "idf");

  /** All that open further files only through {@link NestedOpens}. */
  static final String GUARDED = allBut(Set.of("concat"));

  /** For a {@link ConcatScript} and the files in it, which nothing guards: none that open files. */
  static final String CONCAT = allBut(Set.of("hls", "dash", "imf", "vobsub", "sdp", "rtsp"));

  private Formats() {}

  private static String allBut(Set<String> excluded) {
    List<String> names = new ArrayList<>();
    PointerPointer<Pointer> cursor = new PointerPointer<>(1).put(0, (Pointer) null);
    for (AVInputFormat format = avformat.av_demuxer_iterate(cursor);
        format != null;
        format = avformat.av_demuxer_iterate(cursor)) {
      String name = format.name().getString();
      if (!excluded.contains(name) && !TEXT_ART.contains(name)) {
        names.add(name);
      }
    }
    cursor.deallocate();
    return String.join(",", names);
  }
}
