package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.FailureException;
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one video track for somebody who looks at them: the stages that read and decode it,
 * and the link they come out of. Read again from elsewhere after a {@link #start} of its own.
 */
final class VideoReading implements AutoCloseable {
  private static final int PACKETS = 8;
  private static final int FRAMES = 4;

  private final Input input;
  private final Track.Video track;
  private final LogScope log;
  private final Account.Intake account;
  private final Rational timeBase;
  private @Nullable Decoding decoding;

  VideoReading(Input input, Track.Video track) {
    this.input = input;
    this.track = track;
    this.log = input.log();
    this.account = new Account.Intake(track.index());
    this.timeBase = input.demuxer().timeBase(track.index());
  }

  Input input() {
    return input;
  }

  Track.Video track() {
    return track;
  }

  /** What it is, for messages. */
  String name() {
    return input.info().source() + ", track " + track.index();
  }

  long damaged() {
    return account.damaged.get();
  }

  /** Packets read so far. */
  long packets() {
    return account.packets.get();
  }

  /**
   * Adds the stages to a run. Times of frames, see {@link #micros}, count from {@code from}.
   *
   * @param from where to begin, from the beginning of the file; empty for all there is, with what
   *     was read ahead
   * @param duration how much to read
   * @param seek whether to go there, rather than to read on
   * @return the frames, for one receiver
   */
  Link<Frame> start(Run run, Optional<Duration> from, Optional<Duration> duration, boolean seek) {
    Demuxer demuxer = input.demuxer();
    if (seek) {
      seek(from.orElse(Duration.ZERO));
    }
    Decoding opened = open();
    decoding = opened;
    Link<Packet> packets = run.link(PACKETS);
    Link<Frame> frames = run.link(FRAMES);
    DemuxStage demux =
        new DemuxStage(
            demuxer,
            run,
            new Timeline(demuxer, from.orElse(Duration.ZERO)),
            Map.of(track.index(), new LinkSink(packets, /* marks= */ false)),
            Set.of(track.index()),
            Map.of(track.index(), account),
            duration,
            /* strict= */ false);
    run.stage(
        "demux " + name(),
        demux,
        e -> Failures.ofReading(input.info().source(), Stage.DEMUX, e, input.interrupt()));
    run.stage(
        "decode " + name(),
        new VideoDecodeStage(
            opened, packets, new Tee(List.of(frames)), account, window(from, duration)),
        e -> Failures.ofProcessing(name(), Stage.DECODE, e));
    return frames;
  }

  /** What lies in the part, and nothing of what is on screen when it begins. */
  private Window window(Optional<Duration> from, Optional<Duration> duration) {
    return new Window(
        from.isPresent() ? 0 : Long.MIN_VALUE,
        duration.map(d -> Timestamp.ticks(d, timeBase)).orElse(Long.MAX_VALUE),
        /* near= */ -1);
  }

  private void seek(Duration to) {
    try {
      new Seek(input.demuxer(), Set.of(track.index())).to(to);
    } catch (AvException e) {
      throw new FailureException(
          Failures.ofReading(input.info().source(), Stage.DEMUX, e, input.interrupt()), e);
    }
  }

  private Decoding open() {
    try {
      Decoder decoder = Decoder.open(input.demuxer(), track.index(), 0, log);
      return new Decoding(decoder, account, /* strict= */ false, name());
    } catch (AvException e) {
      throw new FailureException(Failures.ofProcessing(name(), Stage.DECODE, e), e);
    }
  }

  /** A frame's time in microseconds on the time line of {@link #start}. */
  long micros(Frame frame) {
    return Timestamp.rescale(frame.pts(), timeBase, Timestamp.MICROSECONDS);
  }

  /** Tells the container not to read what nobody looks at. */
  void skipOthers() {
    for (int i = 0; i < input.demuxer().trackCount(); i++) {
      if (i != track.index()) {
        input.demuxer().skip(i);
      }
    }
  }

  /** Frees the decoder of a stage that never ran. The input stays open. */
  @Override
  public void close() {
    if (decoding != null) {
      decoding.close();
    }
  }
}
