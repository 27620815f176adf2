package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.FrameFacts;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Rational;
import dev.penstock.model.Scan;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Completes what a container says of its video tracks from the tracks themselves: the first frames
 * are decoded, because HDR metadata, interlacing and captions are often only there; and the spacing
 * of the first packets, or the container's index where it has one, tells a constant from a variable
 * frame rate.
 */
final class Prober {
  /** Enough to see whether fields alternate, few enough to stay quick on 4K. */
  private static final int FRAMES_WANTED = 6;

  private static final int FRAMES_WANTED_PROGRESSIVE = 1;

  /** Times of packets looked at where the container has no index of all frames: some seconds. */
  private static final int TIMES_WANTED = 90;

  private static final int MAX_PACKETS = 400;

  /** Every one takes a decoder; a file may claim a thousand tracks. */
  private static final int MAX_LOOKS = 64;

  private static final int MAX_BYTES = 24 << 20;
  private static final int MAX_INDEX = 100_000;

  private final Demuxer demuxer;
  private final LogScope log;

  Prober(Demuxer demuxer, LogScope log) {
    this.demuxer = demuxer;
    this.log = log;
  }

  MediaInfo facts() {
    MediaInfo container = demuxer.info();
    Map<Integer, Look> looks = new HashMap<>();
    try {
      container.video().stream()
          .limit(MAX_LOOKS)
          .forEach(track -> looks.put(track.index(), new Look(track)));
      readFirstPackets(looks);
      List<Track> tracks = new ArrayList<>();
      for (Track track : container.tracks()) {
        Look look = looks.get(track.index());
        tracks.add(look == null ? track : look.completed());
      }
      return container.withTracks(tracks);
    } finally {
      looks.values().forEach(Look::close);
    }
  }

  private void readFirstPackets(Map<Integer, Look> looks) {
    int packets = 0;
    long bytes = 0;
    while (packets < MAX_PACKETS
        && bytes < MAX_BYTES
        && looks.values().stream().anyMatch(Look::wantsMore)) {
      Optional<Packet> next = demuxer.peek();
      if (next.isEmpty()) {
        looks.values().forEach(Look::drain);
        return;
      }
      try (Packet packet = next.get()) {
        packets++;
        bytes += packet.size();
        Look look = looks.get(packet.track());
        if (look != null) {
          look.take(packet);
        }
      }
    }
  }

  /** One track being looked at. */
  private final class Look implements AutoCloseable {
    private final Track.Video track;
    private final Optional<Decoder> decoder;
    private final List<FrameFacts> frames = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final int framesWanted;
    private final long[] indexed;
    private long reached = Timestamp.NONE;
    private boolean ended;
    private boolean undecodable;

    Look(Track.Video track) {
      this.track = track;
      this.framesWanted =
          track.scan() == Scan.PROGRESSIVE ? FRAMES_WANTED_PROGRESSIVE : FRAMES_WANTED;
      this.indexed = index();
      this.decoder = openDecoder();
    }

    /** The times of all frames, or nothing where the container lists some of them only. */
    private long[] index() {
      long declared = track.stream().frames().orElse(Long.MAX_VALUE);
      long[] times = demuxer.indexedTimes(track.index(), MAX_INDEX);
      return times.length >= Math.min(declared, MAX_INDEX) ? times : new long[0];
    }

    private Optional<Decoder> openDecoder() {
      try {
        return Optional.of(Decoder.open(demuxer, track.index(), 1, log));
      } catch (AvException noDecoder) {
        // The container's facts must do; the planner finds out whether decoding is needed.
        undecodable = true;
        return Optional.empty();
      }
    }

    boolean wantsMore() {
      return wantsFrames() || (indexed.length == 0 && times.size() < TIMES_WANTED);
    }

    private boolean wantsFrames() {
      return !undecodable && frames.size() < framesWanted;
    }

    void take(Packet packet) {
      if (packet.pts() != Timestamp.NONE) {
        times.add(packet.pts());
      }
      if (packet.dts() != Timestamp.NONE) {
        reached = packet.dts();
      }
      if (wantsFrames()) {
        decode(packet);
      }
    }

    void drain() {
      ended = true;
      if (wantsFrames()) {
        decode(null);
      }
    }

    private void decode(@Nullable Packet packet) {
      try (Frame frame = Frame.create()) {
        Decoder opened = decoder.orElseThrow();
        Flow _ = opened.send(packet);
        while (wantsFrames() && opened.receive(frame) == Flow.OK) {
          frames.add(FrameFacts.of(frame));
          frame.clear();
        }
      } catch (AvException damaged) {
        // The next packet may be whole; the transcode counts damage.
        undecodable = damaged.kind() == AvException.Kind.NO_MEMORY;
      }
    }

    Track.Video completed() {
      Optional<Rational> constant = constantRate();
      return new Track.Video(
          track.stream(),
          track.width(),
          track.height(),
          track.sampleAspect(),
          track.frameRate(),
          constant.or(track::nominalRate),
          constant.isEmpty() && track.nominalRate().or(track::frameRate).isPresent(),
          frames.isEmpty() ? track.pixelFormat() : frames.getFirst().pixelFormat(),
          color(),
          hdr(),
          track.rotation(),
          track.mirrored(),
          scan(),
          frames.stream().anyMatch(FrameFacts::closedCaptions));
    }

    /**
     * Frame and container each may leave parts unsaid; the container has precedence, as in ffmpeg.
     */
    private Color color() {
      if (frames.isEmpty()) {
        return track.color();
      }
      Color frame = frames.getFirst().color();
      Color container = track.color();
      return new Color(
          either(container.range(), frame.range()),
          either(container.primaries(), frame.primaries()),
          either(container.transfer(), frame.transfer()),
          either(container.matrix(), frame.matrix()),
          either(container.location(), frame.location()));
    }

    private static String either(String first, String second) {
      return first.equals(Color.UNSPECIFIED) ? second : first;
    }

    private HdrMetadata hdr() {
      if (frames.isEmpty()) {
        return track.hdr();
      }
      HdrMetadata frame = frames.getFirst().hdr();
      HdrMetadata container = track.hdr();
      return new HdrMetadata(
          container.masteringDisplay().or(frame::masteringDisplay),
          container.contentLight().or(frame::contentLight),
          frame.hdr10Plus(),
          container.dolbyVision() || frame.dolbyVision());
    }

    private Scan scan() {
      if (frames.isEmpty()) {
        return track.scan();
      }
      long interlaced = frames.stream().filter(FrameFacts::interlaced).count();
      if (interlaced == 0) {
        return track.scan().mayBeInterlaced() ? track.scan() : Scan.PROGRESSIVE;
      }
      if (interlaced < frames.size()) {
        return Scan.MIXED;
      }
      return frames.getFirst().topFieldFirst() ? Scan.TOP_FIELD_FIRST : Scan.BOTTOM_FIELD_FIRST;
    }

    /** The rate on whose grid the frames lie; empty when they lie on none. */
    private Optional<Rational> constantRate() {
      long[] seen = indexed.length > 0 ? indexed : seenTimes();
      // Fields make a nominal rate of twice the frames'.
      return Stream.of(track.nominalRate(), track.frameRate())
          .flatMap(Optional::stream)
          .filter(rate -> new Spacing(track.stream().timeBase(), rate).isConstant(seen))
          .findFirst();
    }

    /** In order and without holes: packets come in decoding order, so later ones may fill some. */
    private long[] seenTimes() {
      return times.stream()
          .mapToLong(Long::longValue)
          .filter(time -> ended || time <= reached)
          .sorted()
          .toArray();
    }

    @Override
    public void close() {
      decoder.ifPresent(Decoder::close);
    }
  }
}
