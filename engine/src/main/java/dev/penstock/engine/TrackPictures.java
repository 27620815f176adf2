package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Single pictures of a track that was encoded: of the key frames alone, so that little is decoded.
 * Belongs to one thread at a time.
 */
final class TrackPictures implements AutoCloseable {
  private final StitchedTrack track;
  private final TrackParameters parameters;
  private final LogScope log;

  /** Places of the key frames, in the order they are shown. */
  private final List<Integer> keys = new ArrayList<>();

  /**
   * @param subject names the track in failures
   */
  TrackPictures(StitchedTrack track, String subject, LogScope log) throws IOException {
    this.track = track;
    this.log = log;
    for (int place = 0; place < track.size(); place++) {
      if (track.isKey(place)) {
        keys.add(place);
      }
    }
    keys.sort(Comparator.comparingLong(track::shown));
    if (keys.isEmpty()) {
      throw nothing(subject);
    }
    this.parameters = track.parameters().orElseThrow();
  }

  private static FailureException nothing(String subject) {
    return new FailureException(
        new Failure.BadInput(
            new Diagnosis(
                subject,
                Stage.FINISH,
                "there is no picture to show",
                "not one picture could be decoded",
                "get the file again")));
  }

  /** Of the times that follow. */
  Rational timeBase() {
    return track.timeBase();
  }

  /** How many key frames there are; at least one. */
  int keyCount() {
    return keys.size();
  }

  /** When key frame {@code number}, counted by showing, is shown. */
  Duration shown(int number) {
    return time(track.shown(keys.get(number)));
  }

  /** When the last picture ends. */
  Duration end() {
    return time(track.end());
  }

  private Duration time(long ticks) {
    return track.timeBase().toDuration(Math.max(0, ticks));
  }

  /** Which key frame is shown nearest to a time; of two the earlier. */
  int nearest(Duration time) {
    long wanted = Timestamp.ticks(time, track.timeBase());
    int nearest = 0;
    for (int i = 1; i < keys.size(); i++) {
      if (distance(i, wanted) < distance(nearest, wanted)) {
        nearest = i;
      }
    }
    return nearest;
  }

  private long distance(int number, long wanted) {
    return Math.abs(track.shown(keys.get(number)) - wanted);
  }

  /** The picture of a key frame; the caller closes it. */
  Frame key(int number) throws IOException {
    int place = keys.get(number);
    return decode(place, place + 1, Long.MAX_VALUE);
  }

  /** The picture that is on screen at a time; the caller closes it. */
  Frame at(Duration time) throws IOException {
    long wanted = Timestamp.ticks(time, track.timeBase());
    int first = keys.getFirst();
    int after = track.size();
    for (int place : keys) {
      if (track.shown(place) <= wanted) {
        first = place;
      } else {
        after = Math.min(after, place);
      }
    }
    return decode(first, after, wanted);
  }

  /** Decodes the packets from a key frame on, and keeps the last picture that is not too late. */
  private Frame decode(int from, int to, long latest) throws IOException {
    try (Decoder decoder = Decoder.open(parameters, 1, log);
        Latest kept = new Latest(latest)) {
      for (int place = from; place < to; place++) {
        try (Packet packet = track.read(place)) {
          Flow _ = decoder.send(packet);
        }
        kept.takeAll(decoder);
      }
      Flow _ = decoder.send(null);
      kept.takeAll(decoder);
      return kept.taken();
    } catch (AvException e) {
      throw new FailureException(
          Failures.ofProcessing("a picture just encoded", Stage.DECODE, e), e);
    }
  }

  /** The last picture up to a time, or the first where all are later. */
  private static final class Latest implements AutoCloseable {
    private final long until;
    private @Nullable Frame found;

    Latest(long until) {
      this.until = until;
    }

    void takeAll(Decoder decoder) {
      try (Frame frame = Frame.create()) {
        while (decoder.receive(frame) == Flow.OK) {
          if (found == null || frame.pts() <= until) {
            close();
            found = frame.move();
          }
          frame.clear();
        }
      }
    }

    Frame taken() {
      Frame picture = found;
      if (picture == null) {
        throw new IllegalStateException("a key frame gave no picture");
      }
      found = null;
      return picture;
    }

    @Override
    public void close() {
      if (found != null) {
        found.close();
        found = null;
      }
    }
  }

  @Override
  public void close() {
    parameters.close();
  }
}
