package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Rational;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class FilterGraphTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Rational BASE = new Rational(1, 25);

  @Test
  void source_makesFramesUntilItsEnd() {
    try (FilterGraph graph = FilterGraph.source(Clip.PICTURE, true, LOG);
        Frame frame = Frame.create()) {
      assertThat(graph.timeBase()).isEqualTo(BASE);
      for (int i = 0; i < 25; i++) {
        assertThat(graph.receive(frame)).isEqualTo(Flow.OK);
        assertThat(frame.pts()).isEqualTo(i);
        assertThat(frame.format()).isEqualTo("yuv420p");
      }
      assertThat(graph.receive(frame)).isEqualTo(Flow.END);
      assertThat(graph.receive(frame)).isEqualTo(Flow.END);
      assertThat(frame.width()).isZero();
    }
  }

  @Test
  void emptyChain_passesFramesThrough() {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        FilterGraph graph = FilterGraph.open("", picture, BASE, null, LOG);
        Frame out = Frame.create()) {
      assertThat(graph.receive(out)).isEqualTo(Flow.AGAIN);
      picture.setPts(-7);
      graph.send(picture);
      assertThat(picture.width()).as("still the sender's").isEqualTo(160);
      assertThat(graph.receive(out)).isEqualTo(Flow.OK);
      assertThat(out.pts()).isEqualTo(-7);
      assertThat(out.shape()).isEqualTo(picture.shape());
      assertThat(graph.receive(out)).isEqualTo(Flow.AGAIN);
      graph.send(null);
      assertThat(graph.receive(out)).isEqualTo(Flow.END);
    }
  }

  @Test
  void emptyChain_passesSoundThrough() {
    try (Frame sound = Pictures.sound(Clip.SOUND);
        FilterGraph graph = FilterGraph.open("", sound, new Rational(1, 44_100), null, LOG);
        Frame out = Frame.create()) {
      graph.send(sound);
      assertThat(graph.receive(out)).isEqualTo(Flow.OK);
      assertThat(out.samples()).isEqualTo(1024);
      assertThat(out.sampleRate()).isEqualTo(44_100);
      assertThat(out.format()).isEqualTo("fltp");
      assertThat(out.sameShapeAs(sound.shape())).isTrue();
    }
  }

  @Test
  void setFrameSize_cutsSoundIntoEqualRuns_exceptTheLast() {
    try (FilterGraph graph = FilterGraph.source(Clip.SOUND, false, LOG);
        Frame frame = Frame.create()) {
      graph.setFrameSize(1000);
      List<Integer> sizes = new ArrayList<>();
      while (graph.receive(frame) == Flow.OK) {
        sizes.add(frame.samples());
      }
      assertThat(sizes.subList(0, 44)).containsOnly(1000);
      assertThat(sizes.subList(44, sizes.size())).containsExactly(100);
    }
  }

  @Test
  void frameRate_reachesTheFilters() {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        FilterGraph graph =
            FilterGraph.open("setpts=N/(2*FRAME_RATE*TB)", picture, BASE, BASE.inverse(), LOG);
        Frame out = Frame.create()) {
      for (int i = 0; i < 5; i++) {
        picture.setPts(100 * i);
        graph.send(picture);
      }
      graph.send(null);
      List<Long> times = new ArrayList<>();
      while (graph.receive(out) == Flow.OK) {
        times.add(out.pts());
      }
      assertThat(times).containsExactly(0L, 0L, 1L, 1L, 2L);
    }
  }

  @Test
  void forceKey_doesNotTouchTheFrameThatWasShared() {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        Frame shared = picture.share()) {
      shared.forceKey(true);
      picture.forceKey(false);
      assertThat(shared.isKey()).isTrue();
      assertThat(picture.isKey()).isFalse();
    }
  }

  @Test
  void number_readsInfinityAndAbsence() {
    try (Frame silence =
            Pictures.sound("anullsrc=duration=1,astats=metadata=1:measure_overall=RMS_level");
        Frame picture = Pictures.of(Clip.PICTURE)) {
      assertThat(silence.number("lavfi.astats.Overall.RMS_level"))
          .hasValue(Double.NEGATIVE_INFINITY);
      assertThat(silence.number("none")).isEmpty();
      assertThat(picture.number("none")).isEmpty();
    }
  }
}
