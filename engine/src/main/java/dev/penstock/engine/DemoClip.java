package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Encoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Muxer;
import dev.penstock.av.Packet;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Color;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A clip with motion and sound, for people without a file at hand: MPEG-4 Part 2 and AAC, so that
 * transcoding it has something to do.
 */
public final class DemoClip {
  private static final Rational RATE = new Rational(30, 1);
  private static final int SAMPLE_RATE = 48_000;
  private static final String PICTURE = "testsrc2=size=1280x720:rate=30,format=pix_fmts=yuv420p";
  private static final String SOUND =
      "sine=frequency=330:beep_factor=4:sample_rate=48000,"
          + "aformat=sample_fmts=fltp:channel_layouts=stereo";
  private static final Plan.Labels LABELS =
      new Plan.Labels(Map.of("language", "eng"), List.of("default"));

  private DemoClip() {}

  /**
   * Writes the clip, unless it is cancelled: as Matroska if the name ends in {@code .mkv}, else as
   * MP4.
   *
   * @param overwrite whether what is there may be replaced
   * @throws FailureException when the file cannot be written
   */
  public static void write(
      Path file, Duration length, boolean overwrite, Cancellation cancellation) {
    String format = file.toString().endsWith(".mkv") ? "matroska" : "mp4";
    try (OutputFile output = OutputFile.beside(file, overwrite)) {
      write(output.partial(), format, length, cancellation);
      if (!cancellation.isCancelled()) {
        output.publish();
      }
    } catch (AvException e) {
      throw new FailureException(Failures.ofWriting(file, e), e);
    }
  }

  /** The same, replacing what is there. */
  public static void write(Path file, Duration length, Cancellation cancellation) {
    write(file, length, /* overwrite= */ true, cancellation);
  }

  private static void write(Path file, String format, Duration length, Cancellation cancellation) {
    LogScope log = LogScope.silent();
    try (Muxer muxer = Muxer.create(file, format, log);
        Source picture = new Source(PICTURE, true, "mpeg4", Map.of("b", "4M"), muxer, log);
        Source sound = new Source(SOUND, false, "aac", Map.of("b", "128k"), muxer, log)) {
      muxer.writeHeader(new LinkedHashMap<>());
      while (!cancellation.isCancelled() && (picture.before(length) || sound.before(length))) {
        Source next = picture.position().compareTo(sound.position()) <= 0 ? picture : sound;
        next.step();
      }
      picture.finish();
      sound.finish();
      muxer.finish();
    }
  }

  /** One track: a source filter, its encoder and its place in the file. */
  private static final class Source implements AutoCloseable {
    private final FilterGraph graph;
    private final Frame frame = Frame.create();
    private final Encoder encoder;
    private final Muxer muxer;
    private final int track;
    private long pts;

    Source(
        String chain,
        boolean video,
        String codec,
        Map<String, String> options,
        Muxer muxer,
        LogScope log) {
      this.muxer = muxer;
      this.graph = FilterGraph.source(chain, video, log);
      SequencedMap<String, String> ordered = new LinkedHashMap<>(options);
      Rational base = video ? RATE.inverse() : new Rational(1, SAMPLE_RATE);
      Encoder.Settings settings =
          new Encoder.Settings(
              codec,
              ordered,
              base,
              video ? Optional.of(RATE) : Optional.empty(),
              Color.UNKNOWN,
              muxer.wantsGlobalHeader(),
              false);
      Flow _ = graph.receive(frame);
      this.encoder = Encoder.open(settings, frame, log);
      if (!video) {
        graph.setFrameSize(encoder.frameSize());
        frame.clear();
        Flow _ = graph.receive(frame);
      }
      try (TrackParameters parameters = TrackParameters.of(encoder, log)) {
        this.track = muxer.add(parameters, "", LABELS);
      }
    }

    Duration position() {
      return encoder.timeBase().toDuration(pts);
    }

    boolean before(Duration length) {
      return position().compareTo(length) < 0;
    }

    void step() {
      int length = Math.max(1, frame.samples());
      frame.setPts(pts);
      frame.forceKey(false);
      pts += length;
      encode(frame);
      frame.clear();
      Flow _ = graph.receive(frame);
    }

    void finish() {
      encode(null);
    }

    private void encode(@Nullable Frame next) {
      Flow _ = encoder.send(next);
      try (Packet packet = Packet.create()) {
        while (encoder.receive(packet) == Flow.OK) {
          packet.rescale(encoder.timeBase(), muxer.timeBase(track));
          packet.setTrack(track);
          muxer.write(packet);
        }
      }
    }

    @Override
    public void close() {
      frame.close();
      encoder.close();
      graph.close();
    }
  }
}
