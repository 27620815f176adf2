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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /** The facts with the loudness of each wanted audio track, as it is in the wanted part. */
  MediaInfo measured(MediaInfo info, JobSpec spec) {
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
    Map<Integer, Loudness> results = measure(info, spec);
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

  private Map<Integer, Loudness> measure(MediaInfo info, JobSpec spec) {
    JobSpec.Trim part = spec.trim();
    Map<Integer, Meter> meters = new HashMap<>();
    try (Demuxer demuxer = open(info)) {
      try {
        for (Track.Audio track : wanted(info, spec.audio().tracks())) {
          String name = info.source() + ", track " + track.index();
          meters.put(track.index(), new Meter(demuxer, track, part, name));
        }
        info.tracks().stream()
            .filter(track -> !meters.containsKey(track.index()))
            .forEach(track -> demuxer.skip(track.index()));
        readAll(demuxer, meters, info, part);
        Map<Integer, Loudness> results = new HashMap<>();
        meters.forEach((track, meter) -> meter.result().ifPresent(r -> results.put(track, r)));
        return results;
      } finally {
        meters.values().forEach(Meter::close);
      }
    } catch (AvException e) {
      throw new FailureException(Failures.ofProcessing(info.source(), Stage.DECODE, e), e);
    }
  }

  private Demuxer open(MediaInfo info) {
    try {
      return Demuxer.open(Location.of(info.source()), interrupt, log);
    } catch (AvException e) {
      throw unreadable(info, e);
    }
  }

  private FailureException unreadable(MediaInfo info, AvException e) {
    return new FailureException(Failures.ofReading(info.source(), Stage.PROBE, e, interrupt), e);
  }

  /** The audio tracks of these numbers, counted from 1; all when none is given. */
  private static List<Track.Audio> wanted(MediaInfo info, List<Integer> numbers) {
    List<Track.Audio> tracks = new ArrayList<>();
    for (int i = 0; i < info.audio().size(); i++) {
      if (numbers.isEmpty() || numbers.contains(i + 1)) {
        tracks.add(info.audio().get(i));
      }
    }
    return tracks;
  }

  private void readAll(
      Demuxer demuxer, Map<Integer, Meter> meters, MediaInfo info, JobSpec.Trim part) {
    Duration start = part.start().orElse(Duration.ZERO);
    seek(demuxer, info, start);
    PacketReader reader = new PacketReader(demuxer, /* strict= */ false, () -> {});
    Timeline timeline = new Timeline(demuxer, start);
    Set<Integer> unfinished = new HashSet<>(meters.keySet());
    try (Packet packet = Packet.create()) {
      while (!unfinished.isEmpty() && !cancellation.isCancelled() && read(reader, packet, info)) {
        Meter meter = meters.get(packet.track());
        if (meter != null) {
          timeline.place(packet, true);
          if (isBehind(packet, demuxer.timeBase(packet.track()), part)) {
            unfinished.remove(packet.track());
          }
          meter.take(packet);
        }
        packet.clear();
      }
    }
    meters.values().forEach(Meter::finish);
  }

  private void seek(Demuxer demuxer, MediaInfo info, Duration start) {
    try {
      if (!start.isZero()) {
        demuxer.seek(start);
      }
    } catch (AvException e) {
      throw unreadable(info, e);
    }
  }

  private boolean read(PacketReader reader, Packet packet, MediaInfo info) {
    try {
      return reader.read(packet);
    } catch (AvException e) {
      throw unreadable(info, e);
    }
  }

  private static boolean isBehind(Packet packet, Rational timeBase, JobSpec.Trim part) {
    return packet.pts() != Timestamp.NONE
        && part.duration()
            .filter(length -> timeBase.toDuration(packet.pts()).compareTo(length) > 0)
            .isPresent();
  }

  /**
   * One track being measured. Two graphs in a row, because the meter must not begin anew when the
   * sound changes its rate or channels: the first then makes it what it was. What is damaged counts
   * for nothing here; the transcode tells of it.
   */
  private final class Meter implements AutoCloseable {
    private static final String CHAIN = "ebur128=metadata=1:peak=true";

    private final Decoding decoding;
    private final Track.Audio track;
    private final String form;
    private @Nullable FilterGraph forming;
    private Frame.@Nullable Shape shape;
    private @Nullable FilterGraph metering;
    private Optional<Loudness> last = Optional.empty();

    Meter(Demuxer demuxer, Track.Audio track, JobSpec.Trim part, String name) {
      this.track = track;
      this.form =
          AudioTrim.text(part.start().isPresent(), part.duration()).map(t -> t + ",").orElse("")
              + "aformat=sample_fmts=dbl:sample_rates="
              + track.sampleRate();
      Decoder decoder = Decoder.open(demuxer, track.index(), 1, log);
      this.decoding =
          new Decoding(decoder, new Account.Intake(track.index()), /* strict= */ false, name);
    }

    void take(@Nullable Packet packet) {
      decoding.decode(packet, this::filter);
    }

    private void filter(Frame decoded) {
      try (decoded) {
        FilterGraph filters = formingFor(decoded);
        filters.send(decoded);
        meter(filters);
      }
    }

    private FilterGraph formingFor(Frame frame) {
      FilterGraph now = forming;
      if (now != null && frame.shape().equals(shape)) {
        return now;
      }
      finishForming();
      close(now);
      FilterGraph built = FilterGraph.open(chain(), frame, track.stream().timeBase(), null, log);
      forming = built;
      shape = frame.shape();
      return built;
    }

    private String chain() {
      return metering == null ? form : form + ":channel_layouts=" + track.layout();
    }

    private void meter(FilterGraph formed) {
      try (Frame frame = Frame.create()) {
        while (formed.receive(frame) == Flow.OK) {
          FilterGraph meter = metering;
          if (meter == null) {
            meter = FilterGraph.open(CHAIN, frame, formed.timeBase(), null, log);
            metering = meter;
          }
          meter.send(frame);
          read(meter);
          frame.clear();
        }
      }
    }

    private void read(FilterGraph meter) {
      try (Frame out = Frame.create()) {
        while (meter.receive(out) == Flow.OK) {
          // The last frame, shorter than a step of the measurement, carries none.
          out.number("lavfi.r128.I").ifPresent(i -> last = Optional.of(loudness(out, i)));
          out.clear();
        }
      }
    }

    private void finishForming() {
      if (forming != null) {
        forming.send(null);
        meter(forming);
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
      if (metering != null) {
        metering.send(null);
        read(metering);
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
      close(forming);
      close(metering);
      decoding.close();
    }
  }
}
