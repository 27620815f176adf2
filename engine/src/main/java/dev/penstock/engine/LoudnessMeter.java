package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.Interrupt;
import dev.penstock.av.Location;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Loudness;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures the loudness of the wanted part of the wanted audio tracks of a file, EBU R128, with
 * libavfilter's {@code ebur128}. Reads the whole file once, sound only.
 */
final class LoudnessMeter {
  private final JobSpec spec;
  private final Interrupt interrupt;
  private final LogScope log;
  private final Cancellation cancellation;

  LoudnessMeter(JobSpec spec, Interrupt interrupt, LogScope log, Cancellation cancellation) {
    this.spec = spec;
    this.interrupt = interrupt;
    this.log = log;
    this.cancellation = cancellation;
  }

  MediaInfo measured(MediaInfo info) {
    if (!info.seekable()) {
      throw new FailureException(
          new Failure.Unsupported(
              new Diagnosis(
                  info.source(),
                  Stage.PROBE,
                  "its loudness cannot be measured",
                  "it must be read twice for that, which a pipe does not allow",
                  "write it to a file first, or leave out --loudness")));
    }
    Map<Integer, Loudness> results = measure(info);
    List<Track> tracks = new ArrayList<>();
    for (Track track : info.tracks()) {
      Loudness loudness = results.get(track.index());
      tracks.add(
          track instanceof Track.Audio audio && loudness != null
              ? audio.withLoudness(loudness)
              : track);
    }
    return info.withTracks(tracks);
  }

  private Map<Integer, Loudness> measure(MediaInfo info) {
    Map<Integer, Meter> meters = new HashMap<>();
    try (Demuxer demuxer = Demuxer.open(Location.of(info.source()), interrupt, log)) {
      try {
        List<Track.Audio> tracks = wanted(info);
        for (Track.Audio track : tracks) {
          meters.put(track.index(), new Meter(demuxer, track));
        }
        info.tracks().stream()
            .filter(track -> !meters.containsKey(track.index()))
            .forEach(track -> demuxer.skip(track.index()));
        readAll(demuxer, meters);
        Map<Integer, Loudness> results = new HashMap<>();
        meters.forEach((track, meter) -> meter.result().ifPresent(r -> results.put(track, r)));
        return results;
      } finally {
        meters.values().forEach(Meter::close);
      }
    } catch (AvException e) {
      throw new FailureException(Failures.ofReading(info.source(), Stage.PROBE, e, interrupt), e);
    }
  }

  private List<Track.Audio> wanted(MediaInfo info) {
    List<Integer> numbers = spec.audio().tracks();
    List<Track.Audio> tracks = new ArrayList<>();
    for (int i = 0; i < info.audio().size(); i++) {
      if (numbers.isEmpty() || numbers.contains(i + 1)) {
        tracks.add(info.audio().get(i));
      }
    }
    return tracks;
  }

  private void readAll(Demuxer demuxer, Map<Integer, Meter> meters) {
    try (Packet packet = Packet.create()) {
      while (!cancellation.isCancelled() && demuxer.read(packet)) {
        Meter meter = meters.get(packet.track());
        if (meter != null) {
          meter.take(packet);
        }
        packet.clear();
      }
    }
    meters.values().forEach(Meter::finish);
  }

  /**
   * One track being measured. Two graphs in a row, as where sound is encoded: one makes the wanted
   * part of one form, rebuilt when the source changes its own, and one measures and is never
   * rebuilt.
   */
  private final class Meter implements AutoCloseable {
    private static final String MEASURE = "ebur128=metadata=1:peak=true";

    private final Decoding decoding;
    private final Track.Audio track;
    private final String form;
    private final long zero;
    private @Nullable FilterGraph forming;
    private @Nullable FilterGraph measuring;
    private Frame.@Nullable Shape shape;
    private Optional<Loudness> last = Optional.empty();

    Meter(Demuxer demuxer, Track.Audio track) {
      this.track = track;
      Rational base = track.stream().timeBase();
      Duration start = spec.trim().start().orElse(Duration.ZERO);
      this.zero =
          Timestamp.rescale(demuxer.startMicros(), Timestamp.MICROSECONDS, base)
              + Timestamp.ticks(start, base);
      String trim = AudioStage.trim(spec.trim().start().isPresent(), spec.trim().duration());
      this.form =
          (trim.isEmpty() ? "" : trim + ",")
              + "aformat=sample_rates="
              + track.sampleRate()
              + ":channel_layouts="
              + track.channels()
              + "c";
      Account account = new Account(track.index(), "audio", track.codec());
      // A damaged packet is silence to the meter; the transcode counts it.
      this.decoding =
          new Decoding(Decoder.open(demuxer, track.index(), 1, log), account, false, track.codec());
    }

    void take(@Nullable Packet packet) {
      decoding.decode(packet, this::form);
    }

    private void form(Frame frame) {
      try (frame) {
        frame.setPts(Decoding.timeOf(frame, Timestamp.NONE) - zero);
        FilterGraph graph = formingFor(frame);
        graph.send(frame);
        drainForming(graph);
      }
    }

    private FilterGraph formingFor(Frame frame) {
      if (forming != null && frame.shape().equals(shape)) {
        return forming;
      }
      finishForming();
      close(forming);
      shape = frame.shape();
      FilterGraph built = FilterGraph.open(form, frame, track.stream().timeBase(), null, log);
      forming = built;
      return built;
    }

    private void drainForming(FilterGraph graph) {
      try (Frame formed = Frame.create()) {
        while (graph.receive(formed) == Flow.OK) {
          if (measuring == null) {
            measuring = FilterGraph.open(MEASURE, formed, graph.timeBase(), null, log);
          }
          measuring.send(formed);
          drainMeasuring(measuring);
          formed.clear();
        }
      }
    }

    private void drainMeasuring(FilterGraph graph) {
      try (Frame out = Frame.create()) {
        while (graph.receive(out) == Flow.OK) {
          // The last frame, shorter than a step of the measurement, carries none.
          out.number("lavfi.r128.I").ifPresent(i -> last = Optional.of(loudness(out, i)));
          out.clear();
        }
      }
    }

    private Loudness loudness(Frame frame, double integrated) {
      double peak = Double.NEGATIVE_INFINITY;
      for (int channel = 0; channel < track.channels(); channel++) {
        double linear = frame.number("lavfi.r128.true_peaks_ch" + channel).orElse(0);
        peak = Math.max(peak, 20 * Math.log10(linear));
      }
      return new Loudness(integrated, frame.number("lavfi.r128.LRA").orElse(0), peak);
    }

    void finish() {
      take(null);
      finishForming();
      if (measuring != null) {
        measuring.send(null);
        drainMeasuring(measuring);
      }
    }

    private void finishForming() {
      if (forming != null) {
        forming.send(null);
        drainForming(forming);
      }
    }

    Optional<Loudness> result() {
      return last;
    }

    private static void close(@Nullable FilterGraph graph) {
      if (graph != null) {
        graph.close();
      }
    }

    @Override
    public void close() {
      close(forming);
      close(measuring);
      decoding.close();
    }
  }
}
