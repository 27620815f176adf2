package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Color;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What every handle promises: nothing leaks, closing twice is harmless, use after it throws. */
@ExtendWith(NoLeaks.class)
class HandlesTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Rational BASE = new Rational(1, 25);

  @TempDir Path folder;

  @Test
  void openHandles_namesWhatIsOpenAndWhereItWasOpened() {
    Packet packet = Packet.create();
    List<OpenHandles.Leak> leaks = OpenHandles.untrack();
    OpenHandles.track();
    packet.close();
    assertThat(leaks)
        .singleElement()
        .satisfies(leak -> {
          assertThat(leak.name()).isEqualTo("packet");
          assertThat(leak.openedAt().getStackTrace())
              .anyMatch(frame -> frame.getMethodName().startsWith("openHandles_names"));
        });
  }

  @Test
  void packet() {
    checkClosing(Packet.create(), Packet::size, Packet::move, Packet::share, Packet::clear);
  }

  @Test
  void frame() {
    checkClosing(Frame.create(), Frame::width, Frame::move, Frame::share, Frame::clear);
  }

  @Test
  void demuxer() {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Packet packet = Packet.create()) {
      checkClosing(
          Media.open(file, interrupt),
          Demuxer::info,
          Demuxer::trackCount,
          Demuxer::isSeekable,
          Demuxer::peek,
          d -> d.read(packet),
          d -> d.timeBase(0),
          d -> d.seek(java.time.Duration.ZERO));
    }
  }

  @Test
  void demuxer_closedWithPacketsPeeked_freesThem() {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt)) {
      for (int i = 0; i < 5; i++) {
        demuxer.peek().orElseThrow().close();
      }
    }
  }

  @Test
  void decoder() {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt);
        Frame frame = Frame.create()) {
      checkClosing(
          Decoder.open(demuxer, 0, 1, LOG),
          d -> d.send(null),
          d -> d.receive(frame),
          Decoder::frameRate);
    }
  }

  @Test
  void encoder() {
    try (Frame picture = picture(160, 120);
        Packet packet = Packet.create()) {
      checkClosing(
          Encoder.open(settings("mpeg4"), picture, LOG),
          e -> e.send(null),
          e -> e.receive(packet),
          Encoder::timeBase,
          Encoder::header,
          Encoder::frameSize);
    }
  }

  @Test
  void filterGraph() {
    try (Frame picture = picture(160, 120)) {
      checkClosing(
          FilterGraph.open("hflip", picture, BASE, null, LOG),
          f -> f.send(picture),
          f -> f.receive(picture),
          FilterGraph::timeBase,
          f -> f.setFrameSize(1));
    }
  }

  @Test
  void trackParameters() {
    try (Frame picture = picture(160, 120);
        Encoder encoder = Encoder.open(settings("mpeg4"), picture, LOG);
        Muxer muxer = Muxer.create(folder.resolve("a.mkv"), "matroska", LOG)) {
      checkClosing(
          TrackParameters.of(encoder, LOG),
          p -> muxer.add(p, "", new Plan.Labels(Map.of(), List.of())));
    }
  }

  @Test
  void muxer() {
    try (Packet packet = Packet.create()) {
      checkClosing(
          Muxer.create(folder.resolve("a.mkv"), "matroska", LOG),
          m -> m.writeHeader(new LinkedHashMap<>()),
          m -> m.write(packet),
          Muxer::finish,
          Muxer::bytesWritten,
          Muxer::wantsGlobalHeader,
          m -> m.setTags(Map.of("title", "x")),
          m -> m.timeBase(0));
    }
  }

  @Test
  void subtitleConverter() throws Exception {
    Path file = folder.resolve("a.srt");
    Files.writeString(file, "1\n00:00:00,500 --> 00:00:01,000\nHello\n\n");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt);
        Packet packet = Packet.create()) {
      checkClosing(SubtitleConverter.open(demuxer, 0, "mov_text", LOG), c -> c.convert(packet));
    }
  }

  /** Closes twice; then every use must throw. */
  @SafeVarargs
  private static <H extends Handle> void checkClosing(H handle, Consumer<H>... uses) {
    handle.close();
    handle.close();
    for (Consumer<H> use : uses) {
      assertThatIllegalStateException()
          .isThrownBy(() -> use.accept(handle))
          .withMessageContaining(handle.name())
          .withMessageContaining("closed");
    }
  }

  @Test
  void openFailures_leaveNothingOpen() throws Exception {
    Path garbage = Files.write(folder.resolve("g.mp4"), new byte[5000]);
    try (Interrupt interrupt = Media.patient();
        Frame picture = picture(160, 120)) {
      fails(() -> Media.open(garbage, interrupt));
      fails(() -> Media.open(folder.resolve("none"), interrupt));
      fails(() -> Encoder.open(settings("no_such_encoder"), picture, LOG));
      fails(() -> Encoder.open(settings("mpeg4", "no_such_option", "1"), picture, LOG));
      fails(() -> Encoder.open(settings("aac"), picture, LOG));
      fails(() -> FilterGraph.open("no_such_filter", picture, BASE, null, LOG));
      fails(() -> FilterGraph.open("crop=1000:1000", picture, BASE, null, LOG));
      fails(() -> FilterGraph.open("split", picture, BASE, null, LOG));
      fails(() -> FilterGraph.source("no_such_source", true, LOG));
      fails(() -> Muxer.create(folder.resolve("a"), "no_such_format", LOG));
      fails(() -> Muxer.create(folder.resolve("none/a.mkv"), "matroska", LOG));
      fails(() -> HwDevice.open(HwDevice.Kind.VAAPI, "/none", Map.of(), LOG));
    }
  }

  @Test
  void converterOpenFailures_leaveNothingOpen() throws Exception {
    Path file = folder.resolve("a.srt");
    Files.writeString(file, "1\n00:00:00,500 --> 00:00:01,000\nHello\n\n");
    Path video = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Demuxer subtitles = Media.open(file, interrupt);
        Demuxer pictures = Media.open(video, interrupt)) {
      fails(() -> SubtitleConverter.open(subtitles, 0, "no_such_encoder", LOG));
      fails(() -> SubtitleConverter.open(subtitles, 0, "dvdsub", LOG));
      fails(() -> SubtitleConverter.open(pictures, 0, "mov_text", LOG));
    }
  }

  private static void fails(Runnable opening) {
    assertThatThrownBy(opening::run).isInstanceOf(AvException.class);
  }

  @Test
  void move_emptiesTheSource() {
    try (Frame picture = picture(160, 120);
        Frame moved = picture.move()) {
      assertThat(picture.width()).isZero();
      assertThat(moved.width()).isEqualTo(160);
    }
  }

  @Test
  void share_keepsBoth() {
    try (Frame picture = picture(160, 120);
        Frame shared = picture.share()) {
      picture.clear();
      assertThat(shared.width()).isEqualTo(160);
    }
  }

  @Test
  void share_ofAnEmptyFrame_fails() {
    try (Frame empty = Frame.create()) {
      fails(empty::share);
    }
  }

  @Test
  void receive_intoAFrameWithData_replacesIt() {
    try (FilterGraph graph = FilterGraph.source(Clip.PICTURE, true, LOG);
        Frame frame = Frame.create()) {
      assertThat(graph.receive(frame)).isEqualTo(Flow.OK);
      assertThat(graph.receive(frame)).isEqualTo(Flow.OK);
      assertThat(frame.pts()).isEqualTo(1);
    }
  }

  @Test
  void framesOfAnotherShape_areRefused() {
    try (Frame large = picture(160, 120);
        Frame small = picture(80, 60);
        Encoder encoder = Encoder.open(settings("mpeg4"), large, LOG);
        FilterGraph graph = FilterGraph.open("hflip", large, BASE, null, LOG)) {
      assertThatIllegalArgumentException().isThrownBy(() -> encoder.send(small));
      assertThatIllegalArgumentException().isThrownBy(() -> graph.send(small));
    }
  }

  @Test
  void sourceGraph_takesNoFrames() {
    try (Frame picture = picture(160, 120);
        FilterGraph graph = FilterGraph.source(Clip.PICTURE, true, LOG)) {
      assertThatIllegalStateException().isThrownBy(() -> graph.send(picture));
    }
  }

  @Test
  void tracksThatDoNotExist_areRefused() {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt)) {
      assertThatThrownBy(() -> demuxer.timeBase(1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> Decoder.open(demuxer, -1, 1, LOG))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private static Frame picture(int width, int height) {
    return Pictures.of("color=size=" + width + "x" + height + ",format=yuv420p");
  }

  private static Encoder.Settings settings(String encoder, String... options) {
    LinkedHashMap<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      map.put(options[i], options[i + 1]);
    }
    return new Encoder.Settings(
        encoder, map, BASE, Optional.of(BASE.inverse()), Color.UNKNOWN, false, false);
  }
}
