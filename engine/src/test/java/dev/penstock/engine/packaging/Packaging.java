package dev.penstock.engine.packaging;

import dev.penstock.av.Demuxer;
import dev.penstock.av.Interrupt;
import dev.penstock.av.Location;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.TrackParameters;
import dev.penstock.engine.testing.Clips;
import dev.penstock.model.Rational;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Clips put into packages, and packages put on disk. */
final class Packaging {
  /** Segments of two seconds. */
  static final SegmentGrid GRID = new SegmentGrid(Rational.ONE, List.of(0L, 2L, 4L));

  static final String SECONDS = "5";

  /** B-frames of three levels; a key frame where segments begin, and one more at 3 s. */
  private static final String AVC =
      "-c:v libx264 -preset veryfast -bf 3 -b_strategy 0 -g 250 -sc_threshold 0 -pix_fmt yuv420p"
          + " -force_key_frames 0,2,3,4";

  private Packaging() {}

  static Path video(int width, int height, String bitRate) {
    return Clips.make(
        "video-" + height + ".mp4",
        "-f lavfi -i testsrc2=s=" + width + "x" + height + ":r=25:d=" + SECONDS,
        "-vf setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709",
        AVC + " -b:v " + bitRate);
  }

  static Path sound(int frequency, String options) {
    return Clips.make(
        "sound.mp4",
        "-f lavfi -i sine=f=" + frequency + ":r=48000:d=" + SECONDS + " -ac 2 " + options);
  }

  /** Writes the first track of a file. */
  static Rendition write(
      Path clip, RenditionSpec spec, SegmentGrid grid, Path folder, Layout layout) {
    LogScope log = LogScope.silent();
    try (Interrupt never = Interrupt.of(() -> false);
        Demuxer input = Demuxer.open(Location.of(clip.toString()), never, log);
        TrackParameters parameters = TrackParameters.of(input, 0, log);
        RenditionWriter writer =
            RenditionWriter.create(parameters, spec, grid, folder, layout, log);
        Packet packet = Packet.create()) {
      while (input.read(packet)) {
        writer.write(packet);
      }
      return writer.finish();
    }
  }

  /** Two pictures, two languages and subtitles. */
  static Presentation usual(Path folder, Layout layout, Protection protection) {
    List<Rendition> renditions = new ArrayList<>();
    Map<String, Path> pictures =
        Map.of("v90", video(160, 90, "80k"), "v180", video(320, 180, "400k"));
    for (String id : List.of("v180", "v90")) {
      RenditionSpec spec = RenditionSpec.of(id).protectedBy(protection);
      renditions.add(write(pictures.get(id), spec, GRID, folder, layout));
    }
    RenditionSpec english =
        RenditionSpec.of("en").named("English", "eng").asDefault().protectedBy(protection);
    RenditionSpec german = RenditionSpec.of("de").named("Deutsch", "ger").protectedBy(protection);
    renditions.add(write(sound(440, "-c:a aac"), english, GRID, folder, layout));
    renditions.add(write(sound(660, "-c:a aac"), german, GRID, folder, layout));
    Subtitles subtitles =
        Subtitles.write(
            List.of(
                new Subtitles.Cue(500, 2500, "", "across & <i>both</i>"),
                new Subtitles.Cue(4200, 4900, "line:0", "the end")),
            RenditionSpec.of("sub-en").named("English", "en"),
            false,
            GRID,
            5000,
            folder);
    return new Presentation(renditions, List.of(subtitles));
  }

  static Presentation usual(Path folder, Layout layout) {
    return usual(folder, layout, new Protection.None());
  }

  /** Writes the playlists and, where there can be one, the MPD. */
  static void manifests(Presentation presentation, Path folder) {
    Manifests.write(
        presentation,
        DashManifest.canCarry(presentation)
            ? EnumSet.allOf(Manifests.Format.class)
            : EnumSet.of(Manifests.Format.HLS),
        folder);
  }

  static byte[] bytes(Path folder, Span span) {
    try (var channel = Files.newByteChannel(folder.resolve(span.uri()))) {
      channel.position(span.offset());
      java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate((int) span.bytes());
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Until it is full.
      }
      return buffer.array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A rendition as one file, as a player puts it together. */
  static Path joined(Path folder, Rendition rendition) {
    Path file = folder.resolve("joined-" + rendition.id() + ".mp4");
    try (var out = Files.newOutputStream(file)) {
      out.write(bytes(folder, rendition.init()));
      for (Segment segment : rendition.segments()) {
        out.write(bytes(folder, segment.span()));
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
