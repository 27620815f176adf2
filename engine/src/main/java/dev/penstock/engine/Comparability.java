package dev.penstock.engine;

import dev.penstock.model.Color;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Scan;
import dev.penstock.model.Size;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.List;

/** Whether numbers about two videos would mean anything, and what to know about them. */
final class Comparability {
  /** Sizes are rounded to even numbers, and odd edges are cut. */
  private static final double ASPECT_TOLERANCE = 0.01;

  private static final double PIXELS_TOLERANCE = 2.5;

  private Comparability() {}

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
