package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.AvException.Kind;
import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Chapter;
import dev.penstock.model.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class MuxerTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Plan.Labels LABELS = new Plan.Labels(Map.of(), List.of());

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"matroska", "mp4", "mov", "mpegts"})
  void twoRuns_giveTheSameBytes(String format) throws Exception {
    assertSameBytes(Clip.usual().tagged(Map.of("title", "x")), format);
  }

  @Test
  void twoRuns_ofWebm_giveTheSameBytes() throws Exception {
    assumeTrue(Codecs.encoder("libvpx").isPresent(), "this build lacks libvpx");
    assumeTrue(Codecs.encoder("libopus").isPresent(), "this build lacks libopus");
    String sound = "sine=sample_rate=48000:samples_per_frame=1024:duration=1";
    assertSameBytes(
        Clip.empty()
            .video(Clip.PICTURE, "libvpx", "b", "200k", "threads", "1")
            .audio(sound + ",aformat=sample_fmts=s16,asetnsamples=960", "libopus"),
        "webm");
  }

  private void assertSameBytes(Clip clip, String format) throws Exception {
    byte[] first = Files.readAllBytes(clip.write(folder.resolve("one"), format));
    byte[] second = Files.readAllBytes(clip.write(folder.resolve("two"), format));
    assertThat(second).isEqualTo(first);
    assertThat(Media.packets(folder.resolve("one"))).hasSizeGreaterThan(50);
  }

  @Test
  void fullDisk_isNoSpace() {
    AvException e =
        failure(() ->
            Clip.empty()
                .video("testsrc2=size=640x480:rate=25:duration=2,format=yuv420p", "mpeg4")
                .write(Path.of("/dev/full"), "matroska"));
    assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
    assertThat(e).hasMessageContaining("/dev/full").hasMessageContaining("No space left");
  }

  @Test
  void fullDisk_noticedOnlyAtTheEnd_isNoSpaceToo() {
    AvException e = failure(() -> Clip.silent().write(Path.of("/dev/full"), "mpegts"));
    assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
  }

  /** Moving the index to the front reads and writes all of the file again. */
  @Test
  void finishing_canBeInterrupted() throws Exception {
    Path source = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    AtomicBoolean cancelled = new AtomicBoolean();
    LinkedHashMap<String, String> options = new LinkedHashMap<>(Map.of("movflags", "faststart"));
    try (Interrupt reading = Media.patient();
        Interrupt writing = Interrupt.of(cancelled::get);
        Demuxer demuxer = Media.open(source, reading);
        Muxer muxer = Muxer.create(folder.resolve("a.mp4"), "mp4", writing, LOG);
        TrackParameters track = TrackParameters.of(demuxer, 0, LOG);
        Packet packet = Packet.create()) {
      muxer.add(track, "", LABELS);
      muxer.writeHeader(options);
      while (demuxer.read(packet)) {
        packet.rescale(demuxer.timeBase(0), muxer.timeBase(0));
        muxer.write(packet);
      }
      cancelled.set(true);
      assertThat(failure(muxer::finish).kind()).isEqualTo(Kind.INTERRUPTED);
    }
  }

  @Test
  void folderThatDoesNotExist_isNotFound() {
    Path path = folder.resolve("none/a.mkv");
    AvException e = failure(() -> Muxer.create(path, "matroska", LOG));
    assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(e).hasMessageStartingWith("create " + path);
  }

  @Test
  void folderInThePlaceOfTheFile_isNoPermission() {
    AvException e = failure(() -> Muxer.create(folder, "matroska", LOG));
    assertThat(e.kind()).isEqualTo(Kind.NO_PERMISSION);
  }

  @Test
  void unknownFormat_isNamed() {
    AvException e = failure(() -> Muxer.create(folder.resolve("a"), "no_such", LOG));
    assertThat(e).hasMessageContaining("no_such").hasMessageContaining(folder.toString());
  }

  @Test
  void unknownOption_isUnknownComponent_andNamesIt() {
    AvException e =
        failure(() ->
            Clip.silent().muxerOption("no_such_thing", "7").write(folder.resolve("a.mp4"), "mp4"));
    assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_COMPONENT);
    assertThat(e).hasMessageContaining("no_such_thing=7");
  }

  @Test
  void codecTheContainerDoesNotTake_isRefused() {
    AvException e = failure(() -> Clip.silent().write(folder.resolve("a.webm"), "webm"));
    assertThat(e).hasMessageStartingWith("write the header of " + folder.resolve("a.webm"));
    assertThat(e.lastLog()).contains("WebM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space.mkv", "a:b.mkv", "50%d.mkv", "größe.mkv", "-x.mkv"})
  void fileNames_areTakenLiterally(String name) {
    Path file = Clip.silent().write(folder.resolve(name), "matroska");
    assertThat(file).exists();
    assertThat(Media.packets(file)).hasSize(25);
  }

  /** libav would crash. */
  @Test
  void callsInTheWrongOrder_throw() {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        Encoder encoder = Encoder.open(mpeg4(), picture, LOG);
        TrackParameters parameters = TrackParameters.of(encoder, LOG);
        Muxer muxer = Muxer.create(folder.resolve("a.mkv"), "matroska", LOG);
        Packet packet = Packet.create()) {
      assertThatIllegalStateException().isThrownBy(() -> muxer.write(packet));
      assertThatIllegalStateException().isThrownBy(muxer::finish);
      int _ = muxer.add(parameters, "", LABELS);
      muxer.writeHeader(new LinkedHashMap<>());
      assertThatIllegalStateException().isThrownBy(() -> muxer.writeHeader(new LinkedHashMap<>()));
      assertThatIllegalStateException().isThrownBy(() -> muxer.add(parameters, "", LABELS));
      assertThatIllegalStateException().isThrownBy(() -> muxer.setTags(Map.of()));
      muxer.finish();
      assertThatIllegalStateException().isThrownBy(muxer::finish);
      assertThatIllegalStateException().isThrownBy(() -> muxer.write(packet));
    }
  }

  private static Encoder.Settings mpeg4() {
    return new Encoder.Settings(
        "mpeg4",
        new LinkedHashMap<>(),
        new dev.penstock.model.Rational(1, 25),
        java.util.Optional.empty(),
        dev.penstock.model.Color.UNKNOWN,
        true,
        false);
  }

  @Test
  void closedBeforeTheEnd_freesAll() {
    try (Muxer muxer = Muxer.create(folder.resolve("a.mp4"), "mp4", LOG)) {
      muxer.setTags(Map.of("title", "x"));
      muxer.setTags(Map.of("title", "y"));
      muxer.setChapters(List.of(new Chapter("x", Duration.ZERO, Duration.ofSeconds(1))));
      assertThatIllegalStateException()
          .isThrownBy(() ->
              muxer.setChapters(List.of(new Chapter("y", Duration.ZERO, Duration.ofSeconds(1)))));
    }
  }

  @Test
  void packetOfATrackThatDoesNotExist_isRefused() {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        Encoder encoder = Encoder.open(mpeg4(), picture, LOG);
        TrackParameters parameters = TrackParameters.of(encoder, LOG);
        Muxer muxer = Muxer.create(folder.resolve("a.mkv"), "matroska", LOG);
        Packet packet = Packet.create()) {
      int _ = muxer.add(parameters, "", LABELS);
      muxer.writeHeader(new LinkedHashMap<>());
      Flow _ = encoder.send(picture);
      Flow _ = encoder.send(null);
      assertThat(encoder.receive(packet)).isEqualTo(Flow.OK);
      packet.setTrack(5);
      assertThat(failure(() -> muxer.write(packet)).kind()).isEqualTo(Kind.INVALID_ARGUMENT);
    }
  }

  /** Formats that write files of their own. */
  @Test
  void formatWithoutAFileOfItsOwn_writesItsFiles() {
    Path playlist = folder.resolve("a.m3u8");
    Path _ = Clip.silent().write(playlist, "hls");
    assertThat(Media.packets(playlist)).hasSize(25);
  }

  @Test
  void copy_keepsRotationAndTag() {
    Path source =
        Clip.silent().labelled(Map.of("language", "fra")).write(folder.resolve("a.mp4"), "mp4");
    Path copy = folder.resolve("b.mp4");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(source, interrupt);
        TrackParameters parameters = TrackParameters.of(demuxer, 0, LOG);
        Muxer muxer = Muxer.create(copy, "mp4", LOG);
        Packet packet = Packet.create()) {
      parameters.copyRotation(demuxer, 0);
      int _ = muxer.add(parameters, "", LABELS);
      muxer.writeHeader(new LinkedHashMap<>());
      while (demuxer.read(packet)) {
        packet.rescale(parameters.timeBase(), muxer.timeBase(0));
        muxer.write(packet);
      }
      muxer.finish();
      assertThat(muxer.bytesWritten()).isZero();
    }
    assertThat(Media.packets(copy)).hasSize(25);
  }

  private static AvException failure(Runnable operation) {
    AvException e = catchThrowableOfType(AvException.class, operation::run);
    assertThat(e).isNotNull();
    return e;
  }
}
