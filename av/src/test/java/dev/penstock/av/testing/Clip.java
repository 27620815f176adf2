package dev.penstock.av.testing;

import dev.penstock.av.Encoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Muxer;
import dev.penstock.av.Packet;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Chapter;
import dev.penstock.model.Color;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A small media file to test with, made by libav itself: coloured shapes that move, and a tone.
 * Encoders that every build of FFmpeg has, unless another is asked for.
 */
public final class Clip {
  /** 160x120, 25 frames of one second, a key frame every 10. */
  public static final String PICTURE = "testsrc2=size=160x120:rate=25:duration=1,format=yuv420p";

  public static final String SOUND =
      "sine=frequency=440:sample_rate=44100:samples_per_frame=1024:duration=1,"
          + "aformat=sample_fmts=fltp:channel_layouts=stereo";

  private final List<Track> tracks = new ArrayList<>();
  private final SequencedMap<String, String> muxerOptions = new LinkedHashMap<>();
  private Map<String, String> tags = Map.of();
  private List<Chapter> chapters = List.of();
  private Color color = Color.UNKNOWN;

  private record Track(
      String chain,
      boolean video,
      String encoder,
      SequencedMap<String, String> options,
      Plan.Labels labels) {}

  private Clip() {}

  /** Without tracks yet. */
  public static Clip empty() {
    return new Clip();
  }

  /** One video track. */
  public static Clip silent() {
    return empty().video(PICTURE, "mpeg4", "g", "10", "b", "400k");
  }

  /** A video and an audio track. */
  public static Clip usual() {
    return silent().audio(SOUND, "aac");
  }

  /**
   * Adds a video track.
   *
   * @param options names and values by turns
   */
  public Clip video(String chain, String encoder, String... options) {
    return add(chain, true, encoder, options);
  }

  public Clip audio(String chain, String encoder, String... options) {
    return add(chain, false, encoder, options);
  }

  private Clip add(String chain, boolean video, String encoder, String... options) {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      map.put(options[i], options[i + 1]);
    }
    tracks.add(new Track(chain, video, encoder, map, new Plan.Labels(Map.of(), List.of())));
    return this;
  }

  /** Labels the track added last. */
  public Clip labelled(Map<String, String> trackTags, String... dispositions) {
    Track last = tracks.removeLast();
    Plan.Labels labels = new Plan.Labels(trackTags, List.of(dispositions));
    tracks.add(new Track(last.chain, last.video, last.encoder, last.options, labels));
    return this;
  }

  public Clip tagged(Map<String, String> containerTags) {
    tags = containerTags;
    return this;
  }

  public Clip chapters(Chapter... list) {
    chapters = List.of(list);
    return this;
  }

  public Clip color(Color videoColor) {
    color = videoColor;
    return this;
  }

  public Clip muxerOption(String name, String value) {
    muxerOptions.put(name, value);
    return this;
  }

  /** Writes the file, replacing what is there. */
  public Path write(Path file, String format) {
    LogScope log = LogScope.silent();
    List<Source> sources = new ArrayList<>();
    try (Muxer muxer = Muxer.create(file, format, log)) {
      muxer.setTags(tags);
      muxer.setChapters(chapters);
      for (Track track : tracks) {
        sources.add(new Source(track, color, muxer, log));
      }
      muxer.writeHeader(muxerOptions);
      sources.forEach(Source::run);
      muxer.finish();
      return file;
    } finally {
      sources.forEach(Source::close);
    }
  }

  private static final class Source implements AutoCloseable {
    private final FilterGraph graph;
    private final Encoder encoder;
    private final Muxer muxer;
    private final int index;

    Source(Track track, Color color, Muxer muxer, LogScope log) {
      this.muxer = muxer;
      this.encoder = encoder(track, color, muxer.wantsGlobalHeader(), log);
      try (TrackParameters parameters = TrackParameters.of(encoder, log)) {
        this.index = muxer.add(parameters, "", track.labels);
        this.graph = FilterGraph.source(track.chain, track.video, log);
      } catch (RuntimeException e) {
        encoder.close();
        throw e;
      }
      if (encoder.frameSize() > 0) {
        graph.setFrameSize(encoder.frameSize());
      }
    }

    /** The encoder for what the chain makes, seen from its first frame. */
    private static Encoder encoder(Track track, Color color, boolean globalHeader, LogScope log) {
      try (FilterGraph trial = FilterGraph.source(track.chain, track.video, log);
          Frame first = Frame.create()) {
        Flow _ = trial.receive(first);
        Encoder.Settings settings =
            new Encoder.Settings(
                track.encoder,
                track.options,
                trial.timeBase(),
                track.video ? Optional.of(new Rational(25, 1)) : Optional.empty(),
                color,
                globalHeader,
                true);
        return Encoder.open(settings, first, log);
      }
    }

    void run() {
      try (Frame frame = Frame.create()) {
        while (graph.receive(frame) == Flow.OK) {
          frame.forceKey(false);
          encode(frame);
        }
      }
      encode(null);
    }

    private void encode(@Nullable Frame next) {
      Flow _ = encoder.send(next);
      try (Packet packet = Packet.create()) {
        while (encoder.receive(packet) == Flow.OK) {
          packet.rescale(encoder.timeBase(), muxer.timeBase(index));
          packet.setTrack(index);
          muxer.write(packet);
        }
      }
    }

    @Override
    public void close() {
      encoder.close();
      graph.close();
    }
  }
}
