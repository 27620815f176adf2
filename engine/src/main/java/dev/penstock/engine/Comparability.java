package dev.penstock.engine;

import dev.penstock.model.Color;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Rational;
import dev.penstock.model.Scan;
import dev.penstock.model.Size;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether two videos can be compared, how they lie in time, and what to know about the numbers. */
final class Comparability {
  /** Sizes are rounded to even numbers, and odd edges are cut. */
  private static final double ASPECT_TOLERANCE = 0.01;

  private static final double PIXELS_TOLERANCE = 2.5;

  /** More than the delay of any sound encoder, for which containers move the other tracks. */
  private static final long DELAY_MICROS = 100_000;

  /** Of times in milliseconds: a shift so near to whole frames is that of missing frames. */
  private static final long ROUNDING_MICROS = 900;

  private Comparability() {}

  /**
   * One of an input's video tracks.
   *
   * @param number counted from 0
   * @throws FailureException when there is no such track
   */
  static Track.Video track(Input input, int number) {
    List<Track.Video> tracks = input.info().video();
    if (number < tracks.size()) {
      return tracks.get(number);
    }
    throw new FailureException(
        new Failure.BadInput(
            new Diagnosis(
                input.info().source(),
                Stage.PROBE,
                tracks.isEmpty() ? "has no video" : "has no video track " + (number + 1),
                tracks.isEmpty()
                    ? "pictures are compared, and it has " + kinds(input)
                    : "it has " + tracks.size(),
                "name a file with video")));
  }

  private static String kinds(Input input) {
    return input.info().audio().isEmpty() ? "none" : "only sound";
  }

  /**
   * For several stretches.
   *
   * @throws FailureException when only one of them can be read
   */
  static void checkSeekable(Input input) {
    if (!input.info().seekable()) {
      throw new FailureException(
          new Failure.Unsupported(
              new Diagnosis(
                  input.info().source(),
                  Stage.OPEN,
                  "only one stretch of it can be compared",
                  "it cannot be read at any place, as a pipe",
                  "write it to a file first")));
    }
  }

  /** Microseconds to add to the copy's times so that both begin with the same frame. */
  static long shift(Track.Video reference, Track.Video copy) {
    Optional<Duration> a = reference.stream().start();
    Optional<Duration> b = copy.stream().start();
    Optional<Rational> rate = reference.nominalRate().or(reference::frameRate);
    if (a.isEmpty() || b.isEmpty() || rate.isEmpty()) {
      return 0;
    }
    long micros = a.get().minus(b.get()).toNanos() / 1000;
    double frame = 1e6 / rate.get().value();
    long frames = Math.round(Math.abs(micros) / frame);
    boolean wholeFrames =
        frames > 0 && Math.abs(Math.abs(micros) - frames * frame) < ROUNDING_MICROS;
    return wholeFrames || Math.abs(micros) > Math.max(frame / 2, DELAY_MICROS) ? 0 : micros;
  }

  /**
   * Refuses pairs whose pixels do not stand for the same places or the same light.
   *
   * @throws FailureException with the reason
   */
  static void check(
      String reference, Track.Video referenceTrack, String copy, Track.Video copyTrack) {
    String names = reference + ", against " + copy;
    if (!sameShape(referenceTrack, copyTrack)) {
      throw refused(
          names,
          "their pictures have different shapes",
          referenceTrack.displaySize() + " against " + copyTrack.displaySize() + " as shown",
          "compare before cropping or padding, or do the same to both first");
    }
    Color a = referenceTrack.color();
    Color b = copyTrack.color();
    boolean said = isSaid(a) && isSaid(b);
    if (said && (a.isHdr() || b.isHdr()) && !a.transfer().equals(b.transfer())) {
      throw refused(
          names,
          "the same numbers stand for different light",
          "the one is " + light(a) + ", the other " + light(b),
          "compare a copy made with --hdr keep, or bring both to SDR first");
    }
  }

  private static FailureException refused(String names, String problem, String cause, String next) {
    return new FailureException(
        new Failure.Unsupported(new Diagnosis(names, Stage.FILTER, problem, cause, next)));
  }

  private static boolean isSaid(Color color) {
    return !color.transfer().equals(Color.UNSPECIFIED);
  }

  private static String light(Color color) {
    if (color.isPq()) {
      return "HDR (PQ)";
    }
    return color.isHlg() ? "HDR (HLG)" : "SDR (" + color.transfer() + ")";
  }

  private static boolean sameShape(Track.Video reference, Track.Video copy) {
    double a = aspect(reference.displaySize());
    double b = aspect(copy.displaySize());
    double heightAsReference = copy.displaySize().width() / a;
    return Math.abs(a / b - 1) <= ASPECT_TOLERANCE
        || Math.abs(heightAsReference - copy.displaySize().height()) <= PIXELS_TOLERANCE;
  }

  private static double aspect(Size size) {
    return (double) size.width() / size.height();
  }

  /** What was done to the copy before comparing, and what may speak against the numbers. */
  static List<String> notes(Track.Video reference, Track.Video copy, CommonGround ground) {
    List<String> notes = new ArrayList<>();
    Size shown = copy.rotation() % 180 == 0 ? copy.size() : copy.size().turned();
    if (!shown.equals(ground.size())) {
      notes.add("the copy was scaled from " + shown + " to " + ground.size());
    }
    if (reference.pixelFormat().bitDepth() != copy.pixelFormat().bitDepth()) {
      notes.add(
          reference.pixelFormat().bitDepth()
              + " bits against "
              + copy.pixelFormat().bitDepth()
              + "; both were brought to "
              + ground.pixels().bitDepth());
    }
    String from = copy.pixelFormat().sampling();
    String to = reference.pixelFormat().sampling();
    if (!from.equals(to)) {
      notes.add("the copy was brought from " + from + " to " + to);
    }
    if (isSaid(reference.color()) != isSaid(copy.color())
        && (reference.color().isHdr() || copy.color().isHdr())) {
      notes.add("only one of them says that it is HDR; code values were compared as they are");
    }
    if (interlaced(reference) != interlaced(copy)) {
      notes.add("only one of them is interlaced, which counts as a difference");
    }
    if (reference.pixelFormat().alpha()) {
      notes.add("transparency was not compared");
    }
    return notes;
  }

  private static boolean interlaced(Track.Video track) {
    return track.scan() != Scan.PROGRESSIVE && track.scan().mayBeInterlaced();
  }
}
