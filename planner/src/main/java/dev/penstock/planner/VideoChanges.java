package dev.penstock.planner;

import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.Deinterlace;
import dev.penstock.model.JobSpec.Hardware.Use;
import dev.penstock.model.JobSpec.Hdr;
import dev.penstock.model.JobSpec.Rotate;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import dev.penstock.model.VideoCodec;
import java.util.ArrayList;
import java.util.List;

/** What stands against copying a video track. */
final class VideoChanges {
  private VideoChanges() {}

  /** Every reason why the packets cannot stay as they are; none means that they can. */
  static List<String> needed(Request request, Track.Video track, VideoCodec wanted) {
    List<String> changes = new ArrayList<>();
    if (!track.codec().equals(wanted.id())) {
      changes.add(otherCodec(request, track, wanted));
    }
    if (!request.hasTimes()) {
      changes.add("its packets have no timestamps, and only decoding tells them");
    }
    if (request.trimsStart()) {
      changes.add("--start cuts at an exact frame, which only encoding can do");
    }
    if (request.spec().hardware().use() == Use.REQUIRE) {
      changes.add("--hardware require asks for a hardware encoder");
    }
    JobSpec.Video asked = request.spec().video();
    options(asked).stream()
        .filter(option -> !satisfied(option, asked, track))
        .forEach(option -> changes.add(option + " asks for other pictures"));
    if (asked.deinterlace() == Deinterlace.AUTO && track.scan().mayBeInterlaced()) {
      changes.add("it is interlaced (--deinterlace off keeps that)");
    }
    if (asked.rotate() == Rotate.AUTO && losesRotation(request, track)) {
      changes.add(request.container().label() + " cannot say that the picture is turned");
    }
    return changes;
  }

  private static String otherCodec(Request request, Track.Video track, VideoCodec wanted) {
    boolean named = request.spec().video().target().isPresent();
    if (named || !request.holds(track.codec())) {
      return "it is " + track.codec();
    }
    return "it is "
        + track.codec()
        + ", which "
        + request.container().label()
        + " holds but fewer players play than "
        + wanted.id()
        + "; --codec copy keeps it";
  }

  static boolean losesRotation(Request request, Track.Video track) {
    return (track.rotation() != 0 || track.mirrored()) && !request.container().carriesRotation();
  }

  /** Whether the track is already what the option asks for. */
  private static boolean satisfied(String option, JobSpec.Video asked, Track.Video track) {
    return switch (option) {
      case "--hdr" -> asked.hdr().filter(hdr -> hdr == Hdr.SDR).isEmpty() || !track.color().isHdr();
      case "--pixel-format" ->
          asked.pixelFormat().filter(track.pixelFormat().name()::equals).isPresent();
      case "--fps" -> asked.fps().filter(fps -> runsAt(fps, track)).isPresent();
      default -> false;
    };
  }

  private static boolean runsAt(Rational fps, Track.Video track) {
    return !track.variableFrameRate() && track.nominalRate().filter(fps::equals).isPresent();
  }

  /** The options given that ask for other pictures. */
  static List<String> options(JobSpec.Video asked) {
    List<String> given = new ArrayList<>();
    add(given, "--preset", asked.preset().isPresent());
    add(given, "--tune", asked.tune().isPresent());
    add(given, "--bitrate", asked.bitrate().isPresent());
    add(given, "--max-bitrate", asked.maxBitrate().isPresent());
    add(given, "--buffer", asked.buffer().isPresent());
    add(given, "--quality", asked.quality().isPresent());
    add(given, "--gop", asked.gop().isPresent());
    add(given, "--size", asked.size().isPresent());
    add(given, "--fps", asked.fps().isPresent());
    add(given, "--crop", asked.crop().isPresent());
    add(given, "--pad", asked.pad().isPresent());
    add(given, "--deinterlace on", asked.deinterlace() == Deinterlace.ON);
    add(given, "--hdr", asked.hdr().isPresent());
    add(given, "--pixel-format", asked.pixelFormat().isPresent());
    add(given, "--encoder-option", !asked.encoderOptions().isEmpty());
    return given;
  }

  private static void add(List<String> given, String option, boolean present) {
    if (present) {
      given.add(option);
    }
  }
}
