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
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Loudness;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures the loudness of every audio track of a file, EBU R128, with libavfilter's {@code
 * ebur128}. Reads the whole file once, sound only.
 */
final class LoudnessMeter {
  private final Interrupt interrupt;
  private final LogScope log;
  private final Cancellation cancellation;

  LoudnessMeter(Interrupt interrupt, LogScope log, Cancellation cancellation) {
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
        info.tracks().stream()
            .filter(track -> !(track instanceof Track.Audio))
            .forEach(track -> demuxer.skip(track.index()));
        info.audio().forEach(track -> meters.put(track.index(), new Meter(demuxer, track)));
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

  /** One track being measured. */
  private final class Meter implements AutoCloseable {
    private static final String CHAIN = "ebur128=metadata=1:peak=true";

    private final Decoder decoder;
    private final Track.Audio track;
    private @Nullable FilterGraph graph;
    private Frame.@Nullable Shape shape;
    private Optional<Loudness> last = Optional.empty();

    Meter(Demuxer demuxer, Track.Audio track) {
      this.track = track;
      this.decoder = Decoder.open(demuxer, track.index(), 1, log);
    }

    void take(@Nullable Packet packet) {
      try (Frame frame = Frame.create()) {
        Flow _ = decoder.send(packet);
        while (decoder.receive(frame) == Flow.OK) {
          filter(frame);
          frame.clear();
        }
      } catch (AvException damaged) {
        // A damaged packet is silence to the meter; the transcode counts it.
        if (damaged.kind() != AvException.Kind.INVALID_DATA) {
          throw damaged;
        }
      }
    }

    private void filter(Frame frame) {
      if (graph == null || !frame.shape().equals(shape)) {
        close(graph);
        graph = FilterGraph.open(CHAIN, frame, track.stream().timeBase(), null, log);
        shape = frame.shape();
      }
      graph.send(frame);
      drain(graph);
    }

    private void drain(FilterGraph filters) {
      try (Frame out = Frame.create()) {
        while (filters.receive(out) == Flow.OK) {
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
      if (graph != null) {
        graph.send(null);
        drain(graph);
      }
    }

    Optional<Loudness> result() {
      return last;
    }

    private static void close(@Nullable FilterGraph filters) {
      if (filters != null) {
        filters.close();
      }
    }

    @Override
    public void close() {
      close(graph);
      decoder.close();
    }
  }
}
