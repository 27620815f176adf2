package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Color;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class CmafWriterTest {
  private static final Plan.Labels NO_LABELS = new Plan.Labels(Map.of(), List.of());

  @TempDir Path folder;

  /** Collects what a writer gives. */
  private static final class Pieces implements CmafWriter.Target {
    final List<byte[]> all = new ArrayList<>();
    int inits;

    @Override
    public void init(byte[] bytes) {
      assertThat(all).isEmpty();
      inits++;
      all.add(bytes);
    }

    @Override
    public void fragment(byte[] bytes) {
      assertThat(new String(bytes, 4, 4, StandardCharsets.US_ASCII)).isEqualTo("moof");
      all.add(bytes);
    }

    Path write(Path file) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      all.forEach(out::writeBytes);
      return Files.write(file, out.toByteArray());
    }
  }

  private record Times(List<Long> pts, List<Long> dts, List<Integer> sizes) {
    Times() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void add(Packet packet) {
      pts.add(packet.pts());
      dts.add(packet.dts());
      sizes.add(packet.size());
    }
  }

  private static Times read(Path file) {
    Times times = new Times();
    try (Interrupt never = Interrupt.of(() -> false);
        Demuxer input = Media.open(file, never);
        Packet packet = Packet.create()) {
      while (input.read(packet)) {
        times.add(packet);
      }
    }
    return times;
  }

  /** Writes a file's only track, shifted, with a cut before each key frame but the first. */
  private static Times copy(Path source, long shift, Pieces pieces) {
    Times times = new Times();
    LogScope log = LogScope.silent();
    try (Interrupt never = Interrupt.of(() -> false);
        Demuxer input = Media.open(source, never);
        TrackParameters parameters = TrackParameters.of(input, 0, log);
        CmafWriter writer = CmafWriter.create(parameters, NO_LABELS, pieces, log);
        Packet packet = Packet.create()) {
      writer.cut();
      while (input.read(packet)) {
        packet.setTimes(packet.pts() + shift, packet.dts() + shift, packet.duration());
        times.add(packet);
        if (packet.isKey()) {
          writer.cut();
        }
        writer.write(packet);
      }
      writer.finish();
    }
    return times;
  }

  private Path clip() {
    return Clip.empty()
        .video(Clip.PICTURE, "mpeg4", "g", "10", "bf", "2", "b", "400k")
        .write(folder.resolve("clip.mp4"), "mp4");
  }

  @Test
  void fragments_areCutWhereTheCallerSays() {
    Pieces pieces = new Pieces();
    copy(clip(), 0, pieces);
    assertThat(pieces.inits).isEqualTo(1);
    // 25 frames, a key frame every ten.
    assertThat(pieces.all).hasSize(1 + 3);
  }

  @Test
  void packets_keepTheirTimes() throws IOException {
    for (long shift : new long[] {0, 512, 5120}) {
      Pieces pieces = new Pieces();
      Times given = copy(clip(), shift, pieces);
      assertThat(given.pts()).isNotEqualTo(given.dts());
      Times found = read(pieces.write(folder.resolve("shifted-" + shift + ".mp4")));
      assertThat(found).isEqualTo(given);
    }
  }

  @Test
  void primingOfSound_isKeptBeforeZero() throws IOException {
    Path clip = Clip.empty().audio(Clip.SOUND, "aac").write(folder.resolve("sound.mp4"), "mp4");
    Pieces pieces = new Pieces();
    Times given = copy(clip, 0, pieces);
    assertThat(given.pts().getFirst()).isNegative();
    assertThat(read(pieces.write(folder.resolve("copy.mp4")))).isEqualTo(given);
  }

  /** As encoders of broadcast rates have it. */
  @Test
  void timeBaseWithANumerator_becomesATimescale() throws IOException {
    String chain = "testsrc2=size=160x120:rate=30000/1001:duration=1,format=yuv420p";
    LogScope log = LogScope.silent();
    Pieces pieces = new Pieces();
    try (FilterGraph graph = FilterGraph.source(chain, true, log);
        Frame frame = Frame.create()) {
      assertThat(graph.timeBase()).isEqualTo(new Rational(1001, 30000));
      assertThat(graph.receive(frame)).isEqualTo(Flow.OK);
      try (Encoder encoder = Encoder.open(settings(graph), frame, log);
          TrackParameters parameters = TrackParameters.of(encoder, log);
          CmafWriter writer = CmafWriter.create(parameters, NO_LABELS, pieces, log)) {
        do {
          frame.forceKey(false);
          assertThat(encoder.send(frame)).isEqualTo(Flow.OK);
          drain(encoder, writer);
        } while (graph.receive(frame) == Flow.OK);
        assertThat(encoder.send(null)).isEqualTo(Flow.OK);
        drain(encoder, writer);
        writer.finish();
        assertThat(writer.timeBase()).isEqualTo(new Rational(1, 30000));
      }
    }
    Times found = read(pieces.write(folder.resolve("copy.mp4")));
    assertThat(found.pts()).hasSize(30).last().isEqualTo(29 * 1001L);
  }

  private static Encoder.Settings settings(FilterGraph graph) {
    return new Encoder.Settings(
        "mpeg4",
        new LinkedHashMap<>(),
        graph.timeBase(),
        Optional.of(new Rational(30000, 1001)),
        Color.UNKNOWN,
        true,
        true);
  }

  private static void drain(Encoder encoder, CmafWriter writer) {
    try (Packet packet = Packet.create()) {
      while (encoder.receive(packet) == Flow.OK) {
        writer.write(packet);
      }
    }
  }

  @Test
  void sameInput_givesTheSameBytes() throws IOException {
    Pieces first = new Pieces();
    Pieces second = new Pieces();
    copy(clip(), 0, first);
    copy(clip(), 0, second);
    assertThat(first.write(folder.resolve("a")))
        .hasSameBinaryContentAs(second.write(folder.resolve("b")));
  }

  @Test
  void packetWithoutTimes_isRefused() {
    Path clip = clip();
    LogScope log = LogScope.silent();
    try (Interrupt never = Interrupt.of(() -> false);
        Demuxer input = Media.open(clip, never);
        TrackParameters parameters = TrackParameters.of(input, 0, log);
        CmafWriter writer = CmafWriter.create(parameters, NO_LABELS, new Pieces(), log);
        Packet packet = Packet.create()) {
      assertThat(input.read(packet)).isTrue();
      packet.setTimes(0, Timestamp.NONE, 512);
      assertThatThrownBy(() -> writer.write(packet)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void finished_takesNoMore() {
    Path clip = clip();
    LogScope log = LogScope.silent();
    Pieces pieces = new Pieces();
    try (Interrupt never = Interrupt.of(() -> false);
        Demuxer input = Media.open(clip, never);
        TrackParameters parameters = TrackParameters.of(input, 0, log);
        CmafWriter writer = CmafWriter.create(parameters, NO_LABELS, pieces, log);
        Packet packet = Packet.create()) {
      assertThat(parameters.timeBase()).isEqualTo(new Rational(1, 12800));
      writer.finish();
      assertThat(pieces.all).isEmpty();
      assertThat(input.read(packet)).isTrue();
      assertThatThrownBy(() -> writer.write(packet)).isInstanceOf(IllegalStateException.class);
    }
  }
}
